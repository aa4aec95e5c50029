"""OutcomesCounted v1: What became of the tickets that were routed in the last weeks. Produced by dispatch."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import Contract, Event, UtcTime
from contracts.rules import Outcome


class OutcomesCountedData(Contract):
    """The data of OutcomesCounted. Each count replaces the one before: it is the whole span, not what is new in it."""

    since: UtcTime
    until: UtcTime
    outcomes: tuple[Outcome, ...]


class OutcomesCounted(Event):
    """What became of the tickets that were routed in the last weeks. Its correlation id names the day of the count."""

    source: ClassVar[str] = "tickets.dispatch"
    data: OutcomesCountedData
