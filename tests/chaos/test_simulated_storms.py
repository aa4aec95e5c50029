"""A few seeds of the fault table, and a death at every call of every function; ``make chaos SEEDS=20`` runs more."""

from __future__ import annotations

import pytest

from tests.chaos.simulation.run import run

CALLS = 48
"""More calls to the outside than any function makes for one ticket."""


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_doubled_or_said_twice(seed: int) -> None:
    outcome = run(seed, tickets=40)
    assert outcome.broken == []
    assert sum(outcome.faults.values()) > 20, "no storm"
    assert sum(outcome.kills.values()) > 5, "nobody died"


def test_in_calm_every_ticket_lands_at_once_with_one_call_each() -> None:
    outcome = run(1, tickets=20, storm=60.0, moody=False, kills=0.0, twice=0.0, skew=0.0)
    assert outcome.broken == []
    assert outcome.model_calls == outcome.tickets
    assert outcome.unread == 0
    assert outcome.settled_s < 60


@pytest.mark.parametrize("calls", [range(first, first + 8) for first in range(1, CALLS, 8)], ids=str)
def test_a_worker_may_die_at_any_call(calls: range) -> None:
    died: set[str] = set()
    for call in calls:
        outcome = run(call, tickets=4, storm=120.0, moody=False, twice=0.0, skew=0.0, first_dies_at=call)
        assert outcome.broken == [], f"at call {call}"
        died |= set(outcome.kills)
    assert died or calls[0] > 1


def test_a_seed_is_the_same_story_every_time() -> None:
    one, again = (run(7, tickets=6, storm=300.0) for _ in range(2))
    assert (one.faults, one.kills, one.settled_s) == (again.faults, again.kills, again.settled_s)
