"""Where the ticket lies: put there, found there after a crash, announced, and left behind elsewhere."""

from __future__ import annotations

from functools import partial

from contracts.rules import Rules
from contracts.ticket import Destination, Ping
from services.dispatch.app.changes import Change, change_stored
from services.dispatch.app.once import once
from services.dispatch.app.ports import Outside
from services.dispatch.domain.attempt import Attempt
from services.dispatch.domain.life.events import dispatched_event
from services.dispatch.domain.life.handoff import HandOff, Place
from services.dispatch.domain.life.placed import by_mail, placed, to_ping
from services.dispatch.domain.teams import pings_for, team_of


def place(handoff: HandOff, outside: Outside) -> HandOff:
    """Put the ticket where it belongs, or make what lies there say what is true now."""
    handoff = _adopt(handoff, outside)
    if handoff.is_placed:
        outside.places.show(handoff, outside.rules, now=outside.clock())
        return handoff
    effect, called, now = f"{handoff.ticket_id}.{handoff.revision}", to_ping(handoff), outside.clock()

    def falls_in(in_doubt: bool) -> None:
        # Stored before the mail goes: whoever comes after a death sends a mail too, and posts nothing.
        change_stored(outside.log, handoff.ticket_id, lambda known: known and by_mail(known, handoff, in_doubt))

    def put(attempt: Attempt) -> Destination:
        as_stored = outside.log.get(handoff.ticket_id) or handoff
        return outside.places.put(as_stored, outside.rules, attempt, falls_in=falls_in)

    destination = once(outside, effect, put)
    if destination:
        link = outside.places.link(destination)
        place = Place(team=handoff.move.team, destination=destination, revision=handoff.revision, at=now, link=link)
        handoff, _ = change_stored(outside.log, handoff.ticket_id, _puts(place, called))
    outside.effects.done(effect)
    return handoff if destination else outside.log.get(handoff.ticket_id) or handoff


def _puts(place: Place, called: tuple[Ping, ...]) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None or (known.place and known.place.revision >= place.revision):
            return None
        return placed(known, place, called)

    return change


def _adopt(handoff: HandOff, outside: Outside) -> HandOff:
    """Find what was posted before people moved the ticket on, but whose worker died before it could say where."""
    placed_at = handoff.place.revision if handoff.place else -1
    for revision in range(placed_at + 1, handoff.revision):
        if revision in handoff.by_mail:
            continue  # it lay in an inbox; a post in doubt is looked for below
        effect, team = f"{handoff.ticket_id}.{revision}", handoff.corrections[revision].before.team
        found = once(outside, effect, partial(_found, outside, handoff, team, effect))
        if found:
            link = outside.places.link(found)
            place = Place(team=team, destination=found, revision=revision, at=outside.clock(), link=link)
            called = _called_there(handoff, revision, outside.rules)
            handoff, _ = change_stored(outside.log, handoff.ticket_id, _finds(place, called))
        outside.effects.done(effect)
    return handoff


def _found(outside: Outside, handoff: HandOff, team: str, effect: str, attempt: Attempt) -> Destination | None:
    if not attempt.in_doubt:
        return None
    looked_at = outside.clock()
    found = outside.places.find(handoff, team, outside.rules, effect=effect)
    if found is None:
        attempt.not_found(looked_at=looked_at)
    return found


def _finds(place: Place, called: tuple[Ping, ...]) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.place == place or place in known.left:
            return None
        if known.place is None and known.move.team == place.team:
            return placed(known, place, to_ping(known))
        pinged = (*known.pinged, *(ping.who for ping in called))
        return known.model_copy(update={"left": (*known.left, place), "announced": False, "pinged": pinged})

    return change


def _called_there(handoff: HandOff, revision: int, rules: Rules) -> tuple[Ping, ...]:
    """Who was called when the ticket was posted at that revision, which nobody could note."""
    before = handoff.corrections[revision].before
    team, kind = team_of(before.team, rules), before.kind or handoff.move.kind
    return pings_for(team, kind, handoff.move.pings, at=handoff.ticket.received_at)


def announce(handoff: HandOff, outside: Outside) -> HandOff:
    """Say on the bus where the ticket lies, and at the places it left that it is gone."""
    if handoff.announced:
        return handoff
    event = dispatched_event(handoff)
    outside.log.keep(event)
    outside.bus.publish(event)
    for left in handoff.left:
        _leave(handoff, left, outside)

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.place != handoff.place:
            return None
        return known.model_copy(update={"announced": True, "left": ()})

    return change_stored(outside.log, handoff.ticket_id, change)[0]


def _leave(handoff: HandOff, left: Place, outside: Outside) -> None:
    if left.destination.kind == "slack":
        outside.places.leave(handoff, left)
        return
    effect = f"{handoff.ticket_id}.left.{left.revision}.{left.destination.ref}"
    once(outside, effect, lambda attempt: outside.places.write_off(handoff, left, attempt))
    outside.effects.done(effect)


def clear_doubts(handoff: HandOff, outside: Outside) -> HandOff:
    """A post that was not known to have failed when the inbox fell in for it: if it is there, it is left."""
    for revision in handoff.doubts:
        team = handoff.team_at(revision)
        found = outside.places.find(handoff, team, outside.rules, effect=f"{handoff.ticket_id}.{revision}")
        if found:
            outside.places.leave(handoff, Place(team=team, destination=found, revision=revision, at=outside.clock()))

    def change(known: HandOff | None) -> HandOff | None:
        left = tuple(one for one in known.doubts if one not in handoff.doubts) if known else ()
        return known.model_copy(update={"doubts": left}) if known and left != known.doubts else None

    return change_stored(outside.log, handoff.ticket_id, change)[0]
