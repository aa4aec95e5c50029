"""classifier reads every published TicketReceived and says only what the published schema allows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.rules import Rules
from contracts.ticket import Customer, Ticket
from contracts.ticket_classified import TicketClassified
from contracts.ticket_received import TicketReceived, TicketReceivedData
from services.classifier import handler
from services.classifier.domain.answer import Answer
from services.classifier.domain.prompt import Prompt
from services.classifier.settings import Settings
from shared.testing.contracts import as_sqs_batch, as_sqs_body, examples, violations

NOW = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)
RULES = Rules.model_validate(
    {
        "version": 1,
        "revision": 1,
        "published_at": NOW,
        "topics": [{"name": "billing", "team": "finance", "row": 2}],
        "teams": [{"name": "finance", "row": 2}, {"name": "triage", "row": 3}],
    }
)
SAID = {"topic": "billing", "second": "none of these", "urgency": "low", "tone": "calm", "confidence": 0.9, "why": "x"}


class Bus:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


class Snapshot:
    def get(self) -> Rules:
        return RULES


class Model:
    name = "some.model-v1:0"

    def __init__(self) -> None:
        self.calls = 0

    def ask(self, prompt: Prompt) -> Answer:
        self.calls += 1
        return Answer(SAID, tokens_in=600, tokens_out=40, latency_ms=900)


class Readings:
    def __init__(self) -> None:
        self.kept: dict[str, TicketClassified] = {}

    def find(self, ticket_id: str, event_id: str) -> TicketClassified | None:
        return self.kept.get(event_id)

    def keep(self, classified: TicketClassified) -> TicketClassified:
        return self.kept.setdefault(classified.metadata.event_id, classified)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    model = Model()
    settings = Settings(stage="test", bus_name="b", rules_bucket="r", table_name="t", model_id=model.name)
    readings = Readings()
    monkeypatch.setattr(handler, "model", lambda: model)
    monkeypatch.setattr(handler, "readings", lambda: readings)
    monkeypatch.setattr(handler, "settings", lambda: settings)
    monkeypatch.setattr(handler, "rules", Snapshot)
    return model


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, model: Model) -> Bus:
    bus = Bus()
    monkeypatch.setattr(handler, "bus", lambda: bus)
    return bus


def received(text: str = "How do I change my billing address?") -> dict[str, Any]:
    ticket = Ticket(ticket_id="T-1", source="form", customer=Customer(email="a@b.example"), text=text, received_at=NOW)
    event = TicketReceived.caused_by(
        ticket_id="T-1", cause=None, occurred_at=NOW, key=text, data=TicketReceivedData(ticket=ticket)
    )
    return event.model_dump(mode="json")


def deliver(*details: dict[str, Any]) -> dict[str, Any]:
    bodies = [as_sqs_body("TicketReceived", "tickets.intake", detail) for detail in details]
    return handler.inbox(as_sqs_batch(*bodies), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document", [received(), received("hi"), *(document for _, document in examples("TicketReceived.v1"))]
)
def test_every_published_example_is_read_and_said_by_the_schema(bus: Bus, document: dict[str, Any]) -> None:
    assert deliver(document) == {"batchItemFailures": []}
    (event,) = bus.events
    assert violations("TicketClassified.v1", json.loads(event.model_dump_json())) == []
    assert event.metadata.causation_id == document["metadata"]["event_id"]
    assert event.metadata.correlation_id == document["data"]["ticket"]["ticket_id"]


def test_a_redelivery_is_said_again_without_a_second_call(bus: Bus, model: Model) -> None:
    deliver(received())
    deliver(received())
    assert model.calls == 1
    assert bus.events[0] == bus.events[1]


def test_one_bad_message_fails_alone(bus: Bus) -> None:
    bad = received()
    bad["metadata"]["version"] = 2
    assert deliver(bad, received()) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert len(bus.events) == 1


class Slow:
    """A Lambda context in a batch that has used up its time but for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return round(self.seconds * 1000)


@pytest.mark.parametrize(
    ("seconds", "left"), [(60, []), (20, [{"itemIdentifier": "m1"}])], ids=["enough", "too little"]
)
def test_a_message_that_no_longer_fits_into_the_batch_comes_back_and_the_first_always_tries(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, seconds: float, left: list[dict[str, str]]
) -> None:
    monkeypatch.setattr("shared.consume._come_back", lambda *_: None)
    bodies = [as_sqs_body("TicketReceived", "tickets.intake", received(text)) for text in ("My invoice", "My refund")]
    assert handler.inbox(as_sqs_batch(*bodies), Slow(seconds)) == {"batchItemFailures": left}  # type: ignore[arg-type]
    assert len(bus.events) == 2 - len(left)
