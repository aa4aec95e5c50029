"""Who produces and who consumes each event, version by version.

A test holds every ``serverless.yml`` rule against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.outcomes_counted import OutcomesCounted
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_classified import TicketClassified
from contracts.ticket_corrected import TicketCorrected as TicketCorrectedV1
from contracts.ticket_corrected_v2 import TicketCorrected
from contracts.ticket_dispatched import TicketDispatched
from contracts.ticket_received import TicketReceived


@dataclass(frozen=True)
class Entry:
    """One line of the catalog."""

    event: type[Event]
    producer: str
    consumers: tuple[str, ...]
    only: Mapping[str, str] = field(default_factory=dict)
    """In words, what the rule of a consumer that does not take every one of them lets through."""


CATALOG: tuple[Entry, ...] = (
    Entry(
        TicketReceived,
        "intake",
        ("classifier", "dispatch"),
        {"classifier": "all but copies", "dispatch": "copies alone"},
    ),
    Entry(MailSetAside, "intake", ("dispatch",)),
    Entry(TicketAnswered, "intake", ("dispatch",)),
    Entry(TicketClassified, "classifier", ("router",)),
    Entry(MoveDecided, "router", ("dispatch",)),
    Entry(TicketDispatched, "dispatch", ()),
    Entry(TicketCorrectedV1, "dispatch", ()),
    Entry(TicketCorrected, "dispatch", ("learning", "dispatch", "intake"), {"intake": "unfolded tickets alone"}),
    Entry(OutcomesCounted, "dispatch", ("learning",)),
)

EVENTS: dict[tuple[str, int], type[Event]] = {
    (entry.event.detail_type(), entry.event.version): entry.event for entry in CATALOG
}
"""Each event by its name and version."""
