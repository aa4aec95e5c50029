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
from services.dispatch.domain.life import correcting, splitting, taking
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.said import is_the_same, name_of, said
from services.dispatch.domain.life.undoing import undo
from services.dispatch.domain.life.wish import Wish
from services.dispatch.domain.teams import team_of

_BOUND_TO_STEP = ("give_back", "assign", "done", "not_a_ticket", "undo")
_BOUND_TO_REVISION = ("reassign", "bump", "lower", "split", "not_a_copy", "confirm")


def press(*, wish: Wish, log: Log, rules: Rules, bus: Bus, now: datetime) -> HandOff:
    """Do what one person wants, once. What it means elsewhere the inbox does afterwards.

    Raises LookupError for an unknown ticket or team, ValueError when a choice is missing, TooLate when somebody else
    was first or the time for it is over.
    """
    act = _act(wish, rules, now)

    def change(known: HandOff | None) -> HandOff | None:
        return None if known is None or _is_stale(wish, known) else act(known)

    handoff, changed = change_stored(log, wish.ticket_id, change)
    # Also for whoever comes second: the first click may have died between the write and the bus.
    handoff = say_corrections(handoff, log=log, bus=bus)
    if not changed and not _has_it(handoff, wish):
        again = is_the_same(handoff, wish.action, wish.choice, wish.to, by=wish.by)
        raise TooLate(_why_not(handoff, wish), again=again and wish.action != "confirm")
    return handoff


def _act(wish: Wish, rules: Rules, now: datetime) -> Callable[[HandOff], HandOff | None]:
    by, choice, to = wish.by, wish.choice, wish.to
    if wish.action == "take":
        return lambda known: taking.take(known, revision=wish.revision, by=by, at=now)
    if wish.action == "assign":
        if to is None:
            raise ValueError("assign needs a colleague")
        return lambda known: taking.assign(known, to=to, by=by, at=now)
    if wish.action == "bump":
        return lambda known: correcting.bump(known, team=team_of(known.move.team, rules), by=by, at=now)
    simple = {
        "give_back": taking.give_back,
        "done": taking.finish,
        "lower": correcting.lower,
        "not_a_copy": correcting.unfold,
        "not_a_ticket": correcting.not_a_ticket,
        "confirm": correcting.confirm,
        "undo": undo,
        **({"split": splitting.split_off} if choice is None else {}),
    }
    if wish.action in simple:
        return lambda known: simple[wish.action](known, by=by, at=now)
    if choice is None or wish.action not in ("reassign", "split"):
        raise ValueError(f"{wish.action} needs a team or a topic")
    team = _chosen_team(choice, rules)
    how = correcting.reassign if wish.action == "reassign" else splitting.split
    return lambda known: how(known, team=team, topic=choice.topic, by=by, at=now)


def _chosen_team(choice: Choice, rules: Rules) -> Team:
    team = rules.team(choice.team)
    if team is None:
        raise LookupError(f"The Teams tab has no team {choice.team}")
    return team


def _is_stale(wish: Wish, known: HandOff) -> bool:
    """Whether what the button stood for has changed since. Take asks for more itself: see ``taking.take``."""
    if wish.action in _BOUND_TO_REVISION:
        return wish.revision is not None and wish.revision != known.revision
    return wish.action in _BOUND_TO_STEP and wish.step is not None and wish.step != len(known.steps)


def _has_it(handoff: HandOff, wish: Wish) -> bool:
    return wish.action == "take" and handoff.state == "taken" and handoff.taken_by == wish.by


def _why_not(handoff: HandOff, wish: Wish) -> str:
    if wish.action == "take" and handoff.state == "taken":
        return f"{_has(handoff.taken_by, wish.by)} already taken it"
    if wish.action == "undo" and not _is_stale(wish, handoff) and handoff.before:
        return "The ten minutes for an undo are over"
    stale = wish.action == "take" or handoff.is_over or _is_stale(wish, handoff)
    if not handoff.steps or not stale:
        return f"Nothing to change: it is with {handoff.move.team}"
    last = handoff.steps[-1]
    return f"{_has(last.by, wish.by)} already {said(handoff, last)}"


def _has(who: Person | None, reader: Person) -> str:
    return "You have" if who == reader else f"{name_of(who)} has"
