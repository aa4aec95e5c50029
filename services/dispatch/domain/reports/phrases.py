"""Turns of phrase that all of a report uses."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TypeVar

from services.dispatch.domain.reports.figures import Figures, Pair, Waits
from services.dispatch.domain.words import line, wait

K = TypeVar("K")
MANY = 8
"""Entries of a list in the report; the rest is counted together."""


def slow_first(now: Figures) -> list[tuple[str, Waits]]:
    """The teams: those that took nothing first, the oldest wait on top; then those that wait longest."""
    return sorted(now.waits.items(), key=lambda item: (not item[1].untouched, *_slowness(item[1]), item[0]))


def _slowness(found: Waits) -> tuple[float, float]:
    return (-found.oldest, -found.median) if found.untouched else (-found.median, -found.oldest)


def most(counted: Counter[K], limit: int) -> list[tuple[K, int]]:
    """The ``limit`` most frequent, the rest left out."""
    return sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))[:limit]


def arrow(pair: Pair) -> str:
    """From where to where."""
    return f"{line(pair[0])} → {line(pair[1])}"


def joined(parts: list[str]) -> str:
    """A list as people say it: a, b and c. ``parts`` is not empty."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" and {parts[-1]}"


def span(seconds: float) -> str:
    """A wait as people say it."""
    return wait(timedelta(seconds=seconds)).replace("under a minute", "a minute")
