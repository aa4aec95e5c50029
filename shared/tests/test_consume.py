"""What comes back to the queue, and when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared import consume as consuming
from shared.consume import Message, consume, patience
from shared.errors import NotNow


class Queue:
    """SQS as far as it is used."""

    def __init__(self) -> None:
        self.hidden: list[tuple[str, str, int]] = []

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": f"https://sqs/{QueueName}"}

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:
        self.hidden.append((QueueUrl, ReceiptHandle, VisibilityTimeout))


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(consuming, "_sqs", lambda: queue)
    return queue


def taken(*bodies: str, take: Any) -> list[str]:
    """The message ids that ``consume`` gives back."""
    records = [
        {"messageId": body, "receiptHandle": f"handle {body}", "body": body, "eventSourceARN": "arn:aws:sqs:x:1:inbox"}
        for body in bodies
    ]
    failures = consume({"Records": records}, None, take=take)["batchItemFailures"]  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in failures]


def take(record: Message) -> None:
    if record.body.startswith("wait"):
        raise NotNow("busy", retry_after=float(record.body.removeprefix("wait")))
    if record.body == "later":
        raise NotNow("busy")
    if record.body == "broken":
        raise ValueError("nonsense")


@pytest.mark.parametrize(
    ("bodies", "back"),
    [
        (["fine"], []),
        (["fine", "broken", "fine too"], ["broken"]),
        (["broken"], ["broken"]),
        (["later", "wait7", "fine"], ["later", "wait7"]),
    ],
    ids=["all well", "one of three", "all of one", "not now"],
)
def test_only_what_failed_comes_back(queue: Queue, bodies: list[str], back: list[str]) -> None:
    assert taken(*bodies, take=take) == back


@pytest.mark.parametrize(("asked", "waits"), [("wait7", 7), ("wait0.4", 0), ("wait-3", 0), ("wait1e9", 43_200)])
def test_a_message_comes_back_when_the_other_side_asked_for_it(queue: Queue, asked: str, waits: int) -> None:
    assert taken(asked, take=take) == [asked]
    assert queue.hidden == [("https://sqs/inbox", f"handle {asked}", waits)]


@pytest.mark.parametrize(("tries", "waits"), [(1, 10), (2, 20), (6, 320), (12, 900)])
def test_what_failed_because_aws_did_waits_longer_each_time(queue: Queue, tries: int, waits: int) -> None:
    def away(_record: Message) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutEvents")

    record = {"messageId": "m", "receiptHandle": "h", "body": "b", "eventSourceARN": "arn:aws:sqs:x:1:inbox"}
    batch = {"Records": [{**record, "attributes": {"ApproximateReceiveCount": str(tries)}}]}
    assert consume(batch, None, take=away)["batchItemFailures"] == [{"itemIdentifier": "m"}]  # type: ignore[arg-type]
    assert queue.hidden == [("https://sqs/inbox", "h", waits)]


def test_twelve_tries_last_for_an_hour_of_outage() -> None:
    assert sum(patience(tries) for tries in range(1, 13)) > 3600


def test_what_there_is_no_time_for_is_not_begun(queue: Queue) -> None:
    begun: list[str] = []
    left = iter([30_000, 4_000])
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: next(left))
    records = [
        {"messageId": one, "receiptHandle": one, "body": one, "eventSourceARN": "arn:aws:sqs:x:1:inbox"} for one in "ab"
    ]
    failures = consume({"Records": records}, context, take=lambda record: begun.append(record.body))
    assert begun == ["a"]
    assert failures["batchItemFailures"] == [{"itemIdentifier": "b"}]
    assert queue.hidden == [("https://sqs/inbox", "b", 0)]


def test_without_a_time_the_queues_own_counts(queue: Queue) -> None:
    assert taken("later", "broken", take=take) == ["later", "broken"]
    assert queue.hidden == []
