"""The row a hand-off is in the log: what ``ticket-router tickets`` prints and the reports count."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import shorten
from typing import Any

from services.dispatch.domain.life.events import taken_back
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.reading import ROUTER

ROW_FIELDS = (
    "ticket_id", "source", "customer", "subject", "opening", "topic", "urgency", "tone", "confidence", "move",
    "position", "team", "destination", "reasons", "received_at", "dispatched_at", "taken_at", "taken_by",
    "duplicate_of", "part_of", "follow_up_to", "link_reason", "vip", "rules_revision", "tokens_in", "tokens_out",
    "model", "confidence_before_outcomes", "corrections", "state", "done_at", "done_by", "link", "steps",
    "went",
)  # fmt: skip
"""What every row has."""
OPENING = 80
"""Characters of a ticket's first words, for lists: chats and many forms have no subject."""


def row_of(handoff: HandOff) -> dict[str, Any]:
    """The hand-off as a JSON object."""
    ticket, reading, move, place = handoff.ticket, handoff.reading, handoff.move, handoff.place
    return {
        "ticket_id": ticket.ticket_id,
        "source": ticket.source,
        "customer": ticket.customer.model_dump(mode="json"),
        "subject": ticket.subject,
        "opening": shorten(ticket.text, OPENING, placeholder=" …"),
        "topic": handoff.topic,
        "urgency": reading.urgency if reading else None,
        "tone": reading.tone if reading else None,
        "confidence": reading.confidence if reading else None,
        "move": move.kind,
        "position": move.position,
        "team": place.team if place and handoff.part_of else move.team,
        "destination": place.destination.model_dump(mode="json") if place else None,
        "reasons": list(move.reasons),
        "received_at": moment(ticket.received_at),
        "dispatched_at": moment(handoff.first_dispatched_at) if handoff.first_dispatched_at else None,
        "taken_at": moment(handoff.taken_at) if handoff.taken_at else None,
        "taken_by": handoff.taken_by.model_dump(mode="json") if handoff.taken_by else None,
        "duplicate_of": handoff.part_of if handoff.is_copy else ticket.duplicate_of,
        "part_of": handoff.part_of,
        "follow_up_to": ticket.follow_up_to,
        "link_reason": ticket.link_reason,
        "vip": move.vip,
        "rules_revision": move.rules_revision,
        "tokens_in": reading.tokens_in if reading else 0,
        "tokens_out": reading.tokens_out if reading else 0,
        "model": reading.model if reading else "",
        "confidence_before_outcomes": reading.confidence_before_outcomes if reading else None,
        # What the router did when it read the ticket at last is its move, and no correction of it.
        "corrections": [
            {**done.model_dump(mode="json"), "undone": number in taken_back(handoff)}
            for number, done in enumerate(handoff.corrections, 1)
            if done.corrected_by != ROUTER
        ],
        "state": handoff.state,
        "done_at": moment(handoff.done_at) if handoff.done_at else None,
        "done_by": handoff.done_by.model_dump(mode="json") if handoff.done_by else None,
        "link": place.link if place else None,
        "steps": [step.model_dump(mode="json", exclude_none=True) for step in handoff.steps],
        "went": handoff.went.model_dump(mode="json") if handoff.went else None,
    }


def moment(at: datetime) -> str:
    """A moment in UTC with a fixed width, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
