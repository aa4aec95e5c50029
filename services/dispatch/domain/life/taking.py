"""Somebody works on a ticket. What would change nothing answers None."""

from __future__ import annotations

from datetime import datetime

from contracts.ticket import Person
from services.dispatch.domain.life.handoff import HandOff


def take(handoff: HandOff, *, revision: int | None, by: Person, at: datetime) -> HandOff | None:
    """Somebody starts to work on it, unless it has left the team that the button was shown to."""
    if not handoff.is_open or handoff.team_at(revision) != handoff.move.team:
        return None
    notes = tuple(note for note in handoff.notes if not note.waits)
    return handoff.model_copy(update={"taken_by": by, "taken_at": at, "notes": notes})
