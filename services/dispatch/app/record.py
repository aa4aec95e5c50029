"""What comes in and what people do, recorded in the stored hand-off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from contracts.move_decided import MoveDecided
from contracts.rules import Rules, Team
from contracts.ticket import Person
from contracts.ticket_received import TicketReceived
from services.dispatch.app.changes import Change, change_stored, say_corrections
from services.dispatch.app.ports import Bus, Log
from services.dispatch.domain import actions
from services.dispatch.domain import handoff as hand_offs
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.handoff import HandOff
from services.dispatch.domain.queue import TAKEN_SHOWN_FOR
from shared.errors import NotNow

OVERTAKEN_FOR = timedelta(seconds=60)
"""How long a follow-up waits for its ticket; later it stands on its own (the ticket may be older than the log)."""


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

    change_stored(log, ticket.ticket_id, begin, decided)
    return ticket.ticket_id


def receive_copy(*, received: TicketReceived, log: Log) -> str:
    """A copy came in: keep it as a row of its own. Answers its id, which is the one to settle."""
    ticket = received.data.ticket
    root = log.get(ticket.duplicate_of or "")

    def begin(known: HandOff | None) -> HandOff | None:
        return hand_offs.hand_off_of_copy(ticket, root, received.metadata) if known is None else None

    change_stored(log, ticket.ticket_id, begin, received)
    return ticket.ticket_id


def take(*, ticket_id: str, revision: int | None, by: Person, log: Log, now: datetime) -> HandOff:
    """A person starts to work on the ticket.

    ``revision`` is the one the button or link was made for; None when it does not say. Raises TooLate when somebody
    else has it or it has gone to another team, LookupError for an unknown ticket.
    """

    def change(known: HandOff | None) -> HandOff | None:
        return known and actions.take(known, revision=revision, by=by, at=now)

    handoff, changed = change_stored(log, ticket_id, change)
    if not changed and handoff.taken_by != by:
        raise TooLate(f"{_has(handoff.taken_by, by)} already taken it" if handoff.taken_by else _why_not(handoff, by))
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

    handoff, changed = change_stored(log, ticket_id, change)
    # Also for whoever comes second: the first click may have died between the write and the bus.
    handoff = say_corrections(handoff, log=log, bus=bus)
    if not changed:
        stale = revision is not None and revision != handoff.revision
        again = stale and actions.is_the_same(handoff, action, choice, by=by)
        raise TooLate(_why_not(handoff, by) if stale else _nothing(handoff), again=again)
    return handoff


def _correction(
    action: str, choice: Choice | None, *, by: Person, rules: Rules, now: datetime
) -> Callable[[HandOff], HandOff | None]:
    if action == "bump":
        return lambda known: actions.bump(known, team=hand_offs.team_of(known.move.team, rules), by=by, at=now)
    if action == "not_a_copy":
        return lambda known: actions.unfold(known, by=by, at=now)
    if action == "confirm":
        return lambda known: actions.confirm(known, by=by, at=now)
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
    for name in dict.fromkeys((*(team.name for team in rules.teams), *log.teams())):
        team = hand_offs.team_of(name, rules)
        for entry in log.waiting(name):
            late = actions.is_late(entry, now=now, after=after)
            if late:
                change_stored(log, entry.ticket_id, _reminder(team, after, now))
            if late or not entry.settled:
                due.append(entry.ticket_id)
        taken = log.taken(name, since=now - TAKEN_SHOWN_FOR)
        due += [entry.ticket_id for entry in taken if not entry.settled]
    return due


def _reminder(team: Team, after: Mapping[str, tuple[timedelta, timedelta]], now: datetime) -> Change:
    return lambda known: known and actions.reminded(known, team=team, now=now, after=after)


def _why_not(handoff: HandOff, by: Person) -> str:
    if not handoff.corrections:
        return _nothing(handoff)
    done = handoff.corrections[-1]
    return f"{_has(done.corrected_by, by)} already {actions.said(done)}"


def _nothing(handoff: HandOff) -> str:
    return f"Nothing to change: it is with {handoff.move.team}"


def _has(who: Person, reader: Person) -> str:
    return "You have" if who == reader else f"{who.name or who.id} has"
