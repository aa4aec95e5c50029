"""What can stand in the way of an action."""

from __future__ import annotations

from shared.errors import NotNow

LONGEST_WAIT_S = 900
"""A message that keeps failing is tried at least this often."""


class Conflict(Exception):
    """The stored hand-off changed since it was read."""


class TooLate(Exception):
    """The ticket is no longer as the button showed it; says who did what. ``again``: a double click."""

    def __init__(self, said: str, *, again: bool = False) -> None:
        super().__init__(said)
        self.again = again


class NotYourTurn(NotNow):
    """Slack is well, and others are to be posted first: the turn is booked."""


def next_try(asked: float | None, tries: int) -> float:
    """Seconds until a message that came for the ``tries``-th time comes again: never sooner than was asked for.

    The more often it failed the longer, so that the tries the queue allows (50) last for hours of outage, and the
    first of them are soon.
    """
    return max(asked or 0.0, min(LONGEST_WAIT_S, tries**2))
