"""What comes in: decided moves and copies become hand-offs, answers take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.envelope import Event
from contracts.move_decided import MoveDecided, MoveDecidedData
from contracts.rules import Rules
from contracts.ticket import Ticket
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_received import TicketReceived
from services.dispatch.app.changes import change_stored
from services.dispatch.app.ports import Log
from services.dispatch.domain.life.answering import answered_by_mail
from services.dispatch.domain.life.beginning import decided_anew, hand_off_of, hand_off_of_copy
from services.dispatch.domain.life.earlier import LOOKED_AT, Earlier, earlier_of
from services.dispatch.domain.life.handoff import HandOff, Went
from services.dispatch.domain.life.reading import read_at_last
from services.dispatch.domain.life.shadowing import told, woken
from shared.errors import NotNow

OVERTAKEN_FOR = timedelta(seconds=60)
"""How long a follow-up waits for its ticket; later it stands on its own (the ticket may be older than the log)."""


def dispatch(*, decided: MoveDecided, log: Log, rules: Rules, now: datetime) -> str:
    """A move was decided: keep the event and the hand-off. Answers the id of the ticket to settle.

    A ticket that was read as a copy of another one becomes part of it; nobody is called for its own move.

    Raises NotNow for a follow-up that overtook the ticket it belongs to.
    """
    ticket = decided.data.ticket
    if ticket.duplicate_of:
        return _keep_copy(ticket, decided, log, rules, read=decided.data)
    root = log.get(ticket.follow_up_to) if ticket.follow_up_to else None
    if ticket.follow_up_to and root is None and now - decided.metadata.occurred_at < OVERTAKEN_FOR:
        raise NotNow(f"{ticket.ticket_id} follows {ticket.follow_up_to}, which is not here yet", retry_after=3)

    earlier = _earlier(ticket, log)

    def begin(known: HandOff | None) -> HandOff | None:
        if known is None:
            return hand_off_of(decided, root).model_copy(update={"earlier": earlier})
        unfolded = known.is_copy and ticket.duplicate_of is None
        return decided_anew(known, decided) if unfolded else read_at_last(known, decided)

    change_stored(log, ticket.ticket_id, begin, decided)
    return ticket.ticket_id


def _earlier(ticket: Ticket, log: Log) -> Earlier | None:
    """What else the customer wrote about. A part is shown under its ticket, which says so already."""
    if not ticket.customer.email or ticket.follow_up_to:
        return None
    rows = log.of_customer(ticket.customer.email, LOOKED_AT)
    return earlier_of(rows, ticket_id=ticket.ticket_id, before=ticket.received_at)


def receive_copy(*, received: TicketReceived, log: Log, rules: Rules) -> str:
    """A copy came in: keep it as a row of its own. Answers its id, which is the one to settle."""
    return _keep_copy(received.data.ticket, received, log, rules)


def _keep_copy(ticket: Ticket, event: Event, log: Log, rules: Rules, read: MoveDecidedData | None = None) -> str:
    root = log.get(ticket.duplicate_of or "")

    def begin(known: HandOff | None) -> HandOff | None:
        return hand_off_of_copy(ticket, root, event.metadata, read) if known is None else None

    if root and root.shadow and not rules.is_shadow(root.move.team) and log.get(ticket.ticket_id) is None:
        # The customer asks again, and nobody looks any more where people had the first.
        root, _ = change_stored(log, root.ticket_id, lambda known: known and woken(known))
    change_stored(log, ticket.ticket_id, begin, event)
    return ticket.ticket_id


def hear_answer(*, answered: TicketAnswered, log: Log, now: datetime) -> str:
    """One of our own people answered by mail: shown under the ticket, which is theirs from now on.

    Answers the id of the ticket to settle. Raises NotNow for an answer that overtook its ticket.
    """
    ticket_id = answered.data.ticket_id
    known = log.get(ticket_id)
    if known is None:
        if now - answered.metadata.occurred_at < OVERTAKEN_FOR:
            raise NotNow(f"{ticket_id}, which was answered, is not here yet", retry_after=3)
        return ticket_id
    root = known.part_of or ticket_id
    if known.shadow:
        log.keep(answered)
        return root
    change_stored(log, root, lambda there: there and answered_by_mail(there, answered))
    return root


def hear_where_it_went(*, ticket_id: str, went: Went, log: Log) -> None:
    """Somebody told where people took a ticket that was only said. Nothing else changes."""
    if log.get(ticket_id):
        change_stored(log, ticket_id, lambda known: known and told(known, went))
