"""A ticket as a list shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from contracts.envelope import Contract, UtcTime
from contracts.ticket import MoveKind
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.words import customer_name, line, subject_of

_RANK = {"escalate": 0, "priority": 1}


class Entry(Contract):
    """A ticket as a list shows it: little enough to come with the index."""

    ticket_id: str
    team: str
    title: str
    customer: str
    kind: MoveKind
    position: Literal["top", "normal"]
    received_at: UtcTime
    link: str | None = None
    """Where it lies in Slack."""
    taken_by: str | None = None
    taken_at: UtcTime | None = None
    reminded: tuple[str, ...] = ()
    settled: bool = False
    """Whether everything outside is known to say what the hand-off says."""
    stored: int = 0

    @property
    def rank(self) -> int:
        """The place in the queue before age counts: escalate, priority, raised, the rest."""
        return _RANK.get(self.kind, 2 if self.position == "top" else 3)


def entry_of(handoff: HandOff) -> Entry:
    """The hand-off as a list shows it."""
    customer = handoff.ticket.customer
    return Entry(
        ticket_id=handoff.ticket_id,
        team=handoff.move.team,
        title=subject_of(handoff.ticket),
        customer=line(customer.name or "") or customer_name(customer),
        kind=handoff.move.kind,
        position=handoff.move.position,
        received_at=handoff.ticket.received_at,
        link=handoff.place.link if handoff.place else None,
        taken_by=(handoff.taken_by.name or handoff.taken_by.id) if handoff.taken_by else None,
        taken_at=handoff.taken_at,
        reminded=handoff.reminded,
        settled=handoff.is_settled,
        stored=handoff.stored,
    )


def in_order(entry: Entry) -> tuple[int, datetime, str]:
    """The place in the queue, as a sort key."""
    return entry.rank, entry.received_at, entry.ticket_id
