"""What stands on the board, from rows alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.today import board

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def row(number: int, *, ago: float = 1, team: str = "finance", taken_ago: float | None = None, **more: Any) -> Any:
    """A ticket received so many hours ago."""
    taken = (NOW - timedelta(hours=taken_ago)).isoformat() if taken_ago is not None else None
    return {
        "ticket_id": f"T-{number:012d}", "team": team, "state": "taken" if taken else "waiting", "part_of": None,
        "received_at": (NOW - timedelta(hours=ago)).isoformat(), "taken_at": taken, "move": "route", "reasons": [],
        "destination": {"kind": "slack"}, "corrections": [], **more,
    }  # fmt: skip


def moved(**more: Any) -> dict[str, Any]:
    before, after = {"kind": "route", "team": "finance"}, {"kind": "route", "team": "support"}
    return {"kind": "reassigned", "before": before, "after": after, **more}


def test_what_waits_by_team_and_age_the_longest_first() -> None:
    rows = [
        row(1, ago=0.5), row(2, ago=3), row(3, ago=80, team="privacy"), row(4, ago=90, taken_ago=1),
        row(5, part_of="T-1"), row(6, state="shadow"), row(7, state="no ticket"), row(8, ago=23, team="privacy"),
    ]  # fmt: skip
    found = board.waiting(rows, NOW)
    assert [(one.team, one.count, one.ages) for one in found] == [
        ("privacy", 2, (0, 0, 1, 1)),
        ("finance", 2, (1, 1, 0, 0)),
    ]
    assert found[0].oldest == timedelta(hours=80)


def test_escalates_nobody_has_the_oldest_first() -> None:
    rows = [
        row(1, ago=1, move="escalate"),
        row(2, ago=2, move="escalate"),
        row(3, move="escalate", taken_ago=0.5),
        row(4),
    ]
    assert [one["ticket_id"][-1] for one in board.escalated(rows)] == ["2", "1"]


@pytest.mark.parametrize(
    ("more", "is_stuck"),
    [
        ({"destination": None}, True),
        ({"destination": None, "ago": 0.05}, False),
        ({"destination": None, "state": "shadow"}, False),
        ({"destination": None, "part_of": "T-2"}, False),
        ({}, False),
    ],
)
def test_what_is_before_nobody_for_minutes_is_stuck(more: dict[str, Any], is_stuck: bool) -> None:
    assert bool(board.stuck([row(1, **more)], NOW)) is is_stuck


def test_unread_is_what_no_model_could_read_and_waits() -> None:
    said = ["Held: it could not be read (the model is away)"]
    rows = [row(1, reasons=said), row(2, reasons=said, taken_ago=1), row(3, reasons=["Held: too little to go on"])]
    assert [one["ticket_id"][-1] for one in board.unread(rows)] == ["1"]


def test_today_is_the_teams_own_day_against_the_same_hours_a_week_ago() -> None:
    week = 7 * 24
    rows = [
        row(1, ago=10), row(2, ago=10.2),  # 23:05 UTC is today in Berlin, 22:53 is yesterday
        row(3, corrections=[moved()]), row(4, corrections=[moved(undone=True)]), row(5, move="hold"),
        row(6, move="route", corrections=[{**moved(), "before": {"kind": "hold"}}]),
        row(7, ago=week + 1, taken_ago=week + 0.5), row(8, ago=week - 1), row(9, ago=50, taken_ago=2),
    ]  # fmt: skip
    today, before = board.days(rows, NOW, BERLIN)
    assert today == board.Day(came=5, sorted=3, corrected=1, taken=1)
    assert before == board.Day(came=1, sorted=1, corrected=0, taken=1)


def test_an_empty_board() -> None:
    assert board.waiting([], NOW) == []
    assert board.days([], NOW, BERLIN) == (board.Day(0, 0, 0, 0), board.Day(0, 0, 0, 0))
