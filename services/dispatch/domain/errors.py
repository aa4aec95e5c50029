"""What can stand in the way of an action."""

from __future__ import annotations


class Conflict(Exception):
    """The stored hand-off changed since it was read."""


class TooLate(Exception):
    """The ticket is no longer as the button showed it; says who did what. ``again``: a double click."""

    def __init__(self, said: str, *, again: bool = False) -> None:
        super().__init__(said)
        self.again = again
