"""What other rules would have done with the tickets there were: routing decided anew, without a model call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contracts.rules import Rules
from contracts.ticket import Move, Reading, Ticket
from services.classifier.domain.calibration import bar
from services.router.domain import decide_move


@dataclass(frozen=True)
class Change:
    """A ticket that other rules would move elsewhere, or more or less loudly."""

    ticket: Ticket
    before: Move
    after: Move

    def as_dict(self) -> dict[str, Any]:
        """The change as ``--json`` prints it."""
        return {
            "ticket_id": self.ticket.ticket_id,
            "customer": self.ticket.customer.email or self.ticket.customer.name or self.ticket.customer.handle,
            "subject": self.ticket.subject or self.ticket.text[:80],
            "before": _as_dict(self.before),
            "after": _as_dict(self.after),
        }


def replay(tickets: Iterable[tuple[Ticket, Reading]], *, before: Rules, after: Rules) -> list[Change]:
    """Every ticket whose kind of move, team, place in the queue or pinged people would change."""
    changed = []
    for ticket, reading in tickets:
        now = decide_move(ticket, reread(reading, before), before)
        then = decide_move(ticket, reread(reading, after), after)
        if _what_counts(now) != _what_counts(then):
            changed.append(Change(ticket, now, then))
    return changed


def reread(reading: Reading, rules: Rules) -> Reading:
    """The reading as these rules would have taken it: the same answer of the model, held against their target.

    What other topics or examples would have made the model say is not known without asking it.
    """
    if reading.outcome != "read" or not reading.candidates or reading.confidence <= 0:
        return reading
    said = rules.topic(reading.candidates[0].topic)
    clear = said is not None and reading.confidence >= bar(rules.target)
    return reading.model_copy(update={"topic": said.name if said and clear else None})


def _what_counts(move: Move) -> tuple[Any, ...]:
    return move.kind, move.team, move.position, frozenset(ping.who for ping in move.pings)


def _as_dict(move: Move) -> dict[str, Any]:
    pings = [ping.who for ping in move.pings]
    return {"move": move.kind, "team": move.team, "position": move.position, "pings": pings, "reasons": move.reasons}
