"""What is only said, and what is done, while the router runs beside the present way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.envelope import Event, Metadata
from contracts.rules import Rules
from contracts.ticket import Customer, Reading, Ticket
from contracts.ticket_classified import TicketClassified, TicketClassifiedData
from services.router.app import route

NOW = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)


class Bus:
    def publish(self, event: Event) -> None:
        self.said = event


class Snapshot:
    def __init__(self, **settings: object) -> None:
        self.rules = Rules.model_validate(
            {
                "version": 1,
                "revision": 1,
                "published_at": NOW,
                "topics": [{"name": "billing", "team": "Billing Team", "row": 2}],
                "teams": [{"name": "Billing Team", "row": 2}, {"name": "triage", "row": 3}],
                **settings,
            }
        )

    def get(self) -> Rules:
        return self.rules


def classified(*, confidence: float) -> TicketClassified:
    ticket = Ticket(
        ticket_id="T-1", source="form", customer=Customer(email="a@b.example"), text="An invoice", received_at=NOW
    )
    reading = Reading(topic="billing", urgency="low", tone="calm", confidence=confidence)
    metadata = Metadata(event_id="e", version=1, correlation_id="T-1", causation_id=None, occurred_at=NOW)
    return TicketClassified(metadata=metadata, data=TicketClassifiedData(ticket=ticket, reading=reading))


@pytest.mark.parametrize(
    ("settings", "sure", "unsure"),
    [
        ({}, False, False),
        ({"shadow": True}, True, True),
        ({"shadow": True, "live_teams": ("billing team",)}, False, True),
        ({"shadow": True, "live_teams": ("triage", "BILLING TEAM")}, False, False),
        ({"shadow": False, "live_teams": ("triage",)}, False, False),
    ],
)
def test_a_move_is_only_said_for_teams_that_are_not_live(settings: dict[str, object], sure: bool, unsure: bool) -> None:
    for confidence, shadow in ((0.99, sure), (0.1, unsure)):  # the first goes to its team, the second is held in triage
        bus = Bus()
        decided = route(classified=classified(confidence=confidence), rules=Snapshot(**settings), bus=bus, now=NOW)
        assert (decided.data.shadow, bus.said) == (shadow, decided)
