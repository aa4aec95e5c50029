"""Bringing Slack, the inboxes and the bus in line with the stored hand-off. Every step may run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from contracts.rules import Team
from contracts.ticket import Destination, Ping
from services.dispatch.app.changes import ATTEMPTS, Change, change_stored, say_corrections
from services.dispatch.app.ports import Log, Outside
from services.dispatch.domain import actions
from services.dispatch.domain import handoff as hand_offs
from services.dispatch.domain.handoff import HandOff, Note, Place
from services.dispatch.domain.queue import queues_of
from services.dispatch.domain.slack import is_shown_whole
from shared.errors import NotNow

T = TypeVar("T")


def settle(*, ticket_id: str, outside: Outside) -> HandOff | None:
    """Bring everything outside in line with the stored hand-off. Answers it, or None when it is not known yet.

    A part is settled with the ticket it is part of, and waits for it when that one is not known yet.
    """
    handoff = outside.log.get(ticket_id)
    if handoff is None:
        return None
    if handoff.part_of:
        if handoff.place and handoff.corrections:
            outside.places.show(handoff, outside.rules)
        say_corrections(handoff, log=outside.log, bus=outside.bus)
        _hand_on_parts(handoff, outside.log)
        return settle(ticket_id=handoff.part_of, outside=outside)
    settled = _settled(handoff, outside)
    for _ in range(ATTEMPTS):
        # Somebody may have changed it meanwhile and shown that before this, older, state was.
        now = outside.log.get(ticket_id)
        if now is None or now.stored == settled.stored:
            return settled
        settled = _settled(now, outside)
    raise NotNow(f"{ticket_id} is being changed by too many at once", retry_after=1)


def _hand_on_parts(part: HandOff, log: Log) -> None:
    """What came before this ticket did, and waited for it, is part of what this ticket is part of."""

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.part_of != part.ticket_id:
            return None
        return known.model_copy(update={"part_of": part.part_of})

    for waiting in log.parts(part.ticket_id):
        change_stored(log, waiting.ticket_id, change)


def _settled(handoff: HandOff, outside: Outside) -> HandOff:
    worker = _Worker(outside)
    handoff = say_corrections(handoff, log=outside.log, bus=outside.bus)
    handoff = worker.raise_by_parts(handoff)
    handoff = worker.place(handoff)
    handoff = worker.announce(handoff)
    parts = worker.note_parts(handoff)
    handoff = worker.say_notes(handoff)
    handoff = worker.tell_managers(handoff)
    for part in worker.second_parts(handoff):
        settle(ticket_id=part, outside=outside)
    teams = (handoff.move.team, *(done.before.team for done in handoff.corrections))
    list_queues(teams=teams, outside=outside, fresh=handoff)
    handoff = worker.clear_doubts(handoff)
    for one in (handoff, *parts):
        worker.attach_text(one, under=handoff)
    return handoff


def list_queues(*, teams: Iterable[str], outside: Outside, fresh: HandOff | None = None) -> None:
    """Keep the queue lists of these teams. ``fresh`` is a hand-off just stored, which the index may not have yet."""
    log, effects = outside.log, outside.effects
    for queue in queues_of(teams, outside.rules, log.teams()):
        counter = f"list.{queue.channel}"
        for _ in range(ATTEMPTS):
            mine, now = effects.count(counter), outside.clock()
            outside.places.list_queue(queue.filled(log.waiting, log.taken, fresh=fresh, now=now), now=now)
            # Another worker may have changed the queue and listed it before this, older, list went out.
            if effects.counted(counter) == mine:
                break


class _Worker:
    """The steps of ``settle``, each of which leaves alone what is done."""

    def __init__(self, outside: Outside) -> None:
        self._log, self._effects, self._places = outside.log, outside.effects, outside.places
        self._rules, self._bus, self._clock = outside.rules, outside.bus, outside.clock

    def raise_by_parts(self, root: HandOff) -> HandOff:
        """A follow-up may raise the ticket it belongs to, once."""
        team = hand_offs.team_of(root.move.team, self._rules)
        for part in self._log.parts(root.ticket_id):
            if part.part_of == root.ticket_id and actions.may_raise(part, root):
                root, _ = change_stored(self._log, root.ticket_id, _raises(part, team))
        return root

    def place(self, handoff: HandOff) -> HandOff:
        """Put the ticket where it belongs, or make what lies there say what is true now."""
        handoff = self._adopt(handoff)
        if handoff.is_placed:
            self._places.show(handoff, self._rules)
            return handoff
        effect, called, now = f"{handoff.ticket_id}.{handoff.revision}", hand_offs.to_ping(handoff), self._clock()

        def put(again: bool) -> tuple[Destination, bool]:
            there = self._places.put(handoff, self._rules, effect=effect, look_first=again, now=now)
            return there, again and there.kind == "inbox"

        destination, in_doubt = self._once(effect, put) or (None, False)
        if destination:
            link = self._places.link(destination)
            place = Place(team=handoff.move.team, destination=destination, revision=handoff.revision, at=now, link=link)
            handoff, _ = change_stored(self._log, handoff.ticket_id, _puts(place, called, in_doubt))
        self._effects.done(effect)
        return handoff if destination else self._log.get(handoff.ticket_id) or handoff

    def _adopt(self, handoff: HandOff) -> HandOff:
        """Find what was posted before people moved the ticket on, but whose worker died before it could say where."""
        placed_at = handoff.place.revision if handoff.place else -1
        for revision in range(placed_at + 1, handoff.revision):
            effect, team = f"{handoff.ticket_id}.{revision}", handoff.corrections[revision].before.team
            found = self._once(effect, partial(self._found, handoff, team, effect))
            if found:
                link = self._places.link(found)
                place = Place(team=team, destination=found, revision=revision, at=self._clock(), link=link)
                handoff, _ = change_stored(self._log, handoff.ticket_id, _finds(place, hand_offs.to_ping(handoff)))
            self._effects.done(effect)
        return handoff

    def _found(self, handoff: HandOff, team: str, effect: str, again: bool) -> Destination | None:
        return self._places.find(handoff, team, self._rules, effect=effect) if again else None

    def announce(self, handoff: HandOff) -> HandOff:
        """Say on the bus where the ticket lies, and at the places it left that it is gone."""
        if handoff.announced:
            return handoff
        event = hand_offs.dispatched_event(handoff)
        self._log.keep(event)
        self._bus.publish(event)
        for left in handoff.left:
            self._places.leave(handoff, left)

        def change(known: HandOff | None) -> HandOff | None:
            if known is None or known.place != handoff.place:
                return None
            return known.model_copy(update={"announced": True, "left": ()})

        return change_stored(self._log, handoff.ticket_id, change)[0]

    def clear_doubts(self, handoff: HandOff) -> HandOff:
        """A post that was not known to have failed when the inbox fell in for it: if it is there, it is left."""
        for revision in handoff.doubts:
            team = handoff.team_at(revision)
            found = self._places.find(handoff, team, self._rules, effect=f"{handoff.ticket_id}.{revision}")
            if found:
                self._places.leave(handoff, Place(team=team, destination=found, revision=revision, at=self._clock()))

        def change(known: HandOff | None) -> HandOff | None:
            left = tuple(one for one in known.doubts if one not in handoff.doubts) if known else ()
            return known.model_copy(update={"doubts": left}) if known and left != known.doubts else None

        return change_stored(self._log, handoff.ticket_id, change)[0]

    def note_parts(self, root: HandOff) -> list[HandOff]:
        """Note every copy and follow-up where the ticket lies now. Answers them."""
        return [
            self.announce(part if part.lies_under(root) else self._note_part(part, root))
            for part in self._log.parts(root.ticket_id)
            if part.part_of == root.ticket_id and not actions.is_unfolded(part)
        ]

    def _note_part(self, part: HandOff, root: HandOff) -> HandOff:
        there = root.place
        if there is None:
            raise ValueError(f"{root.ticket_id} has no place yet")
        effect, now = f"{part.ticket_id}.under.{there.destination.ref}", self._clock()
        destination = self._once(
            effect, lambda again: self._places.put_part(part, root, effect=effect, look_first=again)
        )

        def change(known: HandOff | None) -> HandOff | None:
            if known is None or destination is None or known.part_of != root.ticket_id or known.lies_under(root):
                return None
            place = Place(team=there.team, destination=destination, revision=known.revision, at=max(now, there.at))
            return hand_offs.noted(known, root, place)

        done, _ = change_stored(self._log, part.ticket_id, change)
        self._effects.done(effect)
        return done

    def say_notes(self, handoff: HandOff) -> HandOff:
        """Say under the ticket what is still to be said, once."""
        for note in handoff.notes:
            handoff = self._say(handoff, note)
        return handoff

    def _say(self, handoff: HandOff, note: Note) -> HandOff:
        effect = f"{handoff.ticket_id}.note.{note.key}"
        self._once(effect, lambda again: self._places.say(handoff, note, effect=effect, look_first=again))

        def change(known: HandOff | None) -> HandOff | None:
            left = tuple(other for other in known.notes if other.key != note.key) if known else ()
            return known.model_copy(update={"notes": left}) if known and left != known.notes else None

        done, _ = change_stored(self._log, handoff.ticket_id, change)
        self._effects.done(effect)
        return done

    def tell_managers(self, handoff: HandOff) -> HandOff:
        """Show an escalated ticket in the managers' channel as well, and keep it true there."""
        if handoff.escalated:
            self._places.tell_managers(handoff, effect="", look_first=False)
            return handoff
        if handoff.move.kind != "escalate":
            return handoff
        effect = f"{handoff.ticket_id}.managers"
        told = self._once(effect, lambda again: self._places.tell_managers(handoff, effect=effect, look_first=again))

        def change(known: HandOff | None) -> HandOff | None:
            return known.model_copy(update={"escalated": told}) if known and told and not known.escalated else None

        handoff, _ = change_stored(self._log, handoff.ticket_id, change)
        self._effects.done(effect)
        return handoff

    def attach_text(self, handoff: HandOff, *, under: HandOff) -> None:
        """The whole message under the ticket (its own, or the one it is part of) when it is too long to be shown."""
        if under.place is None or is_shown_whole(handoff):
            return
        effect = f"{handoff.ticket_id}.text.{under.place.destination.ref}"
        self._once(effect, lambda again: self._places.attach_text(handoff, under=under, look_first=again))
        self._effects.done(effect)

    def second_parts(self, handoff: HandOff) -> list[str]:
        """The tickets that splits made of this one, each begun once; answers those not yet handed off."""
        parts = []
        for revision, done in enumerate(handoff.corrections, 1):
            if done.kind != "split" or done.before == done.after:
                continue
            part = actions.second_part(handoff, revision, team=hand_offs.team_of(done.after.team, self._rules))
            if not self._begun(part).announced:
                parts.append(part.ticket_id)
        return parts

    def _begun(self, part: HandOff) -> HandOff:
        return change_stored(self._log, part.ticket_id, lambda known: None if known else part)[0]

    def _once(self, effect: str, act: Callable[[bool], T]) -> T | None:
        """What ``act`` answers, told whether somebody may have done it before; None when it is known to be done."""
        claim = self._effects.claim(effect, now=self._clock())
        if claim == "done":
            return None
        try:
            return act(claim == "again")
        except Exception:
            self._effects.release(effect)
            raise


def _raises(part: HandOff, team: Team) -> Change:
    return lambda known: known and actions.raised_by_follow_up(known, part, team=team)


def _puts(place: Place, called: tuple[Ping, ...], in_doubt: bool) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None or (known.place and known.place.revision >= place.revision):
            return None
        return hand_offs.placed(known, place, called, in_doubt)

    return change


def _finds(place: Place, called: tuple[Ping, ...]) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.place == place or place in known.left:
            return None
        if known.place is None and known.move.team == place.team:
            return hand_offs.placed(known, place, called)
        return known.model_copy(update={"left": (*known.left, place), "announced": False})

    return change
