"""What people do with a ticket, recorded in its hand-off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from contracts.rules import Rules, Team
from contracts.ticket import Person
from services.dispatch.app.changes import change_stored, say_corrections
from services.dispatch.app.ports import Bus, Log
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.life import correcting, said, splitting, taking
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.teams import team_of


def take(*, ticket_id: str, revision: int | None, by: Person, log: Log, now: datetime) -> HandOff:
    """A person starts to work on the ticket.

    ``revision`` is the one the button or link was made for; None when it does not say. Raises TooLate when somebody
    else has it or it has gone to another team, LookupError for an unknown ticket.
    """

    def change(known: HandOff | None) -> HandOff | None:
        return known and taking.take(known, revision=revision, by=by, at=now)

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
        again = stale and said.is_the_same(handoff, action, choice, by=by)
        raise TooLate(_why_not(handoff, by) if stale else _nothing(handoff), again=again)
    return handoff


def _correction(
    action: str, choice: Choice | None, *, by: Person, rules: Rules, now: datetime
) -> Callable[[HandOff], HandOff | None]:
    if action == "bump":
        return lambda known: correcting.bump(known, team=team_of(known.move.team, rules), by=by, at=now)
    if action == "not_a_copy":
        return lambda known: correcting.unfold(known, by=by, at=now)
    if action == "confirm":
        return lambda known: correcting.confirm(known, by=by, at=now)
    if action == "split" and choice is None:
        return lambda known: splitting.split_off(known, by=by, at=now)
    if choice is None or action not in ("reassign", "split"):
        raise ValueError(f"{action} needs a team or a topic")
    team = _chosen_team(choice, rules)
    how = correcting.reassign if action == "reassign" else splitting.split
    return lambda known: how(known, team=team, topic=choice.topic, by=by, at=now)


def _chosen_team(choice: Choice, rules: Rules) -> Team:
    team = rules.team(choice.team)
    if team is None:
        raise LookupError(f"The Teams tab has no team {choice.team}")
    return team


def _why_not(handoff: HandOff, by: Person) -> str:
    if not handoff.corrections:
        return _nothing(handoff)
    done = handoff.corrections[-1]
    return f"{_has(done.corrected_by, by)} already {said.said(done)}"


def _nothing(handoff: HandOff) -> str:
    return f"Nothing to change: it is with {handoff.move.team}"


def _has(who: Person, reader: Person) -> str:
    return "You have" if who == reader else f"{who.name or who.id} has"
