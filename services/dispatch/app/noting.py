"""What is said where the ticket lies: its copies and follow-ups, notes; and to the managers."""

from __future__ import annotations

from services.dispatch.app.changes import change_stored
from services.dispatch.app.once import once
from services.dispatch.app.placing import announce
from services.dispatch.app.ports import Outside
from services.dispatch.domain.life.correcting import is_unfolded
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.life.placed import noted


def note_parts(root: HandOff, outside: Outside) -> list[HandOff]:
    """Note every copy and follow-up where the ticket lies now. Answers them."""
    return [
        announce(part if part.lies_under(root) else _note_part(part, root, outside), outside)
        for part in outside.log.parts(root.ticket_id)
        if part.part_of == root.ticket_id and not is_unfolded(part)
    ]


def _note_part(part: HandOff, root: HandOff, outside: Outside) -> HandOff:
    there = root.place
    if there is None:
        raise ValueError(f"{root.ticket_id} has no place yet")
    effect, now = f"{part.ticket_id}.under.{there.destination.ref}", outside.clock()
    destination = once(outside, effect, lambda attempt: outside.places.put_part(part, root, attempt))

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or destination is None or known.part_of != root.ticket_id or known.lies_under(root):
            return None
        place = Place(team=there.team, destination=destination, revision=known.revision, at=max(now, there.at))
        return noted(known, root, place)

    done, _ = change_stored(outside.log, part.ticket_id, change)
    outside.effects.done(effect)
    return done


def say_notes(handoff: HandOff, outside: Outside) -> HandOff:
    """Say under the ticket what is still to be said, once."""
    for note in handoff.notes:
        handoff = _say(handoff, note, outside)
    return handoff


def _say(handoff: HandOff, note: Note, outside: Outside) -> HandOff:
    effect = f"{handoff.ticket_id}.note.{note.key}"
    once(outside, effect, lambda attempt: outside.places.say(handoff, note, attempt))

    def change(known: HandOff | None) -> HandOff | None:
        left = tuple(other for other in known.notes if other.key != note.key) if known else ()
        return known.model_copy(update={"notes": left}) if known and left != known.notes else None

    done, _ = change_stored(outside.log, handoff.ticket_id, change)
    outside.effects.done(effect)
    return done


def tell_managers(handoff: HandOff, outside: Outside) -> HandOff:
    """Show an escalated ticket in the managers' channel as well, and keep it true there."""
    if handoff.escalated:
        outside.places.show_managers(handoff)
        return handoff
    if handoff.move.kind != "escalate":
        return handoff
    effect = f"{handoff.ticket_id}.managers"
    told = once(outside, effect, lambda attempt: outside.places.tell_managers(handoff, attempt))

    def change(known: HandOff | None) -> HandOff | None:
        return known.model_copy(update={"escalated": told}) if known and told and not known.escalated else None

    handoff, _ = change_stored(outside.log, handoff.ticket_id, change)
    outside.effects.done(effect)
    return handoff
