"""What ``replay --since`` understands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.archive import moment
from shared.errors import BadInput

NOW = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("6h", NOW - timedelta(hours=6)),
        (" 2 d ", NOW - timedelta(days=2)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T08:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("2026-11-23T08:00+01:00", datetime(2026, 11, 23, 7, tzinfo=UTC)),
        ("2026-11-23T08:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_is_named_or_so_long_ago(said: str, meant: datetime) -> None:
    assert moment(said, now=NOW) == meant


@pytest.mark.parametrize("said", ["", "yesterday", "6w", "-6h", "2026-13-01", "2026-11-24", "999999999999d"])
def test_what_is_no_time_or_still_to_come_is_refused_with_the_cure(said: str) -> None:
    with pytest.raises(BadInput, match="--since"):
        moment(said, now=NOW)
