"""A ticket that is owed a reading, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

FIRST_AGAIN = timedelta(minutes=5)
"""How soon a ticket that went on unread is tried again: the sweep's own interval."""
LATEST_AGAIN = timedelta(hours=6)
"""The longest pause: a refusal that somebody mends on Monday is noticed on Monday."""


@dataclass(frozen=True)
class Owed:
    """A ticket that lies before people unread."""

    ticket_id: str
    event_id: str
    """The TicketClassified that said so."""
    due: str
    """When it is tried again, in UTC; words that sort after every moment when only a person may say so."""
    since: str
    """When the ticket was received."""
    why: str
    tries: int = 0
    """How often it has been tried again and refused."""
    expires_at: int = 0
    """Unix seconds after which nobody owes it anything any more."""

    @property
    def pause(self) -> timedelta:
        """How long to wait after one more refusal: twice as long each time."""
        doubled: timedelta = FIRST_AGAIN * 2 ** min(self.tries + 1, 16)
        return min(LATEST_AGAIN, doubled)
