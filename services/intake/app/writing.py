"""Writing a ticket once, linked to what it repeats or continues, and saying so on the bus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from contracts.envelope import Metadata
from contracts.ticket import Ticket
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived, TicketReceivedData
from services.intake.app.ports import Bus, Kept, Raced, Tickets
from services.intake.domain.identity import customer_key
from services.intake.domain.linking import Folding, Link, Recent, link_of, remember
from shared.errors import NotNow

_RACES = 8
"""Tries to write a ticket when others of the same customer come in at the same moment."""


def receive(
    *, ticket: Ticket, thread: Sequence[str], trusted: bool = False, folding: Folding, tickets: Tickets, bus: Bus
) -> TicketReceived:
    """Write the ticket once, linked to what it repeats or continues, and say so on the bus.

    A redelivery finds what was written and says the same again only if the bus may not have it. Raises NotNow when too
    many tickets of one customer come in at the same moment.
    """

    def link(recent: Sequence[Recent]) -> Link | None:
        known = tickets.roots(thread)
        return link_of(ticket, thread=thread, roots=known, recent=recent, folding=folding, trusted=trusted)

    return _write_and_say(ticket=ticket, cause=None, link=link, folding=folding, tickets=tickets, bus=bus)


def is_written(ticket: Ticket, *, tickets: Tickets) -> bool:
    """Whether this ticket was written before: what comes now is a redelivery."""
    return tickets.find(_event(ticket, None)) is not None


def unfold(*, corrected: TicketCorrected, folding: Folding, tickets: Tickets, bus: Bus) -> TicketReceived:
    """Let a folded ticket stand on its own: emit it anew, as a copy of nothing. Raises NotNow as ``receive`` does."""
    cleared = {"duplicate_of": None, "follow_up_to": None, "link_reason": None}
    return _write_and_say(
        ticket=corrected.data.ticket.model_copy(update=cleared),
        cause=corrected.metadata,
        link=lambda _: None,
        folding=folding,
        tickets=tickets,
        bus=bus,
    )


def _write_and_say(
    *,
    ticket: Ticket,
    cause: Metadata | None,
    link: Callable[[Sequence[Recent]], Link | None],
    folding: Folding,
    tickets: Tickets,
    bus: Bus,
) -> TicketReceived:
    kept = _write_once(ticket=ticket, cause=cause, link=link, folding=folding, tickets=tickets)
    if not kept.published:
        bus.publish(kept.event)
        tickets.mark_published(kept.event)
    return kept.event


def _write_once(
    *,
    ticket: Ticket,
    cause: Metadata | None,
    link: Callable[[Sequence[Recent]], Link | None],
    folding: Folding,
    tickets: Tickets,
) -> Kept:
    customer = customer_key(ticket.customer)
    for _ in range(_RACES):
        if kept := tickets.find(_event(ticket, cause)):
            return kept
        recent, revision = tickets.recent(customer) if customer else ((), 0)
        found = link(recent)
        root = found.root if found else ticket.ticket_id
        event = _event(_linked(ticket, found), cause)
        with suppress(Raced):
            tickets.write(
                event,
                threads={key: root for key in (ticket.ticket_id, ticket.message_id) if key},
                customer=customer,
                recent=remember(ticket, root, recent, folding),
                revision=revision,
            )
            return Kept(event, published=False)
    raise NotNow(f"{ticket.ticket_id}: too many tickets of one customer at once", retry_after=1)


def _event(ticket: Ticket, cause: Metadata | None) -> TicketReceived:
    return TicketReceived.caused_by(
        ticket_id=ticket.ticket_id,
        cause=cause,
        occurred_at=cause.occurred_at if cause else ticket.received_at,
        data=TicketReceivedData(ticket=ticket),
    )


def _linked(ticket: Ticket, link: Link | None) -> Ticket:
    if link is None:
        return ticket
    kind = "duplicate_of" if link.is_copy else "follow_up_to"
    return ticket.model_copy(update={kind: link.root, "link_reason": link.reason})
