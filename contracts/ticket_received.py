"""TicketReceived v1: A ticket is in: written once, folded or threaded. Produced by intake."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import Contract, Event
from contracts.ticket import Ticket


class TicketReceivedData(Contract):
    """The data of TicketReceived."""

    ticket: Ticket


class TicketReceived(Event):
    """A ticket is in: written once, folded or threaded."""

    source: ClassVar[str] = "tickets.intake"
    data: TicketReceivedData
