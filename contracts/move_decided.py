"""MoveDecided v1: It is decided where the ticket goes, how loudly, and why. Produced by router."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Contract, Event
from contracts.ticket import Move, Reading, Ticket


class MoveDecidedData(Contract):
    """The data of MoveDecided."""

    ticket: Ticket
    reading: Reading
    move: Move
    shadow: bool = Field(
        default=False, description="Only said, not done: the team's tickets are still handed out as before."
    )


class MoveDecided(Event):
    """It is decided where the ticket goes, how loudly, and why."""

    source: ClassVar[str] = "tickets.router"
    data: MoveDecidedData
