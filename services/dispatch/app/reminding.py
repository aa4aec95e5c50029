"""Raising what nobody has taken in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from contracts.rules import Rules, Team
from services.dispatch.app.changes import Change, change_stored
from services.dispatch.app.ports import Log
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.reminding import UNSETTLED, ending, reminded
from services.dispatch.domain.teams import team_of


def remind(
    *,
    log: Log,
    rules: Rules,
    after: Mapping[str, tuple[timedelta, timedelta]],
    now: datetime,
    retention: timedelta = timedelta(days=400),
) -> list[str]:
    """Raise what nobody has taken in time. Answers the ids of the tickets to settle: those, and any left half done."""
    due = log.due(UNSETTLED, now=now)
    for name in dict.fromkeys((*(team.name for team in rules.teams), *log.teams())):
        team = team_of(name, rules)
        for ticket_id in log.due(name, now=now):
            _, changed = change_stored(log, ticket_id, _reminder(team, after, now, retention))
            due += [ticket_id] if changed else []
    return due


def _reminder(
    team: Team, after: Mapping[str, tuple[timedelta, timedelta]], now: datetime, retention: timedelta
) -> Change:
    def change(known: HandOff | None) -> HandOff | None:
        if known is None:
            return None
        return reminded(known, team=team, now=now, after=after) or ending(known, now=now, retention=retention)

    return change
