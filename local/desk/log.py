"""Where the tickets are: read from the logs that the deployed services keep."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol

from cli.log import events_of
from cli.rules import from_log, in_force
from cli.stack import Stack
from contracts.rules import Rules
from contracts.ticket import Reading, Ticket
from services.dispatch.adapters.log import HandOffLog

STEPS = ("Received", "Read", "Decided", "With the team")
"""How far a ticket has come, in words."""
_STEP_OF = {"TicketReceived": 1, "TicketClassified": 2, "MoveDecided": 3, "TicketDispatched": 4}
_REMEMBERED = 50
_FRESH_S = 1.0


class TicketLog(Protocol):
    """Reads the log. May block: it is called in a thread."""

    def tickets(self, limit: int) -> list[dict[str, Any]]: ...

    def trace(self, ticket_id: str) -> dict[str, Any] | None: ...

    def in_force(self) -> Rules: ...

    def logged(self, limit: int) -> list[tuple[Ticket, Reading]]: ...


class StackLog:
    """The log of a deployed stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._log = stack, HandOffLog(stack.table("dispatch"))

    def tickets(self, limit: int) -> list[dict[str, Any]]:
        """The newest tickets that have reached a team; one without a subject shows how its text begins."""
        return [row | {"subject": row["subject"] or row["opening"]} for row in self._log.newest(limit=limit)]

    def in_force(self) -> Rules:
        """The rules that are published. Raises BadInput when there are none yet."""
        return in_force(self._stack)

    def logged(self, limit: int) -> list[tuple[Ticket, Reading]]:
        """The newest tickets as they were read."""
        return list(from_log(self._stack, limit=limit))

    def trace(self, ticket_id: str) -> dict[str, Any] | None:
        """One ticket with all its events, or None when nobody has heard of it."""
        row, events = self._log.row(ticket_id), events_of(self._stack, ticket_id)
        if row is None and not events:
            return None
        return {**(row or {"ticket_id": ticket_id}), "events": events}


@dataclass
class Sent:
    """A ticket that was sent from here and may not have arrived yet."""

    ticket_id: str
    source: str
    customer: str
    subject: str
    at: float = field(default_factory=time.time)
    step: int = 0


class Board:
    """What the list shows: landed tickets from the log, and those sent from here that are still under way."""

    def __init__(self, log: TicketLog, *, limit: int = 60) -> None:
        self._log, self._limit = log, limit
        self._sent: OrderedDict[str, Sent] = OrderedDict()
        self._lock, self._read, self._rows = asyncio.Lock(), float("-inf"), list[dict[str, Any]]()
        self.problem = ""

    def expect(self, sent: Sent) -> None:
        """Show a ticket as under way until the log has it."""
        self._sent.setdefault(sent.ticket_id, sent)
        while len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)
        self._read = float("-inf")

    async def tickets(self) -> tuple[list[Sent], list[dict[str, Any]]]:
        """(under way, landed), newest first. However many look, the log is read about once a second."""
        async with self._lock:
            if time.monotonic() - self._read > _FRESH_S:
                await self._look()
                self._read = time.monotonic()
        return list(reversed(self._sent.values())), self._rows

    async def _look(self) -> None:
        try:
            self._rows = await asyncio.to_thread(self._log.tickets, self._limit)
            self.problem = ""
            for row in self._rows:
                self._sent.pop(row["ticket_id"], None)
            for sent in list(self._sent.values()):
                found = await asyncio.to_thread(self._log.trace, sent.ticket_id)
                names = [event["detail-type"] for event in (found or {}).get("events", [])]
                sent.step = max((_STEP_OF.get(name, 0) for name in names), default=0)
        except Exception as error:  # the page says so and tries again; it must not go dark with the log
            self.problem = f"The log cannot be read just now ({type(error).__name__})."

    async def trace(self, ticket_id: str) -> dict[str, Any] | None:
        """One ticket with its events."""
        return await asyncio.to_thread(self._log.trace, ticket_id)
