"""TicketCorrected v1: A person changed what the router had decided. Produced by dispatch."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import Contract, Event
from contracts.ticket import Correction, Reading, Ticket


class TicketCorrectedData(Contract):
    """The data of TicketCorrected."""

    ticket: Ticket
    reading: Reading | None = None
    correction: Correction


class TicketCorrected(Event):
    """A person changed what the router had decided."""

    source: ClassVar[str] = "tickets.dispatch"
    data: TicketCorrectedData
