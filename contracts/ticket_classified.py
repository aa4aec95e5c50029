"""TicketClassified v1: A ticket has been read, or could not be. Produced by classifier."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import Contract, Event
from contracts.ticket import Reading, Ticket


class TicketClassifiedData(Contract):
    """The data of TicketClassified."""

    ticket: Ticket
    reading: Reading


class TicketClassified(Event):
    """A ticket has been read, or could not be."""

    source: ClassVar[str] = "tickets.classifier"
    data: TicketClassifiedData
