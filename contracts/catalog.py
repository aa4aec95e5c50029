"""Who produces and who consumes each event. A test holds every ``serverless.yml`` rule against it."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.outcomes_counted import OutcomesCounted
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_classified import TicketClassified
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_dispatched import TicketDispatched
from contracts.ticket_received import TicketReceived


@dataclass(frozen=True)
class Entry:
    """One line of the catalog."""

    event: type[Event]
    producer: str
    consumers: tuple[str, ...]


CATALOG: tuple[Entry, ...] = (
    Entry(TicketReceived, "intake", ("classifier", "dispatch")),
    Entry(MailSetAside, "intake", ("dispatch",)),
    Entry(TicketAnswered, "intake", ("dispatch",)),
    Entry(TicketClassified, "classifier", ("router",)),
    Entry(MoveDecided, "router", ("dispatch",)),
    Entry(TicketDispatched, "dispatch", ()),
    Entry(TicketCorrected, "dispatch", ("learning", "dispatch", "intake")),
    Entry(OutcomesCounted, "dispatch", ("learning",)),
)

EVENTS: dict[str, type[Event]] = {entry.event.detail_type(): entry.event for entry in CATALOG}
