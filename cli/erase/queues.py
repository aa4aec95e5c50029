"""The five dead-letter queues: every letter is read, those of the customer go. What travels is only counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cli.erase.found import Found, Seen
from cli.erase.who import Traces, strings
from cli.redrive import SERVICES
from cli.stack import Stack

_HELD_S = 60
"""Letters that were looked at stay out of sight for so long, so that each is seen once."""
_BATCH = 10
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


class DeadLetters:
    """One service's dead letters."""

    def __init__(self, stack: Stack, service: str) -> None:
        self.name = f"dead letters of {service}"
        self._sqs = stack.client("sqs")
        self._url = self._sqs.get_queue_url(QueueName=f"tickets-{stack.stage}-{service}-dead")["QueueUrl"]

    def find(self, traces: Traces, seen: Seen) -> Iterator[Found]:
        """Letters that name the customer. The others are put back at once."""
        back = []
        for letter in self._letters():
            seen(self.name)
            if any(text in traces for text in _texts(letter["Body"])):
                yield Found("a dead letter", self.name, content=letter["Body"])
            back.append(letter["ReceiptHandle"])
        for handle in back:
            self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)

    def erase(self, found: Sequence[Found]) -> None:
        """Look again (a handle is good once) and delete."""
        said = {one.content for one in found}
        for letter in list(self._letters()):
            if letter["Body"] in said:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter["ReceiptHandle"])
            else:
                self._sqs.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=letter["ReceiptHandle"], VisibilityTimeout=0
                )

    def _letters(self) -> Iterator[dict[str, Any]]:
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_BATCH, VisibilityTimeout=_HELD_S, WaitTimeSeconds=1
            )
            if not answer.get("Messages"):
                return
            yield from answer["Messages"]


def travelling(stack: Stack) -> int:
    """About how many messages wait in the five inboxes or are being worked on."""
    sqs, found = stack.client("sqs"), 0
    for service in SERVICES:
        url = sqs.get_queue_url(QueueName=f"tickets-{stack.stage}-{service}")["QueueUrl"]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
        found += sum(int(counts.get(name, 0)) for name in _COUNTS)
    return found


def _texts(body: str) -> Iterator[str]:
    yield body
    try:
        yield from strings(json.loads(body))
    except ValueError:
        return
