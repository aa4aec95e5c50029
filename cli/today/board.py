"""What stands on the board: counted from the log's rows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
AGES: tuple[tuple[str, timedelta], ...] = (
    ("under 1 h", timedelta(hours=1)), ("under 4 h", timedelta(hours=4)), ("under 1 day", timedelta(days=1)),
)  # fmt: skip
OLDER = "older"
STUCK_AFTER = timedelta(minutes=5)
"""A ticket is before its team in seconds; what is not after that is stuck."""
_SEVEN = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """What waits with one team."""

    team: str
    count: int
    oldest: timedelta
    ages: tuple[int, ...]
    """How many are of each age, youngest first, ``OLDER`` last."""


@dataclass(frozen=True)
class Day:
    """A day up to a time of it."""

    came: int
    sorted: int
    """Sent on to a team by the router itself."""
    corrected: int
    """Of those, moved to another team or topic by a person."""
    taken: int
    """Tickets that somebody took in that time, whenever they came."""


def waiting(rows: Iterable[Row], now: datetime) -> list[Waiting]:
    """By team, whose oldest waits longest first."""
    by_team: dict[str, list[timedelta]] = {}
    for row in rows:
        if _waits(row):
            by_team.setdefault(row["team"], []).append(now - _since(row))
    found = [Waiting(team, len(ages), max(ages), _counted(ages)) for team, ages in by_team.items()]
    return sorted(found, key=lambda one: (-one.oldest, one.team))


def escalated(rows: Iterable[Row]) -> list[Row]:
    """Escalates that nobody has taken, the oldest first."""
    return sorted((row for row in rows if _waits(row) and row["move"] == "escalate"), key=_since)


def stuck(rows: Iterable[Row], now: datetime) -> list[Row]:
    """Tickets that are before no team although they should be."""
    return [row for row in rows if _waits(row) and row["destination"] is None and now - _since(row) > STUCK_AFTER]


def unread(rows: Iterable[Row]) -> list[Row]:
    """Held because no model could read them, and still waiting."""
    said = "Held: it could not be read"
    return [row for row in rows if _waits(row) and any(reason.startswith(said) for reason in row["reasons"])]


def taken_since(rows: Iterable[Row], since: datetime) -> list[Row]:
    """What was taken since then, the last first."""
    found = (row for row in rows if row["taken_at"] and _at(row["taken_at"]) >= since and not row["part_of"])
    return sorted(found, key=lambda row: str(row["taken_at"]), reverse=True)


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When today began in the team's time zone."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def days(rows: Sequence[Row], now: datetime, zone: ZoneInfo) -> tuple[Day, Day]:
    """Today so far, and the same day last week up to the same time."""
    today = midnight(now, zone)
    return _day(rows, today, now), _day(rows, today - _SEVEN, now - _SEVEN)


def _day(rows: Iterable[Row], start: datetime, end: datetime) -> Day:
    own = [row for row in rows if not row["part_of"] and row.get("state") not in ("no ticket", "shadow")]
    came = [row for row in own if start <= _at(row["received_at"]) < end]
    sent_on = [row for row in came if _decided(row) != "hold"]
    return Day(
        came=len(came),
        sorted=len(sent_on),
        corrected=sum(any(map(_is_move, row["corrections"])) for row in sent_on),
        taken=sum(bool(row["taken_at"]) and start <= _at(row["taken_at"]) < end for row in own),
    )


def _decided(row: Row) -> str:
    first = row["corrections"][0]["before"]["kind"] if row["corrections"] else None
    return str(first or row["move"])


def _is_move(done: Row) -> bool:
    return done["kind"] == "reassigned" and done["before"] != done["after"] and not done.get("undone")


def _waits(row: Row) -> bool:
    state = row.get("state") or ("taken" if row["taken_at"] else "waiting")
    return state == "waiting" and not row["part_of"]


def _counted(ages: list[timedelta]) -> tuple[int, ...]:
    found = [0] * (len(AGES) + 1)
    for age in ages:
        found[next((at for at, (_, limit) in enumerate(AGES) if age < limit), len(AGES))] += 1
    return tuple(found)


def _since(row: Row) -> datetime:
    return _at(row["received_at"])


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment.replace("Z", "+00:00"))
