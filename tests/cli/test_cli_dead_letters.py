"""What was given up is listed with its ticket, its tries and the reason that the log gives, and stays where it is."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from cli import dead_letters
from cli.dead_letters import DeadLetter, dead_letters_of

EVENT = {"detail-type": "MoveDecided", "detail": {"metadata": {"correlation_id": "T-1"}}}
TRACE = "Traceback (most recent call last):\n  File \"x.py\", line 1, in take\nKeyError: 'topic'"


class Queue:
    """SQS as far as it is used: what is taken out is hidden until it is let go."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages, self.hidden = list(messages), list[dict[str, Any]]()

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": QueueName}

    def receive_message(self, *, MaxNumberOfMessages: int, **_: Any) -> dict[str, Any]:
        taken, self.messages = self.messages[:MaxNumberOfMessages], self.messages[MaxNumberOfMessages:]
        self.hidden += taken
        return {"Messages": taken} if taken else {}

    def change_message_visibility(self, *, ReceiptHandle: str, VisibilityTimeout: int, **_: Any) -> None:
        assert VisibilityTimeout == 0
        (one,) = [message for message in self.hidden if message["ReceiptHandle"] == ReceiptHandle]
        self.hidden.remove(one)
        self.messages.append(one)


class Logs:
    """CloudWatch Logs as far as it is used."""

    exceptions = SimpleNamespace(ResourceNotFoundException=LookupError)

    def __init__(self, *lines: str, gone: bool = False) -> None:
        self.lines, self.gone = lines, gone

    def get_paginator(self, _: str) -> Logs:
        return self

    def paginate(self, *, filterPattern: str, **_: Any) -> list[dict[str, Any]]:
        if self.gone:
            raise LookupError
        return [{"events": [{"message": line} for line in self.lines if filterPattern.strip('"') in line]}]


def message(name: str, body: Any = EVENT, **attributes: str) -> dict[str, Any]:
    told = {key: {"StringValue": value} for key, value in attributes.items()}
    return {
        "MessageId": name,
        "ReceiptHandle": f"handle {name}",
        "Body": body if isinstance(body, str) else json.dumps(body),
        "Attributes": {"SentTimestamp": "1795424040000"},
        "MessageAttributes": told,
    }


def said(name: str, **more: str) -> str:
    return json.dumps({"level": "ERROR", "message": "failed", "message_id": name, **more})


def listed(queue: Queue, logs: Logs) -> list[DeadLetter]:
    stack: Any = SimpleNamespace(stage="local", client={"sqs": queue, "logs": logs}.__getitem__)
    return dead_letters_of(stack, "dispatch")


@pytest.mark.parametrize(
    ("letter", "lines", "expected"),
    [
        (message("a"), [said("a", exception=TRACE)] * 3, ("T-1", "MoveDecided", 3, "KeyError: 'topic'")),
        (
            message("a"),
            [said("a", exception=TRACE), said("a", why="Slack asks")],
            ("T-1", "MoveDecided", 2, "Slack asks"),
        ),
        (message("a"), [said("b", why="another's")], ("T-1", "MoveDecided", 0, "the log does not say")),
        (
            message("a"),
            ["[ERROR] ValidationError: MODEL_TIMEOUT_S\nTraceback …"],
            ("T-1", "MoveDecided", 0, "the function itself failed: ValidationError: MODEL_TIMEOUT_S"),
        ),
        (message("a", ERROR_MESSAGE="no permission"), [], ("T-1", "MoveDecided", 0, "no permission")),
        (message("a", {"lane": "form", "key": "form/T-2.json"}), [], (None, "form", 0, "the log does not say")),
        (message("a", "never ours"), [], (None, "not a message of ours", 0, "the log does not say")),
    ],
    ids=["failed", "asked to wait last", "not in the log", "before it could begin", "undelivered", "intake's", "noise"],
)
def test_a_dead_letter_says_what_became_of_it(
    letter: dict[str, Any], lines: list[str], expected: tuple[str | None, str, int, str]
) -> None:
    (one,) = listed(Queue(letter), Logs(*lines))
    assert (one.ticket_id, one.event, one.tries, one.why) == expected


def test_listing_moves_nothing_and_sees_more_than_one_batch() -> None:
    queue = Queue(*(message(f"m{number}") for number in range(25)))
    assert len(listed(queue, Logs())) == 25
    assert (len(queue.messages), queue.hidden) == (25, [])


def test_without_a_log_it_is_listed_all_the_same() -> None:
    assert [one.why for one in listed(Queue(message("a")), Logs(gone=True))] == ["the log does not say"]


def test_the_table_is_for_eyes(capsys: pytest.CaptureFixture[str]) -> None:
    dead_letters._show(listed(Queue(message("a")), Logs(said("a", exception=TRACE))))
    assert "KeyError: 'topic'" in capsys.readouterr().out
    dead_letters._show([])
    assert "No dead letters." in capsys.readouterr().out
