"""dispatch's use cases.

An event or a button changes the stored hand-off, conditionally; ``settle`` then brings Slack, the inboxes and the bus
in line with what is stored. Each of its steps may run again after a crash and finds what it has already done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from contracts.envelope import Event
from contracts.move_decided import MoveDecided
from contracts.rules import Rules
from contracts.ticket import Destination, Person
from contracts.ticket_received import TicketReceived
from services.dispatch.domain import handoff as hand_offs
from services.dispatch.domain.errors import Conflict, TooLate
from services.dispatch.domain.handoff import HandOff, Place
from services.dispatch.domain.row import is_open
from services.dispatch.domain.slack import Choice
from shared.errors import NotNow

T = TypeVar("T")

ATTEMPTS = 5
"""How often a conditional write is tried anew before the message goes back to the queue."""


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class RulesSnapshot(Protocol):
    """Gives the rules in force."""

    def get(self) -> Rules: ...


class Log(Protocol):
    """The hand-off log. Reads are consistent; ``save`` raises Conflict when the stored hand-off is not the one read."""

    def get(self, ticket_id: str) -> HandOff | None: ...
    def save(self, handoff: HandOff, *events: Event) -> HandOff: ...
    def keep(self, event: Event) -> None: ...
    def copies(self, ticket_id: str) -> list[HandOff]: ...
    def waiting(self, team: str) -> list[HandOff]: ...
    def claim(self, effect: str, *, now: datetime) -> Claim:
        """Take an effect for this worker alone. Raises NotNow while another worker has it."""

    def release(self, effect: str) -> None: ...
    def done(self, effect: str) -> None: ...


class Places(Protocol):
    """Where teams see tickets: Slack channels and inboxes."""

    def put(self, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool) -> Destination:
        """Put the ticket before its team. With ``look_first`` an earlier attempt may have done it already."""

    def show(self, handoff: HandOff, rules: Rules) -> None:
        """Make what is shown say what the hand-off says."""

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say at a place that the ticket has left it."""

    def note_copy(self, copy: HandOff, original: HandOff, *, effect: str, look_first: bool) -> None:
        """Say under the original that the same problem has arrived once more."""

    def list_queue(self, team: str, waiting: list[HandOff], rules: Rules, *, now: datetime) -> None:
        """Keep the team's list of waiting tickets."""


Claim = Literal["first", "again", "done"]
"""first: nobody has tried. again: an earlier worker may have got part of the way. done: nothing is left to do."""


def dispatch(*, decided: MoveDecided, log: Log) -> str:
    """A move was decided: keep the event and the hand-off. Answers the id of the ticket to settle."""

    def begin(known: HandOff | None) -> HandOff | None:
        return hand_offs.hand_off_of(decided) if known is None else None

    ticket_id = decided.data.ticket.ticket_id
    _change(log, ticket_id, begin, decided)
    return ticket_id


def receive_copy(*, received: TicketReceived, log: Log) -> str:
    """A copy came in: keep it as a row of its own. Answers the id of the ticket it is part of."""
    ticket = received.data.ticket
    if ticket.duplicate_of is None:
        raise ValueError(f"{ticket.ticket_id} is no copy")
    original = log.get(ticket.duplicate_of)

    def begin(known: HandOff | None) -> HandOff | None:
        return hand_offs.hand_off_of_copy(ticket, original, received.metadata) if known is None else None

    _change(log, ticket.ticket_id, begin, received)
    return ticket.duplicate_of


def reassign(
    *,
    ticket_id: str,
    revision: int | None,
    choice: Choice,
    by: Person,
    log: Log,
    rules: RulesSnapshot,
    bus: Bus,
    now: datetime,
) -> HandOff:
    """A person says where the ticket belongs. Recorded once; the inbox moves it when TicketCorrected comes back.

    ``revision`` is the one the button was made for; None when it does not say. Raises LookupError for an unknown
    ticket or team, TooLate when somebody else was first.
    """
    team = rules.get().team(choice.team)
    if team is None:
        raise LookupError(f"The Teams tab has no team {choice.team}")

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or (revision is not None and known.revision != revision):
            return None
        return hand_offs.reassign(known, team=team, topic=choice.topic, by=by, at=now)

    handoff, changed = _change(log, ticket_id, change)
    if handoff.corrections:
        # Also for whoever comes second: the first click may have died between the write and the bus.
        bus.publish(hand_offs.corrected_event(handoff, handoff.revision))
    if not changed:
        raise TooLate(_what_happened(handoff))
    return handoff


def take(*, ticket_id: str, by: Person, log: Log, now: datetime) -> HandOff:
    """A person starts to work on the ticket. Raises TooLate when another one has, LookupError for an unknown ticket."""

    def change(known: HandOff | None) -> HandOff | None:
        return hand_offs.take(known, by=by, at=now) if known and known.taken_by is None else None

    handoff, changed = _change(log, ticket_id, change)
    if not changed and handoff.taken_by and handoff.taken_by.id != by.id:
        raise TooLate(_what_happened(handoff))
    return handoff


def settle(
    *, ticket_id: str, log: Log, places: Places, rules: Rules, bus: Bus, clock: Callable[[], datetime]
) -> HandOff | None:
    """Bring everything outside in line with the stored hand-off. Answers it, or None when it is not known yet.

    A copy whose original has no place yet waits for it: placing the original notes its copies.
    """
    handoff = log.get(ticket_id)
    if handoff is None or handoff.is_copy:
        return handoff
    if handoff.is_placed:
        places.show(handoff, rules)
    else:
        handoff = _place(handoff, log=log, places=places, rules=rules, now=clock())
    if not handoff.announced:
        handoff = _announce(handoff, log=log, places=places, bus=bus)
    for copy in log.copies(ticket_id):
        if copy.place is None:
            _note(copy, handoff, log=log, places=places, now=clock())
    teams = {handoff.move.team, *(done.before.team for done in handoff.corrections)}
    for team in sorted(teams):
        # The index may not have this ticket yet; what was just stored counts.
        others = [other for other in log.waiting(team) if other.ticket_id != ticket_id]
        here = [handoff] if is_open(handoff) and handoff.move.team == team else []
        places.list_queue(team, [*others, *here], rules, now=clock())
    return handoff


def _place(handoff: HandOff, *, log: Log, places: Places, rules: Rules, now: datetime) -> HandOff:
    effect = f"{handoff.ticket_id}.{handoff.revision}"
    called = hand_offs.to_ping(handoff)
    destination = _once(effect, log, now, lambda again: places.put(handoff, rules, effect=effect, look_first=again))

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or destination is None or (known.place and known.place.revision >= handoff.revision):
            return None
        place = Place(team=handoff.move.team, destination=destination, revision=handoff.revision, at=now)
        return hand_offs.placed(known, place, called)

    placed, _ = _change(log, handoff.ticket_id, change)
    log.done(effect)
    return placed


def _announce(handoff: HandOff, *, log: Log, places: Places, bus: Bus) -> HandOff:
    event = hand_offs.dispatched_event(handoff)
    log.keep(event)
    bus.publish(event)
    for left in handoff.left:
        places.leave(handoff, left)

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.place != handoff.place:
            return None
        return known.model_copy(update={"announced": True, "left": ()})

    return _change(log, handoff.ticket_id, change)[0]


def _note(copy: HandOff, original: HandOff, *, log: Log, places: Places, now: datetime) -> None:
    effect = f"{copy.ticket_id}.copy"

    def put(again: bool) -> Place | None:
        places.note_copy(copy, original, effect=effect, look_first=again)
        return original.place

    place = _once(effect, log, now, put)

    def change(known: HandOff | None) -> HandOff | None:
        return hand_offs.joined(known, original, at=now) if known and place and known.place is None else None

    _change(log, copy.ticket_id, change)
    log.done(effect)


def _once(effect: str, log: Log, now: datetime, act: Callable[[bool], T]) -> T | None:
    """What ``act`` answers, told whether somebody may have done it before; None when it is known to be done."""
    claim = log.claim(effect, now=now)
    if claim == "done":
        return None
    try:
        return act(claim == "again")
    except Exception:
        log.release(effect)
        raise


def _what_happened(handoff: HandOff) -> str:
    if handoff.corrections:
        done = handoff.corrections[-1]
        return f"{done.corrected_by.name or done.corrected_by.id} has already moved it to {done.after.team}"
    if handoff.taken_by:
        return f"{handoff.taken_by.name or handoff.taken_by.id} has already taken it"
    return f"It is with {handoff.move.team} already"


def _change(
    log: Log, ticket_id: str, change: Callable[[HandOff | None], HandOff | None], *events: Event
) -> tuple[HandOff, bool]:
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
        corrected = range(known.revision if known else 0, changed.revision)
        try:
            return log.save(changed, *events, *(hand_offs.corrected_event(changed, n + 1) for n in corrected)), True
        except Conflict:
            continue
    raise NotNow(f"{ticket_id} is being changed by too many at once", retry_after=1)
