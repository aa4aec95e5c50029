"""What intake needs of the outside, in memory: its own use case runs on it unchanged."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.ticket import ObjectRef
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_received import TicketReceived
from services.intake.app.ports import Kept
from services.intake.domain.linking import Known, Recent


class Files:
    """The mail bucket."""

    def __init__(self) -> None:
        self._content: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        """Lay a mail there, as SES does."""
        self._content[key] = content

    def read(self, key: str) -> bytes:
        return self._content[key]

    def keep(self, key: str, content: bytes, content_type: str) -> ObjectRef:  # noqa: ARG002  kept by nobody
        return self.ref(key)

    def keep_first(self, key: str, content: bytes) -> bytes:
        return self._content.setdefault(key, content)

    def ref(self, key: str) -> ObjectRef:
        return ObjectRef(bucket="rehearsal", key=key)

    def size_of(self, key: str) -> int | None:
        return len(self._content[key]) if key in self._content else None

    def copy(self, key: str, to: str) -> ObjectRef:
        self._content[to] = self._content[key]
        return self.ref(to)


class Tickets:
    """intake's memory."""

    def __init__(self) -> None:
        self._events: dict[str, TicketReceived] = {}
        self._recent: dict[str, tuple[tuple[Recent, ...], int]] = {}
        self._threads: dict[str, Known] = {}
        self.aside: list[str] = []
        """Why mails were set aside, in order."""

    def find(self, event: TicketReceived) -> Kept | None:
        kept = self._events.get(event.metadata.event_id)
        return Kept(kept, published=True) if kept else None

    def recent(self, customer: str) -> tuple[tuple[Recent, ...], int]:
        return self._recent.get(customer, ((), 0))

    def roots(self, thread: Sequence[str]) -> Mapping[str, Known]:
        return {key: self._threads[key] for key in thread if key in self._threads}

    def write(
        self,
        event: TicketReceived,
        *,
        threads: Mapping[str, str],
        customer: str | None,
        recent: Sequence[Recent],
        revision: int,
    ) -> None:
        self._events[event.metadata.event_id] = event
        self._threads |= {key: Known(root, customer) for key, root in threads.items()}
        if customer:
            self._recent[customer] = (tuple(recent), revision + 1)

    def mark_published(self, event: TicketReceived) -> None:
        """Nobody asks."""

    def keep_answer(self, event: TicketAnswered, *, customer: str | None) -> None:
        if event.data.message_id:
            self._threads.setdefault(event.data.message_id, Known(event.data.ticket_id, customer))

    def has_answer(self, event: TicketAnswered) -> bool:  # noqa: ARG002  each mail is read once
        return False

    def set_aside(self, *, reason: str, **_: Any) -> None:
        self.aside.append(reason)

    def released(self, *, key: str, received_at: datetime) -> None:
        """Nobody releases."""


class Counter:
    """Counts as intake's table does."""

    def __init__(self) -> None:
        self._seen: Count[tuple[str, int]] = Count()
        self._marks: dict[tuple[str, int], set[str]] = {}

    def count(self, *, who: str, window: int, now: datetime) -> int:
        key = (who, int(now.timestamp()) // window)
        self._seen[key] += 1
        return self._seen[key]

    def is_over(self, *, who: str, what: str, most: int, window: int, now: datetime) -> bool:
        marks = self._marks.setdefault((who, int(now.timestamp()) // window), set())
        if what not in marks and len(marks) >= most:
            return True
        marks.add(what)
        return False


class Bus:
    """Nobody listens."""

    def publish(self, event: Event) -> None:
        """Said to nobody."""
