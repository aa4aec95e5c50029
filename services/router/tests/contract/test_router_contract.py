"""router reads every published TicketClassified and says only what the published schema allows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.rules import Rules
from contracts.ticket_classified import TicketClassified
from services.router import handler
from shared.testing.contracts import as_sqs_batch, as_sqs_body, examples, violations

RULES = Rules.model_validate(
    {
        "version": 1,
        "revision": 1,
        "published_at": datetime(2026, 11, 23, tzinfo=UTC),
        "topics": [{"name": "billing", "team": "finance", "row": 2}],
        "teams": [{"name": "finance", "row": 2}, {"name": "triage", "row": 3}],
    }
)


class Bus:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


class Snapshot:
    def get(self) -> Rules:
        return RULES


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    bus = Bus()
    monkeypatch.setattr(handler, "bus", lambda: bus)
    monkeypatch.setattr(handler, "rules", Snapshot)
    return bus


def deliver(*details: dict[str, Any]) -> dict[str, Any]:
    bodies = [as_sqs_body("TicketClassified", "tickets.classifier", detail) for detail in details]
    return handler.inbox(as_sqs_batch(*bodies), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("stem", "document"), examples("TicketClassified.v1"))
def test_every_published_example_leads_to_a_valid_move(bus: Bus, stem: str, document: dict[str, Any]) -> None:
    assert deliver(document) == {"batchItemFailures": []}
    (event,) = bus.events
    assert violations("MoveDecided.v1", json.loads(event.model_dump_json())) == []
    assert event.metadata.causation_id == TicketClassified.model_validate(document).metadata.event_id
    assert event.metadata.correlation_id == document["metadata"]["correlation_id"]


def test_a_redelivery_says_the_same_under_the_same_id(bus: Bus) -> None:
    _, document = examples("TicketClassified.v1")[0]
    deliver(document)
    deliver(document)
    assert bus.events[0].metadata.event_id == bus.events[1].metadata.event_id


def test_one_bad_message_fails_alone(bus: Bus) -> None:
    _, document = examples("TicketClassified.v1")[0]
    bad = {**document, "metadata": {**document["metadata"], "version": 2}}
    assert deliver(bad, document) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert len(bus.events) == 1


def test_fields_it_does_not_know_are_ignored(bus: Bus) -> None:
    _, document = examples("TicketClassified.v1")[0]
    assert deliver({**document, "data": {**document["data"], "mood": "sunny"}}) == {"batchItemFailures": []}
