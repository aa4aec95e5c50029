"""Dead letters go back once each, and what dies again at once does not keep the command busy for ever."""

from __future__ import annotations

from typing import Any

import pytest

from cli.redrive import move_back


class Queues:
    """SQS as far as it is used: a message that is received stays until it is deleted."""

    def __init__(self, dead: list[str]) -> None:
        self.queues: dict[str, list[str]] = {"dead": dead, "inbox": []}

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, WaitTimeSeconds: int) -> dict[str, Any]:
        bodies = self.queues[QueueUrl][:MaxNumberOfMessages]
        return {"Messages": [{"Body": body, "ReceiptHandle": body} for body in bodies]} if bodies else {}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:
        self.queues[QueueUrl].append(MessageBody)

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:
        self.queues[QueueUrl].remove(ReceiptHandle)


@pytest.mark.parametrize(("waiting", "most", "moved"), [(0, 0, 0), (0, 5, 0), (3, 3, 3), (25, 25, 25), (25, 12, 12)])
def test_each_message_goes_back_once(waiting: int, most: int, moved: int) -> None:
    letters = [f"letter {number}" for number in range(waiting)]
    sqs = Queues(list(letters))
    assert move_back(sqs, dead="dead", inbox="inbox", most=most) == moved
    assert sqs.queues == {"inbox": letters[:moved], "dead": letters[moved:]}


def test_a_letter_is_lost_by_no_crash() -> None:
    sqs = Queues(["letter"])
    sqs.send_message = _refuse  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        move_back(sqs, dead="dead", inbox="inbox", most=1)
    assert sqs.queues["dead"] == ["letter"]


def _refuse(**_: Any) -> None:
    raise ConnectionError("no inbox")
