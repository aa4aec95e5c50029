"""Writing a ticket once, linked to what it repeats or continues, and saying so on the bus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from contracts.envelope import Metadata
from contracts.ticket import RecentTicket, Ticket
from contracts.ticket_corrected_v2 import TicketCorrected
from contracts.ticket_received import TicketReceived, TicketReceivedData
from services.intake.app.ports import Bus, Kept, Raced, Tickets
from services.intake.domain.identity import customer_key
from services.intake.domain.linking import Folding, Link, Recent, link_of, remember, to_be_read_with
from shared.errors import NotNow

Linked = tuple[Ticket, str]
"""A ticket with what it is to earlier ones, and the ticket whose hand-off it belongs to."""

_RACES = 8
"""Tries to write a ticket when others of the same customer come in at the same moment."""


def receive(
    *, ticket: Ticket, thread: Sequence[str], trusted: bool = False, folding: Folding, tickets: Tickets, bus: Bus
) -> TicketReceived:
    """Write the ticket once, linked to what it repeats or continues, and say so on the bus.

    A redelivery finds what was written and says the same again only if the bus may not have it. Raises NotNow when too
    many tickets of one customer come in at the same moment.
    """

    def linked(recent: Sequence[Recent]) -> Linked:
        known = tickets.roots(thread) if thread else {}
        link = link_of(ticket, thread=thread, roots=known, recent=recent, folding=folding, trusted=trusted)
        return _as_linked(ticket, link) if link else _standing(ticket, to_be_read_with(ticket, recent, folding))

    return _write_and_say(ticket=ticket, cause=None, linked=linked, folding=folding, tickets=tickets, bus=bus)


def is_written(ticket: Ticket, *, tickets: Tickets) -> bool:
    """Whether this ticket was written before: what comes now is a redelivery."""
    return tickets.find(_event(ticket, None)) is not None


def unfold(*, corrected: TicketCorrected, folding: Folding, tickets: Tickets, bus: Bus) -> TicketReceived:
    """Let a folded ticket stand on its own: emit it anew, as a copy of nothing and with nothing to be a copy of.

    Raises NotNow as ``receive`` does.
    """
    cleared = {"duplicate_of": None, "follow_up_to": None, "link_reason": None}
    ticket = corrected.data.ticket.model_copy(update=cleared)
    return _write_and_say(
        ticket=ticket,
        cause=corrected.metadata,
        linked=lambda _: _standing(ticket, ()),
        folding=folding,
        tickets=tickets,
        bus=bus,
    )


def _write_and_say(
    *,
    ticket: Ticket,
    cause: Metadata | None,
    linked: Callable[[Sequence[Recent]], Linked],
    folding: Folding,
    tickets: Tickets,
    bus: Bus,
) -> TicketReceived:
    kept = _write_once(ticket=ticket, cause=cause, linked=linked, folding=folding, tickets=tickets)
    if not kept.published:
        bus.publish(kept.event)
        tickets.mark_published(kept.event)
    return kept.event


def _write_once(
    *,
    ticket: Ticket,
    cause: Metadata | None,
    linked: Callable[[Sequence[Recent]], Linked],
    folding: Folding,
    tickets: Tickets,
) -> Kept:
    customer = customer_key(ticket.customer)
    for _ in range(_RACES):
        if kept := tickets.find(_event(ticket, cause)):
            return kept
        recent, revision = tickets.recent(customer) if customer else ((), 0)
        found, root = linked(recent)
        event = _event(found, cause)
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


def _as_linked(ticket: Ticket, link: Link) -> Linked:
    kind = "duplicate_of" if link.is_copy else "follow_up_to"
    return ticket.model_copy(update={kind: link.root, "link_reason": link.reason}), link.root


def _standing(ticket: Ticket, recent: tuple[RecentTicket, ...]) -> Linked:
    return ticket.model_copy(update={"recent": recent}), ticket.ticket_id
