"""Keeping the lists of what waits."""

from __future__ import annotations

from collections.abc import Iterable

from services.dispatch.app.changes import ATTEMPTS
from services.dispatch.app.ports import Outside
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.lists.queue import queues_of


def list_queues(*, teams: Iterable[str], outside: Outside, fresh: HandOff | None = None) -> None:
    """Keep the queue lists of these teams. ``fresh`` is a hand-off just stored, which the index may not have yet."""
    log, effects = outside.log, outside.effects
    for queue in queues_of(teams, outside.rules, log.teams()):
        counter = f"list.{queue.channel}"
        for _ in range(ATTEMPTS):
            mine, now = effects.count(counter), outside.clock()
            outside.places.list_queue(queue.filled(log.waiting, log.taken, fresh=fresh, now=now), now=now)
            # Another worker may have changed the queue and listed it before this, older, list went out.
            if effects.counted(counter) == mine:
                break
