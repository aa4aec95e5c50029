"""Queues as the tests see them: what lies in one, and what Lambda would do with it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import boto3

from local.stack.choices import REGION

T = TypeVar("T")
ARRIVES_S = 20.0
"""How long a delivery may take; a second is usual."""


class Context:
    """What a handler asks of its Lambda context."""

    function_name, memory_limit_in_mb, invoked_function_arn, aws_request_id = "lab", 512, "arn:lab", "lab"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def received(url: str, *, number: int = 1, visible_s: int = 30) -> list[dict[str, Any]]:
    """At least ``number`` messages of a queue, waited for; they stay there, unseen for ``visible_s``."""
    sqs, found, ends = boto3.client("sqs"), list[dict[str, Any]](), time.monotonic() + ARRIVES_S
    while len(found) < number and time.monotonic() < ends:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            VisibilityTimeout=visible_s,
            MessageSystemAttributeNames=["All"],
        )
        found += answer.get("Messages", [])
    return found


def taken(url: str, *, number: int = 1) -> list[str]:
    """The same, deleted: their bodies. S3's greeting to a new queue is no message."""
    sqs, bodies, ends = boto3.client("sqs"), list[str](), time.monotonic() + ARRIVES_S
    while len(bodies) < number and time.monotonic() < ends:
        for message in received(url, number=1):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if "s3:TestEvent" not in message["Body"]:
                bodies.append(message["Body"])
    return bodies


def emptied(*urls: str) -> None:
    """Take out whatever lies there now."""
    sqs = boto3.client("sqs")
    for url in urls:
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def delivered(url: str, handler: Callable[[dict[str, Any], Any], dict[str, Any]], *, number: int = 1) -> list[str]:
    """Give a queue's messages to its function, as Lambda does, until ``number`` are done; the bodies that failed."""
    sqs, done, failed = boto3.client("sqs"), 0, list[str]()
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    ends = time.monotonic() + ARRIVES_S
    while done < number and time.monotonic() < ends:
        messages = received(url)
        records = [_record(message, arn) for message in messages]
        answer = handler({"Records": records}, Context()) if records else {"batchItemFailures": []}
        refused = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] in refused:
                failed.append(message["Body"])
                continue
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            done += "s3:TestEvent" not in message["Body"]
        if failed:
            break
    return failed


def _record(message: dict[str, Any], arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def put_event(bus: str, source: str, kind: str, detail: dict[str, Any]) -> None:
    """Put an event on the bus as it stands, without the checks of our own bus."""
    entry = {"EventBusName": bus, "Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
    answer = boto3.client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer
