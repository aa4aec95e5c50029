"""The week, the month or the days that a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """A week or a month of the team's own calendar, or any days up to now."""

    kind: Literal["week", "month", "time"]
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """What the period is called: ``2026-W47``, ``2026-11``, or ``2026-11-20T0800--2026-11-27T1705``."""
        if self.kind == "time":
            return f"{self.start:%Y-%m-%dT%H%M}--{self.end:%Y-%m-%dT%H%M}"
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02d}" if self.kind == "week" else f"{self.start:%Y-%m}"

    @property
    def title(self) -> str:
        """The period in words."""
        if self.kind == "month":
            return f"{self.start:%B %Y}"
        if self.kind == "time":
            return f"{self.start.day} {self.start:%b %H:%M} – {self.end.day} {self.end:%b %Y %H:%M}"
        last = self.end - timedelta(days=1)
        return f"{self.start.day} {self.start:%b} – {last.day} {last:%b %Y}"


def week_before(now: datetime, zone: ZoneInfo) -> Period:
    """The last whole week, Monday to Monday, in the team's time zone."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return Period("week", _midnight(monday - timedelta(days=7), zone), _midnight(monday, zone))


def month_before(now: datetime, zone: ZoneInfo) -> Period:
    """The last whole month in the team's time zone."""
    first = now.astimezone(zone).date().replace(day=1)
    return Period("month", _midnight((first - timedelta(days=1)).replace(day=1), zone), _midnight(first, zone))


def since(start: datetime, now: datetime, zone: ZoneInfo) -> Period:
    """From then until now."""
    return Period("time", start.astimezone(zone), now.astimezone(zone))


def period_before(period: Period) -> Period:
    """The week or month before this one, or as long a time before it."""
    if period.kind == "time":
        return Period("time", period.start - (period.end - period.start), period.start)
    zone = period.start.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise TypeError("a period is counted in a time zone")
    return week_before(period.start, zone) if period.kind == "week" else month_before(period.start, zone)


def days_of(period: Period) -> list[str]:
    """The UTC days that a period touches."""
    first, last = period.start.astimezone(ZoneInfo("UTC")).date(), period.end.astimezone(ZoneInfo("UTC")).date()
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
