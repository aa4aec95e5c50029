"""What the reading says of copies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.ticket import Customer, Reading, Ticket
from services.router.domain import as_read

NOW = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)
WHY = "Same customer, same problem in other words"


@pytest.mark.parametrize(
    ("link", "read_as", "becomes"),
    [
        ({}, None, (None, None)),
        ({}, "T-1", ("T-1", WHY)),
        ({"duplicate_of": "T-2", "link_reason": "same words"}, "T-1", ("T-2", "same words")),
        ({"follow_up_to": "T-2", "link_reason": "replies"}, "T-1", (None, "replies")),
    ],
)
def test_a_ticket_read_as_a_copy_travels_as_one(link: dict[str, str], read_as: str | None, becomes: object) -> None:
    told = {"ticket_id": "T-9", "source": "form", "customer": Customer(email="a@b.example"), "received_at": NOW, **link}
    said = Reading(topic=None, urgency="low", tone="calm", confidence=0.9, same_as=read_as, same_because=WHY)
    ticket = as_read(Ticket.model_validate(told), said)
    assert (ticket.duplicate_of, ticket.link_reason) == becomes
    assert ticket.ticket_id == "T-9"
