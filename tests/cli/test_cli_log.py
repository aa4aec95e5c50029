"""The order in which a ticket's events are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

import cli.log
from cli.log import _not_yet, in_causal_order, release_mail
from services.dispatch.domain.row import ROW_FIELDS
from shared.errors import BadInput


def event(name: str, cause: str | None, second: int) -> dict[str, Any]:
    metadata = {"event_id": name, "causation_id": cause, "occurred_at": f"2026-11-23T08:54:{second:02d}Z"}
    return {"detail-type": name, "detail": {"metadata": metadata}}


RECEIVED, CLASSIFIED = event("received", None, 1), event("classified", "received", 2)
MOVED, DISPATCHED = event("moved", "classified", 3), event("dispatched", "moved", 4)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], []),
        ([MOVED, RECEIVED, CLASSIFIED], ["received", "classified", "moved"]),
        ([event("early", "received", 0), RECEIVED], ["received", "early"]),
        ([CLASSIFIED], ["classified"]),
        ([DISPATCHED, event("corrected", "press", 9), MOVED], ["moved", "dispatched", "corrected"]),
        ([event("a", "b", 1), event("b", "a", 2)], ["a", "b"]),
    ],
    ids=["none", "shuffled", "clock behind its cause", "cause expired", "caused by no event", "circle"],
)
def test_a_cause_comes_before_its_effect_whatever_the_clocks_say(events: list[dict[str, Any]], told: list[str]) -> None:
    assert [each["detail-type"] for each in in_causal_order(events)] == told


def test_a_ticket_that_no_team_has_yet_is_told_with_the_same_fields() -> None:
    ticket = {"ticket_id": "T-1", "subject": "Hello", "customer": {"email": "a@b.example"}, "source": "mail"}
    row = _not_yet("T-1", [{"event": "TicketReceived", "data": {"ticket": {**ticket, "text": "not for a row"}}}])
    assert set(row) == set(ROW_FIELDS)
    assert {name: row[name] for name in ticket} == ticket
    assert (row["move"], row["destination"], row["reasons"], row["corrections"]) == (None, None, [], [])
    assert _not_yet("T-2", [])["ticket_id"] == "T-2"


class Queues:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": f"queue of {QueueName}"}

    def send_message(self, **message: str) -> None:
        self.told.append(message)


class Stack:
    stage = "local"

    def __init__(self) -> None:
        self.queues = Queues()

    def client(self, name: str) -> Queues:
        return {"sqs": self.queues}[name]


def test_a_mail_that_was_set_aside_is_released_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": "T-4F7K2M9QXA8B", "key": "inbound/1", "received_at": "2026-11-23T08:54:00+00:00", "reason": "a report"}
    monkeypatch.setattr(cli.log, "set_aside_mail", lambda stack, *, limit: [{"key": "of before ids"}, row])
    stack = Stack()
    assert release_mail(stack, " t-4f7k2m9qxa8b ") == row  # type: ignore[arg-type]
    (message,) = stack.queues.told
    assert message["QueueUrl"] == "queue of tickets-local-intake"
    assert json.loads(message["MessageBody"]) == {
        "lane": "released", "key": "inbound/1", "received_at": "2026-11-23T08:54:00+00:00",
    }  # fmt: skip
    with pytest.raises(BadInput, match="has been set aside"):
        release_mail(stack, "T-000000000000")  # type: ignore[arg-type]
