"""The list of what waits, as a team that works from its inbox gets it: once a day."""

from __future__ import annotations

from datetime import datetime

from services.dispatch.domain.inbox.letters import Letter
from services.dispatch.domain.lists.entry import Entry
from services.dispatch.domain.lists.queue import OLD, Queue
from services.dispatch.domain.words import MOVES, line, wait

SHOWN = 40


def list_letter(queue: Queue, *, now: datetime) -> Letter:
    """What waits, loudest first and then oldest first; what has waited over a week is one line."""
    old = [one for one in queue.waiting if now - one.received_at > OLD]
    lines = [_line(one, now) for one in queue.waiting if one not in old][:SHOWN]
    shown = len(lines) + len(old)
    if old:
        lines.append(f"{len(old)} more have waited for over a week, the first of them {old[0].ticket_id}")
    if queue.count > shown:
        lines.append(f"… and {queue.count - shown:,} more")
    team = ", ".join(queue.teams)
    return Letter(
        subject=f"[Waiting] {queue.count:,} for {line(team)}",
        ticket_id="list",
        name=f"{line(team).replace(' ', '-')}-{now:%Y-%m-%d}",
        sign="Waiting",
        colour="#475569",
        title=f"{queue.count:,} waiting for {line(team)}",
        said=("Open a ticket's own mail to take it. This list comes once a day while something waits.",),
        sections=(("Waiting", tuple(lines)),),
    )


def _line(entry: Entry, now: datetime) -> str:
    waited = wait(now - entry.received_at)
    return f"{MOVES[entry.kind][1]} · {line(entry.title)} · {line(entry.customer)} · {waited} · {entry.ticket_id}"
