"""Doing outside, once over all workers, what must not be done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from services.dispatch.app.ports import Outside

T = TypeVar("T")


def once(outside: Outside, effect: str, act: Callable[[bool], T]) -> T | None:
    """What ``act`` answers, told whether somebody may have done it before; None when it is known to be done."""
    claim = outside.effects.claim(effect, now=outside.clock())
    if claim == "done":
        return None
    try:
        return act(claim == "again")
    except Exception:
        outside.effects.release(effect)
        raise
