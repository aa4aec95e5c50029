"""Raising what nobody has taken in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from contracts.rules import Rules, Team
from services.dispatch.app.changes import Change, change_stored
from services.dispatch.app.ports import Log
from services.dispatch.domain.life.reminding import is_late, reminded
from services.dispatch.domain.lists.queue import TAKEN_SHOWN_FOR
from services.dispatch.domain.teams import team_of


def remind(*, log: Log, rules: Rules, after: Mapping[str, tuple[timedelta, timedelta]], now: datetime) -> list[str]:
    """Raise what nobody has taken in time. Answers the ids of the tickets to settle: those, and any left half done."""
    due = []
    for name in dict.fromkeys((*(team.name for team in rules.teams), *log.teams())):
        team = team_of(name, rules)
        for entry in log.waiting(name):
            late = is_late(entry, team=team, now=now, after=after)
            if late:
                change_stored(log, entry.ticket_id, _reminder(team, after, now))
            if late or not entry.settled:
                due.append(entry.ticket_id)
        taken = log.taken(name, since=now - TAKEN_SHOWN_FOR)
        due += [entry.ticket_id for entry in taken if not entry.settled]
    return due


def _reminder(team: Team, after: Mapping[str, tuple[timedelta, timedelta]], now: datetime) -> Change:
    return lambda known: known and reminded(known, team=team, now=now, after=after)
