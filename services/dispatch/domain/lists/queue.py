"""A team's queue: escalate, priority, what was raised, the rest; in each the oldest first; then what was taken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.rules import Rules
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.lists.entry import Entry, entry_of, in_order
from services.dispatch.domain.teams import team_of

TAKEN_SHOWN_FOR = timedelta(hours=24)
WAITS_KEPT_TO = timedelta(minutes=5)
"""How old the waits in a list may be."""


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
