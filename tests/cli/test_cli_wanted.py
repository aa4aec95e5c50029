"""Which tickets ``ticket-router tickets`` prints when it is asked for some."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.wanted import Wanted, since_of
from shared.errors import BadInput

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def row(number: int, **more: Any) -> dict[str, Any]:
    told = {
        "ticket_id": f"T-{number}", "subject": "Invoice", "opening": "Where is it?", "team": "finance",
        "customer": {"email": "olga@northwind.example", "name": "Olga"}, "state": "waiting", "taken_at": None,
        "received_at": (NOW - timedelta(hours=number)).isoformat(), "part_of": None,
    }  # fmt: skip
    return told | more


ROWS = [
    row(1), row(2, team="support", state="taken"), row(3, subject="Login"), row(4, state="no ticket"),
    row(5, state=None, taken_at="x"), row(30, part_of="T-1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 30]),
        ({"team": "Finance"}, [1, 3, 4, 5, 30]),
        ({"state": "waiting"}, [1, 3]),
        ({"state": "Taken"}, [2, 5]),
        ({"state": "no ticket"}, [4]),
        ({"since": "3h"}, [1, 2, 3]),
        ({"since": "1d", "team": "support"}, [2]),
        ({"query": "olga LOGIN"}, [3]),
        ({"query": "t-2"}, [2]),
        ({"query": "northwind", "state": "waiting"}, [1, 3]),
        ({"query": "nothing of the kind"}, []),
    ],
)
def test_what_is_asked_for(asked: dict[str, str], found: list[int]) -> None:
    told = {"team": None, "state": None, "since": None, "query": None, **asked}
    rows = Wanted.of(**told, now=NOW).among(ROWS)
    assert [one["ticket_id"] for one in rows] == [f"T-{number}" for number in found]


@pytest.mark.parametrize("text", ["3d", "72h", "4320m", "2026-11-24T12:00:00+00:00"])
def test_a_moment_is_said_in_many_ways(text: str) -> None:
    assert since_of(text, NOW) == NOW - timedelta(days=3)


@pytest.mark.parametrize(("asked", "field"), [({"since": "soon"}, "--since"), ({"state": "lost"}, "--state")])
def test_what_cannot_be_understood_is_named(asked: dict[str, str], field: str) -> None:
    told = {"team": None, "state": None, "since": None, "query": None, **asked}
    with pytest.raises(BadInput, match=field):
        Wanted.of(**told, now=NOW)
