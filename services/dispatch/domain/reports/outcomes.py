"""What became of the tickets that the router sent on: left where they were, or moved to another topic by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from contracts.rules import Outcome
from services.dispatch.domain.reports.figures import Row, decided

COUNTED_FOR = timedelta(days=30)
"""How far back outcomes count. Older ones tell of a router that had learned less."""
SETTLED_AFTER = timedelta(days=2)
"""How long a ticket must have lain with its team before being left alone says anything."""


def outcomes_of(rows: Iterable[Row]) -> tuple[Outcome, ...]:
    """Count the rows by model and by chance in hundredths. What says nothing about the topic is left out."""
    right: Counter[tuple[str, float]] = Counter()
    wrong: Counter[tuple[str, float]] = Counter()
    for row in rows:
        chance = row.get("confidence_before_outcomes")  # rows from before outcomes were counted have none
        if chance is not None and _went_by_topic(row):
            (right if _was_left_alone(row) else wrong)[row["model"], round(chance, 2)] += 1
    return tuple(
        Outcome(model=model, confidence=chance, right=right[model, chance], wrong=wrong[model, chance])
        for model, chance in sorted({*right, *wrong})
    )


def _went_by_topic(row: Row) -> bool:
    """Whether its topic sent the ticket to its team: not a copy, a held one, a VIP who has a team, spam, in shadow."""
    elsewhere = row.get("state") in ("no ticket", "shadow")
    return not (row["part_of"] or row["vip"] or elsewhere or decided(row) == "hold")


def _was_left_alone(row: Row) -> bool:
    """Whether nobody moved it, or whoever did moved it back. Moved to a team without naming a topic is moved."""
    moved = [done for done in row["corrections"] if done["kind"] == "reassigned" and not done.get("undone")]
    if not moved:
        return True
    before, after = moved[0]["before"], moved[-1]["after"]
    return bool(after["topic"] == before["topic"] if after["topic"] else after["team"] == before["team"])
