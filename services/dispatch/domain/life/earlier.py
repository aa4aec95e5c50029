"""The customer, not only the ticket: what else they wrote about, as it stood when this ticket came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.envelope import Contract, UtcTime

LOOKED_AT = 12
"""Rows of the customer that are read; who has more has "so many or more"."""
OPEN_NAMED = 3


class EarlierTicket(Contract):
    """One of the customer's earlier tickets."""

    ticket_id: str
    team: str
    state: str
    at: UtcTime
    link: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do with it."""
        return self.state in ("waiting", "taken")


class Earlier(Contract):
    """The customer's earlier tickets, those that are part of another left out."""

    count: int
    more: bool = False
    """Whether there may be more than were counted."""
    last: EarlierTicket
    open: tuple[EarlierTicket, ...] = ()
    """Those still open, the last one aside."""


def earlier_of(rows: Iterable[dict[str, Any]], *, ticket_id: str, before: datetime) -> Earlier | None:
    """What the log's rows of one customer, newest first, say; None when this is the first."""
    read = list(rows)
    found = [
        EarlierTicket(
            ticket_id=row["ticket_id"],
            team=row["team"],
            state=row.get("state") or ("taken" if row["taken_at"] else "waiting"),
            at=row["received_at"],
            link=row.get("link"),
        )
        for row in read
        if not row["part_of"] and row["ticket_id"] != ticket_id and row.get("state") != "no ticket"
    ]
    found = [one for one in found if one.at <= before]
    if not found:
        return None
    others = tuple(one for one in found[1:] if one.is_open)[:OPEN_NAMED]
    return Earlier(count=len(found), more=len(read) >= LOOKED_AT, last=found[0], open=others)
