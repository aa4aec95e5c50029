"""How much of a wait lay in a team's business hours: nobody is reminded of what came while nobody was there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.rules import Team

LOOKED_BACK = timedelta(days=31)
"""Longer than any reminder's time: what waited longer is late, whatever the hours."""


def working_time(team: Team, since: datetime, until: datetime) -> timedelta:
    """The part of a wait in which somebody of the team was on duty; zero while nobody is.

    A team without hours is always there, and so is one with somebody on call.
    """
    if not team.open or team.zone is None or team.on_call:
        return until - since
    if not any(span.holds(until.astimezone(ZoneInfo(team.zone))) for span in team.open):
        return timedelta(0)
    since = max(since, until - LOOKED_BACK)
    total, counted_to = timedelta(0), since
    for opens, closes in sorted(_openings(team, ZoneInfo(team.zone), since, until)):
        begin, end = max(opens, counted_to), min(closes, until)
        if begin < end:
            total, counted_to = total + (end - begin), end
    return total


def _openings(team: Team, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = since.astimezone(zone).date() - timedelta(days=1)  # a night that began the day before
    while day <= until.astimezone(zone).date():
        for span in team.open:
            if day.weekday() in span.days:
                nights = span.closes // 1440 + (span.closes <= span.opens)
                closes = time(span.closes // 60 % 24, span.closes % 60)
                yield (
                    datetime.combine(day, time(span.opens // 60 % 24, span.opens % 60), zone).astimezone(since.tzinfo),
                    datetime.combine(day + timedelta(days=nights), closes, zone).astimezone(since.tzinfo),
                )
        day += timedelta(days=1)
