"""What is done for a ticket in shadow: one quiet line, and nothing else."""

from __future__ import annotations

from services.dispatch.app.changes import change_stored
from services.dispatch.app.once import once
from services.dispatch.app.ports import Outside
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.shadowing import said


def say_quietly(handoff: HandOff, outside: Outside) -> HandOff:
    """Say where the ticket would go, once, in the shadow channel if the Doc names one."""
    if handoff.announced:
        return handoff
    effect = f"{handoff.ticket_id}.shadow"
    once(outside, effect, lambda attempt: outside.places.say_quietly(handoff, outside.rules, attempt))
    handoff, _ = change_stored(outside.log, handoff.ticket_id, lambda known: known and said(known))
    outside.effects.done(effect)
    return handoff
