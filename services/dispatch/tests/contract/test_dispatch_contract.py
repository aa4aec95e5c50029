"""dispatch takes every published example and says only what the published schemas allow."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived
from services.dispatch import handler
from services.dispatch.adapters import aws
from shared.consume import event_of
from shared.testing.contracts import as_sqs_body, examples, violations

MOVES = [example for _, example in examples("MoveDecided.v1")]
COPIES = [one for _, one in examples("TicketReceived.v1") if one["data"]["ticket"]["duplicate_of"]]


def names(contract: str) -> list[str]:
    return [name for name, _ in examples(contract)]


def _check(dispatch: Any) -> None:
    for event in dispatch.bus.published:
        name = f"{event.detail_type()}.v{event.version}"
        assert violations(name, event.model_dump(mode="json")) == []


@pytest.mark.parametrize("detail", MOVES, ids=names("MoveDecided.v1"))
def test_every_move_is_handed_off(dispatch: Any, detail: dict[str, Any]) -> None:
    decided = event_of(as_sqs_body("MoveDecided", "tickets.router", detail), MoveDecided)
    dispatch.tick(days=1)
    dispatch.decide(decided)
    assert [event.detail_type() for event in dispatch.bus.published] == ["TicketDispatched"]
    _check(dispatch)


@pytest.mark.parametrize("detail", MOVES, ids=names("MoveDecided.v1"))
def test_every_move_can_be_corrected(dispatch: Any, make: Any, detail: dict[str, Any]) -> None:
    dispatch.tick(days=1)
    dispatch.decide(MoveDecided.model_validate(detail))
    ticket_id = detail["data"]["ticket"]["ticket_id"]
    for action, choice in (("reassign", "support|login"), ("reassign", "triage|"), ("split", "privacy|privacy")):
        dispatch.correct(action, ticket_id, choice)
    assert sum(isinstance(event, TicketCorrected) for event in dispatch.bus.published) == 3
    _check(dispatch)


@pytest.mark.parametrize("detail", COPIES)
def test_every_copy_is_kept_until_its_original_comes(dispatch: Any, detail: dict[str, Any]) -> None:
    received = event_of(as_sqs_body("TicketReceived", "tickets.intake", detail), TicketReceived)
    dispatch.copy(received)
    assert dispatch.log.get(received.data.ticket.ticket_id).is_copy
    _check(dispatch)


@pytest.mark.parametrize(("name", "detail"), examples("TicketCorrected.v1"))
def test_every_correction_is_understood(dispatch: Any, name: str, detail: dict[str, Any]) -> None:
    corrected = event_of(as_sqs_body("TicketCorrected", "tickets.dispatch", detail), TicketCorrected)
    assert dispatch.settle(corrected.metadata.correlation_id) is None, name  # of a ticket this stage never saw


def test_unknown_fields_are_ignored(dispatch: Any) -> None:
    detail = MOVES[0] | {"data": MOVES[0]["data"] | {"mood": "sunny"}}
    dispatch.decide(MoveDecided.model_validate(detail))
    _check(dispatch)


@pytest.mark.parametrize("version", [2, "1", None])
def test_another_version_is_refused(version: Any) -> None:
    detail = MOVES[0] | {"metadata": MOVES[0]["metadata"] | {"version": version}}
    with pytest.raises(ValueError, match="reads version 1"):
        event_of(as_sqs_body("MoveDecided", "tickets.router", detail), MoveDecided)


@pytest.mark.parametrize(("name", "detail"), examples("MailSetAside.v1"))
def test_mail_that_was_set_aside_is_kept_for_the_digest(
    dispatch: Any, monkeypatch: pytest.MonkeyPatch, name: str, detail: dict[str, Any]
) -> None:
    monkeypatch.setattr(handler.wiring, "hand_offs", lambda: dispatch.log)
    monkeypatch.setattr(aws, "queues", lambda: None)
    record = {
        "messageId": name,
        "eventSource": "aws:sqs",
        "body": as_sqs_body("MailSetAside", "tickets.intake", detail),
    }
    for _ in range(2):
        assert handler.inbox({"Records": [record]}, None) == {"batchItemFailures": []}  # type: ignore[arg-type]
    day = MailSetAside.model_validate(detail).data.received_at
    assert [mail["reason"] for mail in dispatch.log.aside(f"{day:%Y-%m-%d}")] == [detail["data"]["reason"]]
