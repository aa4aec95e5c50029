"""A team's queue: escalate, priority, what was raised, the rest; in each the oldest first; then what was taken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.envelope import Contract, UtcTime
from contracts.rules import Rules
from contracts.ticket import MoveKind
from services.dispatch.domain.handoff import HandOff, team_of
from services.dispatch.domain.words import customer_name, line, subject_of

TAKEN_SHOWN_FOR = timedelta(hours=24)
WAITS_KEPT_TO = timedelta(minutes=5)
"""How old the waits in a list may be."""
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


@dataclass(frozen=True)
class Queue:
    """What one channel's list shows: usually one team's tickets, all teams' that share the channel otherwise."""

    channel: str
    teams: tuple[str, ...]
    gone: tuple[str, ...] = ()
    """Teams that have left the sheet and may have left tickets behind."""
    waiting: tuple[Entry, ...] = ()
    taken: tuple[Entry, ...] = ()

    def filled(
        self,
        waiting: Callable[[str], list[Entry]],
        taken: Callable[..., list[Entry]],
        *,
        fresh: HandOff | None,
        now: datetime,
    ) -> Queue:
        """The queue as the log has it, with ``fresh`` as it is."""
        teams = (*self.teams, *self.gone)
        found = [one for team in teams for one in (*waiting(team), *taken(team, since=now - TAKEN_SHOWN_FOR))]
        known = {one.ticket_id: one for one in found if fresh is None or one.ticket_id != fresh.ticket_id}
        if fresh and fresh.move.team in teams and fresh.part_of is None:
            known[fresh.ticket_id] = entry_of(fresh)
        here = known.values()
        return replace(
            self,
            waiting=tuple(sorted((one for one in here if not one.taken_at), key=in_order)),
            taken=tuple(sorted((one for one in here if one.taken_at), key=_last_first)),
        )

    def digest(self, now: datetime) -> str:
        """Changes when the list would say something else: at once when a ticket does, with time while some wait."""
        ticks = int(now.timestamp() // WAITS_KEPT_TO.total_seconds()) if self.waiting else 0
        said = [one.model_dump_json(exclude={"stored", "settled", "reminded"}) for one in (*self.waiting, *self.taken)]
        return hashlib.sha256(repr((said, ticks)).encode()).hexdigest()


def in_order(entry: Entry) -> tuple[int, datetime, str]:
    """The place in the queue, as a sort key."""
    return entry.rank, entry.received_at, entry.ticket_id


def _last_first(entry: Entry) -> float:
    return -entry.taken_at.timestamp() if entry.taken_at else 0.0


def queues_of(teams: Iterable[str], rules: Rules, known: Iterable[str]) -> list[Queue]:
    """The queues that these teams' tickets are listed in, each once. Teams that work from an inbox have none.

    ``known`` are all teams that have had tickets: what waits with one that has left the sheet is listed where its
    tickets go now, in triage's lane.
    """
    named = tuple(team.name for team in rules.teams)
    gone = tuple(name for name in known if name not in named)
    return [
        Queue(
            channel,
            tuple(name for name in named if _channel(name, rules) == channel),
            tuple(name for name in gone if _channel(name, rules) == channel),
        )
        for channel in sorted(filter(None, {_channel(name, rules) for name in teams}))
    ]


def _channel(team: str, rules: Rules) -> str:
    return (team_of(team, rules).channel or "").lstrip("#")
