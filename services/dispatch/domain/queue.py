"""A team's queue: escalate, priority, what was raised, the rest; in each the oldest first; then what was taken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.rules import Rules
from services.dispatch.domain.handoff import HandOff, team_of
from services.dispatch.domain.row import rank

TAKEN_SHOWN_FOR = timedelta(hours=24)
WAITS_KEPT_TO = timedelta(minutes=5)
"""How old the waits in a list may be."""


@dataclass(frozen=True)
class Queue:
    """What one channel's list shows: usually one team's tickets, all teams' that share the channel otherwise."""

    channel: str
    teams: tuple[str, ...]
    waiting: tuple[HandOff, ...] = ()
    taken: tuple[HandOff, ...] = ()

    def filled(
        self,
        waiting: Callable[[str], list[HandOff]],
        taken: Callable[..., list[HandOff]],
        *,
        fresh: HandOff | None,
        now: datetime,
    ) -> Queue:
        """The queue as the log has it, with ``fresh`` as it is."""
        found = [one for team in self.teams for one in (*waiting(team), *taken(team, since=now - TAKEN_SHOWN_FOR))]
        known = {one.ticket_id: one for one in found if fresh is None or one.ticket_id != fresh.ticket_id}
        if fresh and fresh.move.team in self.teams:
            known[fresh.ticket_id] = fresh
        here = known.values()
        return replace(
            self,
            waiting=tuple(sorted((one for one in here if one.is_open), key=in_order)),
            taken=tuple(sorted((one for one in here if one.taken_at), key=lambda one: str(one.taken_at), reverse=True)),
        )

    def digest(self, now: datetime) -> str:
        """Changes when the list would say something else: at once when a ticket does, with time while some wait."""
        tickets = [(one.ticket_id, one.stored, one.place and one.place.destination.ref) for one in self.waiting]
        taken = [one.ticket_id for one in self.taken]
        ticks = int(now.timestamp() // WAITS_KEPT_TO.total_seconds()) if tickets else 0
        return hashlib.sha256(repr((tickets, taken, ticks)).encode()).hexdigest()


def in_order(handoff: HandOff) -> tuple[int, datetime, str]:
    """The place in the queue, as a sort key."""
    return rank(handoff), handoff.ticket.received_at, handoff.ticket_id


def queues_of(teams: Iterable[str], rules: Rules) -> list[Queue]:
    """The queues that these teams' tickets are listed in, each once. Teams that work from an inbox have none."""
    channels = {team_of(name, rules).channel for name in teams}
    wanted = sorted({channel.lstrip("#") for channel in channels if channel})
    return [
        Queue(channel, tuple(team.name for team in rules.teams if (team.channel or "").lstrip("#") == channel))
        for channel in wanted
    ]
