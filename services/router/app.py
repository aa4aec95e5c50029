"""router's one use case."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from contracts.envelope import Event
from contracts.move_decided import MoveDecided, MoveDecidedData
from contracts.rules import Rules
from contracts.ticket_classified import TicketClassified
from services.router.domain import as_read, decide_move


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class RulesSnapshot(Protocol):
    """Gives the rules in force."""

    def get(self) -> Rules: ...


def route(*, classified: TicketClassified, rules: RulesSnapshot, bus: Bus, now: datetime) -> MoveDecided:
    """Decide the move and say so on the bus. A redelivery says the same thing under the same event id."""
    reading = classified.data.reading
    ticket, in_force = as_read(classified.data.ticket, reading), rules.get()
    move = decide_move(ticket, reading, in_force)
    decided = MoveDecided.caused_by(
        ticket_id=ticket.ticket_id,
        cause=classified.metadata,
        occurred_at=now,
        data=MoveDecidedData(ticket=ticket, reading=reading, move=move, shadow=in_force.is_shadow(move.team)),
    )
    bus.publish(decided)
    return decided
