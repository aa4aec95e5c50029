"""What the use cases need of the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from contracts.envelope import Event
from contracts.ticket import ObjectRef
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_received import TicketReceived
from services.intake.domain.chat_memory import Claim
from services.intake.domain.linking import Known, Recent

if TYPE_CHECKING:  # to read mail costs 300 ms of a start; form and chat never do
    from services.intake.domain.mail import Mail


@dataclass(frozen=True)
class Kept:
    """A ticket's event as it was written, and whether the bus has it."""

    event: TicketReceived
    published: bool


class Raced(Exception):
    """Another ticket of this customer, or of this conversation, was written in between: look again."""


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class Files(Protocol):
    """Keeps what came in, exactly as it came."""

    def read(self, key: str) -> bytes: ...

    def keep(self, key: str, content: bytes, content_type: str) -> ObjectRef: ...

    def keep_first(self, key: str, content: bytes) -> bytes:
        """Keep ``content`` unless something lies under ``key``; give back what lies there now."""
        ...

    def ref(self, key: str) -> ObjectRef: ...

    def size_of(self, key: str) -> int | None:
        """How many bytes lie under ``key``; None when nothing does."""
        ...

    def copy(self, key: str, to: str) -> ObjectRef: ...


class Uploads(Protocol):
    """Lets a browser lay a file straight into the bucket."""

    def post_form(self, key: str, *, content_type: str, size: int) -> dict[str, Any]:
        """An address and the fields to post beside the file: for this key, type and size alone, and for minutes."""
        ...


class Inbox(Protocol):
    """The queue behind the three lanes."""

    def put(self, *, lane: str, key: str, received_at: datetime) -> None: ...


class Tickets(Protocol):
    """intake's memory."""

    def find(self, event: TicketReceived) -> Kept | None:
        """What was written under this event's id."""
        ...

    def recent(self, customer: str) -> tuple[tuple[Recent, ...], int]:
        """The customer's recent tickets, newest first, and the revision to write them back with."""
        ...

    def roots(self, thread: Sequence[str]) -> Mapping[str, Known]:
        """Which of the thread's keys are known, and what they stand for."""
        ...

    def write(
        self,
        event: TicketReceived,
        *,
        threads: Mapping[str, str],
        customer: str | None,
        recent: Sequence[Recent],
        revision: int,
    ) -> None:
        """All at once or not at all. Raises Raced when the ticket or a newer revision is already there."""
        ...

    def mark_published(self, event: TicketReceived) -> None: ...

    def keep_answer(self, event: TicketAnswered, *, customer: str | None) -> None:
        """Log the answer with its ticket, and let its Message-ID stand for the ticket. Again is the same."""
        ...

    def has_answer(self, event: TicketAnswered) -> bool:
        """Whether this answer was logged before."""
        ...

    def set_aside(self, *, key: str, number: str, mail: Mail, reason: str, received_at: datetime) -> None:
        """Remember a mail that is no ticket. ``number``: the id of the ticket it would have been."""
        ...

    def released(self, *, key: str, received_at: datetime) -> None:
        """A mail that was set aside is a ticket after all."""
        ...


class Conversations(Protocol):
    """Which of a conversation's messages have become tickets."""

    def claims(self, conversation_id: str) -> tuple[tuple[Claim, ...], int]:
        """The claims so far, and the revision to write them back with."""
        ...

    def claim(self, conversation_id: str, claims: Sequence[Claim], *, revision: int, now: datetime) -> None:
        """Raises Raced when a newer revision is already there."""
        ...


class Counter(Protocol):
    """Counts what comes from whom."""

    def count(self, *, who: str, window: int, now: datetime) -> int:
        """One more from ``who`` in this window of so many seconds; gives back how many that makes."""
        ...

    def is_over(self, *, who: str, what: str, most: int, window: int, now: datetime) -> bool:
        """Whether ``what`` comes after ``most`` others from ``who`` in this window.

        The same ``what`` may be counted any number of times, and the answer is the same each time: a mail is taken up
        anew whenever a try at it failed.
        """
        ...
