"""Doing outside, once over all workers, what must not be done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from services.dispatch.app.ports import Outside
from services.dispatch.domain import attempt
from services.dispatch.domain.attempt import LEASE, Attempt

T = TypeVar("T")


def once(outside: Outside, effect: str, act: Callable[[Attempt], T], lease: timedelta = LEASE) -> T | None:
    """What ``act`` answers, alone with the effect over all workers; None when it is known to be done."""
    return attempt.once(outside.effects, outside.clock, effect, act, lease)
