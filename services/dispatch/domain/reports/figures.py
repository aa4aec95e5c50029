"""What a week or a month looked like: figures from the log's rows, and nothing else."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.dispatch.domain.reports.period import Period
from services.dispatch.domain.reports.shadow import Shadowed, shadowed

Row = dict[str, Any]
Pair = tuple[str, str]
"""The topic (or team) before a correction, and after."""
UNCLEAR = "unclear"
MOVES = ("escalate", "priority", "route", "hold")


@dataclass(frozen=True)
class Waits:
    """How long a team's tickets waited, in seconds from received to taken."""

    taken: int = 0
    median: float = 0.0
    ninetieth: float = 0.0
    waiting: int = 0
    """Tickets of the period that nobody has taken."""
    oldest: float = 0.0
    """How long the oldest of them has waited."""

    @property
    def untouched(self) -> bool:
        """Whether the team has tickets and has taken none."""
        return self.waiting > 0 and not self.taken


@dataclass(frozen=True)
class Figures:
    """The numbers of a period. A ticket counts in the period it was received in."""

    tickets: int = 0
    """Without copies and follow-ups, which are part of another ticket."""
    copies: int = 0
    follow_ups: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    teams: Counter[str] = field(default_factory=Counter)
    reassigned: int = 0
    """Tickets that a person moved to another team or topic, triage's own work aside."""
    sorted_by_hand: int = 0
    """Held tickets that triage sorted: that is what holding is for, no correction."""
    pairs: Counter[Pair] = field(default_factory=Counter)
    """Misroutes, by topic before and after."""
    corrected_topics: Counter[str] = field(default_factory=Counter)
    bumped: int = 0
    lowered: int = 0
    no_tickets: int = 0
    """Said to be none, and in none of the other figures."""
    split: int = 0
    unfolded: int = 0
    held_because: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    """Mail that was no ticket, by reason."""
    aside_from: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same by reason and sender, where the sender is known."""
    waits: dict[str, Waits] = field(default_factory=dict)
    people: Counter[str] = field(default_factory=Counter)
    """Tickets taken, by who took them. Shown only where the Doc asks for it."""
    shadow: Shadowed = field(default_factory=Shadowed)
    """What was only said, and is in none of the other figures but the tokens."""
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def routed(self) -> int:
        """Tickets the router itself sent to a team."""
        return self.tickets - self.moves["hold"]


def figures(rows: Iterable[Row], aside: Iterable[Row], period: Period, *, now: datetime) -> Figures:
    """Count a period's rows and the mail set ``aside`` in it. What was received outside the period is left out."""

    def within(row: Row) -> bool:
        return period.start <= _at(row["received_at"]) < period.end

    mails = [(_aside_because(mail["reason"]), mail.get("sender")) for mail in filter(within, aside)]
    inside = list(filter(within, rows))
    roots = [row for row in inside if not row["part_of"]]
    own = [row for row in roots if row.get("state") not in ("no ticket", "shadow")]
    fixes = [(row, done) for row in own for done in row["corrections"] if not done.get("undone")]
    # A yes to learning's question is a reassignment that moves nothing.
    moved = [(row, done) for row, done in fixes if done["kind"] == "reassigned" and done["before"] != done["after"]]
    wrong = [(row, done) for row, done in moved if done["before"]["kind"] != "hold"]
    return Figures(
        tickets=len(own),
        copies=sum(bool(row["part_of"] and row["duplicate_of"]) for row in inside),
        follow_ups=sum(bool(row["part_of"] and not row["duplicate_of"]) for row in inside),
        moves=Counter(decided(row) for row in own),
        topics=Counter(row["topic"] or UNCLEAR for row in own),
        teams=Counter(row["team"] for row in own),
        reassigned=len({row["ticket_id"] for row, _ in wrong}),
        sorted_by_hand=len({row["ticket_id"] for row, done in moved if done["before"]["kind"] == "hold"}),
        pairs=Counter(_pair(done) for _, done in wrong),
        corrected_topics=Counter(done["before"]["topic"] or UNCLEAR for _, done in wrong),
        bumped=sum(done["kind"] == "bumped" for _, done in fixes),
        split=sum(done["kind"] == "split" for _, done in fixes),
        lowered=sum(done["kind"] == "lowered" for _, done in fixes),
        no_tickets=sum(row.get("state") == "no ticket" for row in roots),
        unfolded=sum(done["kind"] == "unfolded" for row in inside for done in row["corrections"]),
        held_because=Counter(_held_because(row) for row in own if decided(row) == "hold"),
        aside=Counter(why for why, _ in mails),
        aside_from=Counter((why, sender) for why, sender in mails if sender),
        waits={team: _waits([row for row in own if row["team"] == team], now) for team in {row["team"] for row in own}},
        people=Counter(_name(row["taken_by"]) for row in own if row.get("taken_by")),
        shadow=shadowed(inside),
        tokens_in=sum(row["tokens_in"] for row in inside),
        tokens_out=sum(row["tokens_out"] for row in inside),
    )


def decided(row: Row) -> str:
    """The move as the router decided it, before people changed it."""
    first = row["corrections"][0]["before"]["kind"] if row["corrections"] else None
    return str(first or row["move"])


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least ``share`` of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else 0.0


def _waits(rows: list[Row], now: datetime) -> Waits:
    taken = [_seconds(row["received_at"], row["taken_at"]) for row in rows if row["taken_at"]]
    waiting = [(now - _at(row["received_at"])).total_seconds() for row in rows if not row["taken_at"]]
    return Waits(
        taken=len(taken),
        median=percentile(taken, 0.5),
        ninetieth=percentile(taken, 0.9),
        waiting=len(waiting),
        oldest=max(waiting, default=0.0),
    )


def _name(person: Row) -> str:
    return str(person.get("name") or person["id"])


def _pair(done: Row) -> Pair:
    before, after = done["before"], done["after"]
    if before["topic"] == after["topic"] or not after["topic"]:
        return before["team"], after["team"]
    return before["topic"] or UNCLEAR, after["topic"]


def _held_because(row: Row) -> str:
    held = next((reason for reason in row["reasons"] if reason.startswith("Held")), "Held")
    held = held.replace("Held quietly: maybe automatic,", "maybe automatic;")
    plain = re.split(r"[(;“]", held.removeprefix("Held:"))[0].strip()
    return re.sub(r"only \d+\s?% sure.*", "not sure enough of the topic", plain) or "not said"


def _aside_because(reason: str) -> str:
    plain = re.sub(r"^Auto-Submitted: auto-replied.*", "an automatic answer", reason)
    plain = re.sub(r"^Auto-Submitted.*", "an automatic message", plain)
    return plain.partition(" (")[0] or "not said"


def _seconds(start: str, end: str) -> float:
    return (_at(end) - _at(start)).total_seconds()


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment.replace("Z", "+00:00"))
