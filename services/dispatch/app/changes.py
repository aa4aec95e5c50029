"""Changing the stored hand-off, and saying so on the bus."""

from __future__ import annotations

from collections.abc import Callable

from contracts.envelope import Event
from services.dispatch.app.ports import Bus, Log
from services.dispatch.domain.errors import Conflict
from services.dispatch.domain.life.events import corrected_event
from services.dispatch.domain.life.handoff import HandOff
from shared.errors import NotNow

Change = Callable[[HandOff | None], HandOff | None]

ATTEMPTS = 5
"""How often a conditional write is tried anew before the message goes back to the queue."""


def say_corrections(handoff: HandOff, *, log: Log, bus: Bus) -> HandOff:
    """Put on the bus what is not known to be there."""
    said = handoff.revision
    if handoff.said >= said:
        return handoff
    for revision in range(max(handoff.said, handoff.decided_at_revision), said):
        bus.publish(corrected_event(handoff, revision + 1))

    def change(known: HandOff | None) -> HandOff | None:
        return known.model_copy(update={"said": said}) if known and known.said < said else None

    return change_stored(log, handoff.ticket_id, change)[0]


def change_stored(log: Log, ticket_id: str, change: Change, *events: Event) -> tuple[HandOff, bool]:
    """Store what ``change`` makes of the hand-off, tried anew when somebody else wrote in between.

    ``change`` answers None to leave it. Answers the hand-off as stored and whether it was changed. The events a
    correction causes are kept in the same write. Raises LookupError for an unknown ticket.
    """
    for _ in range(ATTEMPTS):
        known = log.get(ticket_id)
        changed = change(known)
        if changed is None:
            if known is None:
                raise LookupError(f"Ticket {ticket_id} is not known here")
            for event in events:
                log.keep(event)
            return known, False
        corrected = range(known.revision if known else changed.revision, changed.revision)
        try:
            return log.save(changed, *events, *(corrected_event(changed, n + 1) for n in corrected)), True
        except Conflict:
            continue
    raise NotNow(f"{ticket_id} is being changed by too many at once", retry_after=1)
