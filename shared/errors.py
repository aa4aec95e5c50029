"""The two ways a message can fail."""

from __future__ import annotations


class BadInput(ValueError):
    """What somebody sent is wrong. Names the field, the problem and the cure."""

    def __init__(self, field: str, problem: str, cure: str) -> None:
        super().__init__(f"{field}: {problem}. {cure}")
        self.field, self.problem, self.cure = field, problem, cure

    def as_dict(self) -> dict[str, str]:
        """The error as an HTTP answer carries it."""
        return {"field": self.field, "problem": self.problem, "cure": self.cure}


class NotNow(Exception):
    """The other side cannot take it yet: leave the message in the queue and come back.

    ``retry_after`` is in seconds; None leaves the time to the queue's own visibility timeout.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
