"""Keeping the lists of what waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from contracts.rules import Team
from services.dispatch.app.changes import ATTEMPTS
from services.dispatch.app.once import once
from services.dispatch.app.ports import Outside
from services.dispatch.domain.attempt import Attempt
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.lists.queue import Queue, queues_of

LISTS_AT = 8
"""The hour of the day at which inboxes get their lists."""


def list_queues(*, teams: Iterable[str], outside: Outside, fresh: HandOff | None = None) -> None:
    """Keep the queue lists of these teams. ``fresh`` is a hand-off just stored, which the index may not have yet."""
    log, effects = outside.log, outside.effects
    for queue in queues_of(teams, outside.rules, log.teams()):
        counter = f"list.{queue.channel}"
        for _ in range(ATTEMPTS):
            mine, now = effects.count(counter), outside.clock()
            outside.places.list_queue(queue.filled(log.waiting, log.taken, log.count, fresh=fresh, now=now), now=now)
            # Another worker may have changed the queue and listed it before this, older, list went out.
            if effects.counted(counter) == mine:
                break


def mail_list(*, team: Team, day: str, outside: Outside) -> None:
    """Send a team that works from its inbox what waits, once a day, and nothing when nothing does."""
    effect = f"inbox-list.{team.name}.{day}"

    def send(attempt: Attempt) -> bool:
        log, now = outside.log, outside.clock()
        queue = Queue(channel="", teams=(team.name,)).filled(log.waiting, log.taken, log.count, fresh=None, now=now)
        if queue.waiting:
            outside.places.mail_list(team, queue, attempt, now=now)
        return True

    once(outside, effect, send)
    outside.effects.done(effect)


def is_time_for_lists(now: datetime) -> bool:
    """Whether it is the quarter of an hour, on the team's own clock, in which the day's lists are sent."""
    return now.hour == LISTS_AT and now.minute < 15
