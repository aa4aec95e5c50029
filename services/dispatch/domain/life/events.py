"""The events that say what became of a ticket."""

from __future__ import annotations

from contracts.ticket_corrected import TicketCorrected, TicketCorrectedData
from contracts.ticket_dispatched import TicketDispatched, TicketDispatchedData
from services.dispatch.domain.life.handoff import HandOff


def corrected_event(handoff: HandOff, revision: int) -> TicketCorrected:
    """TicketCorrected for the correction that made ``revision``. The same each time it is asked for."""
    correction = handoff.corrections[revision - 1]
    return TicketCorrected.caused_by(
        ticket_id=handoff.ticket_id,
        cause=handoff.cause,
        occurred_at=correction.corrected_at,
        data=TicketCorrectedData(ticket=handoff.ticket, reading=handoff.reading, correction=correction),
        key=f"correction#{revision}",
    )


def dispatched_event(handoff: HandOff) -> TicketDispatched:
    """TicketDispatched for the place the ticket lies in now."""
    place = handoff.place
    if place is None:
        raise ValueError(f"{handoff.ticket_id} has not been put anywhere yet")
    corrected = place.revision > handoff.decided_at_revision
    return TicketDispatched.caused_by(
        ticket_id=handoff.ticket_id,
        cause=corrected_event(handoff, place.revision).metadata if corrected else handoff.cause,
        occurred_at=place.at,
        data=TicketDispatchedData(
            ticket_id=handoff.ticket_id,
            move=handoff.move,
            destination=place.destination,
            received_at=handoff.ticket.received_at,
            dispatched_at=place.at,
        ),
        key=place.destination.ref,
    )
