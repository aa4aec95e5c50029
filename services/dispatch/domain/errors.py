"""What can stand in the way of an action."""

from __future__ import annotations


class Conflict(Exception):
    """The stored hand-off changed since it was read."""


class TooLate(Exception):
    """Somebody else was first; says who did what."""
