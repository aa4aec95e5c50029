"""dispatch's use cases.

An event or an action changes the stored hand-off, conditionally; ``settle`` then brings Slack, the inboxes and the bus
in line with what is stored. Each of its steps may run again after a crash and finds what it has already done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

from contracts.envelope import Event
from contracts.move_decided import MoveDecided
from contracts.rules import Rules, Team
from contracts.ticket import Destination, Person, Ping
from contracts.ticket_received import TicketReceived
from services.dispatch.domain import actions
from services.dispatch.domain import handoff as hand_offs
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.errors import Conflict, TooLate
from services.dispatch.domain.handoff import HandOff, Note, Place
from services.dispatch.domain.picture import draw as drawing
from services.dispatch.domain.queue import TAKEN_SHOWN_FOR, Entry, Queue, queues_of
from services.dispatch.domain.report import Figures, Period, days_of, figures, period_before
from services.dispatch.domain.report_words import Prices, Report
from services.dispatch.domain.slack import is_shown_whole
from shared.errors import NotNow

T = TypeVar("T")
Change = Callable[[HandOff | None], HandOff | None]

ATTEMPTS = 5
"""How often a conditional write is tried anew before the message goes back to the queue."""

OVERTAKEN_FOR = timedelta(seconds=60)
"""How long a follow-up waits for its ticket; later it stands on its own (the ticket may be older than the log)."""


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class Log(Protocol):
    """The hand-off log. Reads are consistent; ``save`` raises Conflict when the stored hand-off is not the one read."""

    def get(self, ticket_id: str) -> HandOff | None: ...
    def save(self, handoff: HandOff, *events: Event) -> HandOff: ...
    def keep(self, event: Event) -> None: ...
    def parts(self, ticket_id: str) -> list[HandOff]: ...
    def waiting(self, team: str) -> list[Entry]: ...
    def taken(self, team: str, *, since: datetime) -> list[Entry]: ...


class Effects(Protocol):
    """What is done once, over all workers."""

    def claim(self, effect: str, *, now: datetime) -> Claim:
        """Take an effect for this worker alone. Raises NotNow while another worker has it."""

    def release(self, effect: str) -> None: ...
    def done(self, effect: str) -> None: ...
    def count(self, what: str) -> int:
        """Count one more of ``what``, over all workers; answers the new count."""

    def counted(self, what: str) -> int: ...


class Places(Protocol):
    """Where teams see tickets: Slack channels and inboxes."""

    def put(self, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool, now: datetime) -> Destination:
        """Put the ticket before its team. With ``look_first`` an earlier attempt may have done it already."""

    def link(self, destination: Destination) -> str | None:
        """Where people open it; None when there is no such address."""

    def find(self, team: str, rules: Rules, *, effect: str) -> Destination | None:
        """Where an earlier attempt put the ticket, if it can be found."""

    def show(self, handoff: HandOff, rules: Rules) -> None:
        """Make what is shown say what the hand-off says."""

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say at a place that the ticket has left it."""

    def put_part(self, part: HandOff, root: HandOff, *, effect: str, look_first: bool) -> Destination:
        """Note a copy or a follow-up under the ticket that it is part of."""

    def say(self, handoff: HandOff, note: Note, *, effect: str, look_first: bool) -> None:
        """Say something under the ticket, and call whom it names."""

    def attach_text(self, handoff: HandOff, *, look_first: bool) -> bool:
        """Put the whole message under the ticket when it is too long to be shown; whether there was need."""

    def tell_managers(self, handoff: HandOff, *, effect: str, look_first: bool) -> Destination | None:
        """Show an escalated ticket to the managers; None when they have no place."""

    def report(self, report: Report, picture: bytes, rules: Rules, *, effect: str, look_first: bool) -> None:
        """Put a digest or a summary before the leads: in Slack, and in triage's inbox."""

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the list of a queue."""


Claim = Literal["first", "again", "done"]
"""first: nobody has tried. again: an earlier worker may have got part of the way. done: nothing is left to do."""


@dataclass(frozen=True)
class Outside:
    """All that ``settle`` works with."""

    log: Log
    effects: Effects
    places: Places
    rules: Rules
    bus: Bus
    clock: Callable[[], datetime]


# --- what comes in ---


def dispatch(*, decided: MoveDecided, log: Log, now: datetime) -> str:
    """A move was decided: keep the event and the hand-off. Answers the id of the ticket to settle.

    Raises NotNow for a follow-up that overtook the ticket it belongs to.
    """
    ticket = decided.data.ticket
    root = log.get(ticket.follow_up_to) if ticket.follow_up_to else None
    if ticket.follow_up_to and root is None and now - decided.metadata.occurred_at < OVERTAKEN_FOR:
        raise NotNow(f"{ticket.ticket_id} follows {ticket.follow_up_to}, which is not here yet", retry_after=3)

    def begin(known: HandOff | None) -> HandOff | None:
        if known is None:
            return hand_offs.hand_off_of(decided, root)
        unfolded = known.is_copy and ticket.duplicate_of is None
        return hand_offs.decided_anew(known, decided) if unfolded else None

    _change(log, ticket.ticket_id, begin, decided)
    return ticket.ticket_id


def receive_copy(*, received: TicketReceived, log: Log) -> str:
    """A copy came in: keep it as a row of its own. Answers its id, which is the one to settle."""
    ticket = received.data.ticket
    root = log.get(ticket.duplicate_of or "")

    def begin(known: HandOff | None) -> HandOff | None:
        return hand_offs.hand_off_of_copy(ticket, root, received.metadata) if known is None else None

    _change(log, ticket.ticket_id, begin, received)
    return ticket.ticket_id


# --- what people do ---


def take(*, ticket_id: str, by: Person, log: Log, now: datetime) -> HandOff:
    """A person starts to work on the ticket. Raises TooLate when another one has, LookupError for an unknown ticket."""
    handoff, changed = _change(log, ticket_id, lambda known: known and actions.take(known, by=by, at=now))
    if not changed and not (handoff.taken_by == by):
        raise _too_late(handoff, by)
    return handoff


def correct(
    *,
    action: str,
    ticket_id: str,
    revision: int | None,
    choice: Choice | None,
    by: Person,
    log: Log,
    rules: Rules,
    bus: Bus,
    now: datetime,
) -> HandOff:
    """A person says that the router was wrong. Recorded once; the inbox does the rest when TicketCorrected comes back.

    ``revision`` is the one the button or link was made for; None when it does not say. Raises LookupError for an
    unknown ticket or team, ValueError when a choice is missing, TooLate when somebody else was first.
    """
    act = _correction(action, choice, by=by, rules=rules, now=now)

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or (revision is not None and known.revision != revision):
            return None
        return act(known)

    handoff, changed = _change(log, ticket_id, change)
    # Also for whoever comes second: the first click may have died between the write and the bus.
    handoff = _say_corrections(handoff, log=log, bus=bus)
    if not changed:
        raise _too_late(handoff, by)
    return handoff


def _say_corrections(handoff: HandOff, *, log: Log, bus: Bus) -> HandOff:
    """Put on the bus what is not known to be there."""
    said = handoff.revision
    if handoff.said >= said:
        return handoff
    for revision in range(max(handoff.said, handoff.decided_at_revision), said):
        bus.publish(hand_offs.corrected_event(handoff, revision + 1))

    def change(known: HandOff | None) -> HandOff | None:
        return known.model_copy(update={"said": said}) if known and known.said < said else None

    return _change(log, handoff.ticket_id, change)[0]


def _correction(
    action: str, choice: Choice | None, *, by: Person, rules: Rules, now: datetime
) -> Callable[[HandOff], HandOff | None]:
    if action == "bump":
        return lambda known: actions.bump(known, team=hand_offs.team_of(known.move.team, rules), by=by, at=now)
    if action == "not_a_copy":
        return lambda known: actions.unfold(known, by=by, at=now)
    if action == "split" and choice is None:
        return lambda known: actions.split_off(known, by=by, at=now)
    if choice is None or action not in ("reassign", "split"):
        raise ValueError(f"{action} needs a team or a topic")
    team = _chosen_team(choice, rules)
    how = actions.reassign if action == "reassign" else actions.split
    return lambda known: how(known, team=team, topic=choice.topic, by=by, at=now)


def _chosen_team(choice: Choice, rules: Rules) -> Team:
    team = rules.team(choice.team)
    if team is None:
        raise LookupError(f"The Teams tab has no team {choice.team}")
    return team


def remind(*, log: Log, rules: Rules, after: Mapping[str, tuple[timedelta, timedelta]], now: datetime) -> list[str]:
    """Raise what nobody has taken in time. Answers the ids of the tickets to settle: those, and any left half done."""
    due = []
    for team in rules.teams:
        for entry in log.waiting(team.name):
            late = actions.is_late(entry, now=now, after=after)
            if late:
                _change(log, entry.ticket_id, _reminder(team, after, now))
            if late or not entry.settled:
                due.append(entry.ticket_id)
        taken = log.taken(team.name, since=now - TAKEN_SHOWN_FOR)
        due += [entry.ticket_id for entry in taken if not entry.settled]
    return due


def _reminder(team: Team, after: Mapping[str, tuple[timedelta, timedelta]], now: datetime) -> Change:
    return lambda known: known and actions.reminded(known, team=team, now=now, after=after)


# --- looking back ---


class Rows(Protocol):
    """The log's rows."""

    def of_day(self, day: str) -> list[dict[str, Any]]: ...


def look_back(*, period: Period, rows: Rows, prices: Prices, now: datetime) -> Report:
    """A week or a month, with the one before it, from the log's rows."""

    def count(one: Period) -> Figures:
        return figures((row for day in days_of(one) for row in rows.of_day(day)), one, now=now)

    return Report(period, count(period), count(period_before(period)), prices)


def report(*, report: Report, draw: Callable[[str], bytes], outside: Outside) -> None:
    """Send the report, once."""
    effect = f"report.{report.period.kind}.{report.period.name}"
    claim = outside.effects.claim(effect, now=outside.clock())
    if claim == "done":
        return
    picture = draw(drawing(report.period, report.now))
    try:
        outside.places.report(report, picture, outside.rules, effect=effect, look_first=claim == "again")
    except Exception:
        outside.effects.release(effect)
        raise
    outside.effects.done(effect)


# --- bringing the outside in line ---


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
        _say_corrections(handoff, log=outside.log, bus=outside.bus)
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
        _change(log, waiting.ticket_id, change)


def _settled(handoff: HandOff, outside: Outside) -> HandOff:
    worker = _Worker(outside)
    handoff = _say_corrections(handoff, log=outside.log, bus=outside.bus)
    handoff = worker.raise_by_parts(handoff)
    handoff = worker.place(handoff)
    handoff = worker.announce(handoff)
    worker.note_parts(handoff)
    handoff = worker.say_notes(handoff)
    handoff = worker.tell_managers(handoff)
    worker.attach_text(handoff)
    for part in worker.second_parts(handoff):
        settle(ticket_id=part, outside=outside)
    teams = (handoff.move.team, *(done.before.team for done in handoff.corrections))
    list_queues(teams=teams, outside=outside, fresh=handoff)
    return handoff


def list_queues(*, teams: Iterable[str], outside: Outside, fresh: HandOff | None = None) -> None:
    """Keep the queue lists of these teams. ``fresh`` is a hand-off just stored, which the index may not have yet."""
    log, effects = outside.log, outside.effects
    for queue in queues_of(teams, outside.rules):
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
                root, _ = _change(self._log, root.ticket_id, _raises(part, team))
        return root

    def place(self, handoff: HandOff) -> HandOff:
        """Put the ticket where it belongs, or make what lies there say what is true now."""
        handoff = self._adopt(handoff)
        if handoff.is_placed:
            self._places.show(handoff, self._rules)
            return handoff
        effect, called, now = f"{handoff.ticket_id}.{handoff.revision}", hand_offs.to_ping(handoff), self._clock()
        destination = self._once(
            effect,
            lambda again: self._places.put(handoff, self._rules, effect=effect, look_first=again, now=now),
        )

        if destination:
            link = self._places.link(destination)
            place = Place(team=handoff.move.team, destination=destination, revision=handoff.revision, at=now, link=link)
            handoff, _ = _change(self._log, handoff.ticket_id, _puts(place, called))
        self._effects.done(effect)
        return handoff if destination else self._log.get(handoff.ticket_id) or handoff

    def _adopt(self, handoff: HandOff) -> HandOff:
        """Find what was posted before people moved the ticket on, but whose worker died before it could say where."""
        placed_at = handoff.place.revision if handoff.place else -1
        for revision in range(placed_at + 1, handoff.revision):
            effect, team = f"{handoff.ticket_id}.{revision}", handoff.corrections[revision].before.team
            found = self._once(effect, partial(self._found, team, effect))
            if found:
                link = self._places.link(found)
                place = Place(team=team, destination=found, revision=revision, at=self._clock(), link=link)
                handoff, _ = _change(self._log, handoff.ticket_id, _finds(place, hand_offs.to_ping(handoff)))
            self._effects.done(effect)
        return handoff

    def _found(self, team: str, effect: str, again: bool) -> Destination | None:
        return self._places.find(team, self._rules, effect=effect) if again else None

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

        return _change(self._log, handoff.ticket_id, change)[0]

    def note_parts(self, root: HandOff) -> None:
        """Note every copy and follow-up where the ticket lies now."""
        for part in self._log.parts(root.ticket_id):
            if part.part_of == root.ticket_id and not actions.is_unfolded(part):
                self.announce(part if part.lies_under(root) else self._note_part(part, root))

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

        done, _ = _change(self._log, part.ticket_id, change)
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

        done, _ = _change(self._log, handoff.ticket_id, change)
        self._effects.done(effect)
        return done

    def tell_managers(self, handoff: HandOff) -> HandOff:
        """Show an escalated ticket in the managers' channel as well."""
        if handoff.escalated or handoff.move.kind != "escalate":
            return handoff
        effect = f"{handoff.ticket_id}.managers"
        told = self._once(effect, lambda again: self._places.tell_managers(handoff, effect=effect, look_first=again))

        def change(known: HandOff | None) -> HandOff | None:
            return known.model_copy(update={"escalated": told}) if known and told and not known.escalated else None

        handoff, _ = _change(self._log, handoff.ticket_id, change)
        self._effects.done(effect)
        return handoff

    def attach_text(self, handoff: HandOff) -> None:
        """The whole message under the ticket when it is too long to be shown."""
        if handoff.place is None or is_shown_whole(handoff):
            return
        effect = f"{handoff.ticket_id}.text.{handoff.place.destination.ref}"
        self._once(effect, lambda again: self._places.attach_text(handoff, look_first=again))
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
        return _change(self._log, part.ticket_id, lambda known: None if known else part)[0]

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


def _puts(place: Place, called: tuple[Ping, ...]) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None or (known.place and known.place.revision >= place.revision):
            return None
        return hand_offs.placed(known, place, called)

    return change


def _finds(place: Place, called: tuple[Ping, ...]) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.place == place or place in known.left:
            return None
        if known.place is None and known.move.team == place.team:
            return hand_offs.placed(known, place, called)
        return known.model_copy(update={"left": (*known.left, place), "announced": False})

    return change


def _too_late(handoff: HandOff, by: Person) -> TooLate:
    if handoff.corrections:
        done = handoff.corrections[-1]
        return TooLate(f"{_has(done.corrected_by, by)} already {actions.said(done)}", mine=done.corrected_by == by)
    if handoff.taken_by:
        return TooLate(f"{_has(handoff.taken_by, by)} already taken it", mine=handoff.taken_by == by)
    return TooLate(f"Nothing to change: it is with {handoff.move.team}", mine=False)


def _has(who: Person, reader: Person) -> str:
    return "You have" if who == reader else f"{who.name or who.id} has"


def _change(log: Log, ticket_id: str, change: Change, *events: Event) -> tuple[HandOff, bool]:
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
            return log.save(changed, *events, *(hand_offs.corrected_event(changed, n + 1) for n in corrected)), True
        except Conflict:
            continue
    raise NotNow(f"{ticket_id} is being changed by too many at once", retry_after=1)
