"""TicketDispatched v1: The ticket is in front of the team. Produced by dispatch."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import Contract, Event, UtcTime
from contracts.ticket import Destination, Move


class TicketDispatchedData(Contract):
    """The data of TicketDispatched."""

    ticket_id: str
    move: Move
    destination: Destination
    received_at: UtcTime
    dispatched_at: UtcTime


class TicketDispatched(Event):
    """The ticket is in front of the team."""

    source: ClassVar[str] = "tickets.dispatch"
    data: TicketDispatchedData
