"""What comes in: decided moves and copies become hand-offs."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.move_decided import MoveDecided
from contracts.ticket_received import TicketReceived
from services.dispatch.app.changes import change_stored
from services.dispatch.app.ports import Log
from services.dispatch.domain.life.beginning import decided_anew, hand_off_of, hand_off_of_copy
from services.dispatch.domain.life.handoff import HandOff
from shared.errors import NotNow

OVERTAKEN_FOR = timedelta(seconds=60)
"""How long a follow-up waits for its ticket; later it stands on its own (the ticket may be older than the log)."""


def dispatch(*, decided: MoveDecided, log: Log, now: datetime) -> str:
    """A move was decided: keep the event and the hand-off. Answers the id of the ticket to settle.

    Raises NotNow for a follow-up that overtook the ticket it belongs to.
    """
    ticket = decided.data.ticket
    root = log.get(ticket.follow_up_to) if ticket.follow_up_to else None
    if ticket.follow_up_to and root is None and now - decided.metadata.occurred_at < OVERTAKEN_FOR:
        raise NotNow(f"{ticket.ticket_id} follows {ticket.follow_up_to}, which is not here yet", retry_after=3)

    def begin(known: HandOff | None) -> HandOff | None:
        if known is None:
            return hand_off_of(decided, root)
        unfolded = known.is_copy and ticket.duplicate_of is None
        return decided_anew(known, decided) if unfolded else None

    change_stored(log, ticket.ticket_id, begin, decided)
    return ticket.ticket_id


def receive_copy(*, received: TicketReceived, log: Log) -> str:
    """A copy came in: keep it as a row of its own. Answers its id, which is the one to settle."""
    ticket = received.data.ticket
    root = log.get(ticket.duplicate_of or "")

    def begin(known: HandOff | None) -> HandOff | None:
        return hand_off_of_copy(ticket, root, received.metadata) if known is None else None

    change_stored(log, ticket.ticket_id, begin, received)
    return ticket.ticket_id
