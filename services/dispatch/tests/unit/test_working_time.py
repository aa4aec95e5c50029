"""How much of a wait counts: the team's own hours, on its own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.rules import OpenHours, Team
from services.dispatch.domain.life.working_time import working_time

OFFICE = Team(
    name="office", channel="office", lead="U0LEAD", zone="Europe/Berlin", row=2,
    open=(
        OpenHours(days=(0, 1, 2, 3, 4), opens=9 * 60, closes=12 * 60),
        OpenHours(days=(0, 1, 2, 3, 4), opens=13 * 60, closes=17 * 60),
    ),
)  # fmt: skip
NIGHT = OFFICE.model_copy(update={"open": (OpenHours(days=(4,), opens=22 * 60, closes=6 * 60),)})
ALWAYS = OFFICE.model_copy(update={"open": (OpenHours(days=tuple(range(7)), opens=0, closes=1440),)})


@pytest.mark.parametrize(
    ("team", "since", "until", "minutes"),
    [
        (OFFICE, "2026-11-27T10:00+01:00", "2026-11-27T10:30+01:00", 30),
        (OFFICE, "2026-11-27T11:50+01:00", "2026-11-27T13:10+01:00", 20),  # over lunch
        (OFFICE, "2026-11-27T16:55+01:00", "2026-11-30T09:10+01:00", 15),  # over the weekend
        (OFFICE, "2026-11-27T16:55+01:00", "2026-11-28T10:00+01:00", 0),  # nobody is there to be told
        (OFFICE, "2026-03-27T16:55+01:00", "2026-03-30T09:10+02:00", 15),  # and the clocks changed
        (NIGHT, "2026-11-27T23:30+01:00", "2026-11-28T00:30+01:00", 60),
        (NIGHT, "2026-11-20T23:30+01:00", "2026-11-27T22:10+01:00", 6 * 60 + 30 + 10),
        (ALWAYS, "2026-11-27T23:30+01:00", "2026-11-29T00:30+01:00", 25 * 60),
        (OFFICE.model_copy(update={"on_call": "U0CALL"}), "2026-11-28T01:00+01:00", "2026-11-28T02:00+01:00", 60),
        (OFFICE.model_copy(update={"open": (), "zone": None}), "2026-11-28T01:00Z", "2026-11-28T02:00Z", 60),
    ],
)
def test_what_counts(team: Team, since: str, until: str, minutes: int) -> None:
    waited = working_time(team, datetime.fromisoformat(since), datetime.fromisoformat(until))
    assert waited == timedelta(minutes=minutes)


def test_a_reminder_waits_for_the_team_to_come_in(dispatch: Any, make: Any) -> None:
    closed = OpenHours(days=((dispatch.now.weekday() + 3) % 7,), opens=9 * 60, closes=17 * 60)
    teams = tuple(
        team.model_copy(update={"zone": "UTC", "open": (closed,)}) if team.name == "engineering" else team
        for team in dispatch.rules.teams
    )
    dispatch.rules = dispatch.rules.model_copy(update={"teams": teams})
    dispatch.decide(make.decided(kind="escalate"))
    dispatch.tick(hours=24)
    assert dispatch.remind() == []
    while not closed.holds(dispatch.now):
        dispatch.tick(minutes=10)
    dispatch.tick(minutes=40)
    assert len(dispatch.remind()) == 1
