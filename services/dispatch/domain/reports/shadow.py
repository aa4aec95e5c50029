"""How right the router would have been: of tickets that were only said, where people took them is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contracts.words import spelling

Row = dict[str, Any]
UNCLEAR = "unclear"


@dataclass(frozen=True)
class Tally:
    """Tickets of which it is known where they went: all, those the router would have sent on, those of them rightly."""

    known: int = 0
    sent_on: int = 0
    right: int = 0

    @property
    def held(self) -> int:
        """Those it would have held."""
        return self.known - self.sent_on

    @property
    def share(self) -> float | None:
        """Right among those sent on; None when there are none."""
        return self.right / self.sent_on if self.sent_on else None


@dataclass(frozen=True)
class Shadowed:
    """The tickets in shadow of a period."""

    tickets: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    whole: Tally = field(default_factory=Tally)
    topics: dict[str, Tally] = field(default_factory=dict)
    """By the topic it was read as."""


def shadowed(rows: Iterable[Row]) -> Shadowed:
    """Count rows whose state is *shadow*; parts of another ticket are left out."""
    own = [row for row in rows if row.get("state") == "shadow" and not row["part_of"]]
    known = [row for row in own if row.get("went")]
    topics = {row["topic"] or UNCLEAR for row in known}
    return Shadowed(
        tickets=len(own),
        moves=Counter(row["move"] for row in own),
        whole=_tally(known),
        topics={topic: _tally([row for row in known if (row["topic"] or UNCLEAR) == topic]) for topic in topics},
    )


def was_right(row: Row) -> bool:
    """Whether a ticket that would have been sent on would have come to where people took it.

    By topic where somebody told one; else by team.
    """
    went = row["went"]
    if went.get("topic"):
        return spelling(went["topic"]) == spelling(row["topic"] or "")
    return spelling(went.get("team") or "") == spelling(row["team"])


def _tally(known: list[Row]) -> Tally:
    sent_on = [row for row in known if row["move"] != "hold"]
    return Tally(known=len(known), sent_on=len(sent_on), right=sum(map(was_right, sent_on)))
