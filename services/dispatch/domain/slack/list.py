"""The Slack message that lists a queue, pinned in its channel."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

from services.dispatch.domain.lists.entry import Entry
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, literal, moment
from services.dispatch.domain.words import MOVES, wait

LIST_CHARS = 8_500
"""What a queue list says of those that wait; the rest is counted. All of a message's blocks together may hold about
12,000 characters: Slack refuses more (``msg_blocks_too_long``), a limit it names nowhere."""
TAKEN_CHARS = 1_500


def queue_message(queue: Queue, *, now: datetime) -> Message:
    """The pinned list of a queue; in its title how many wait, and how long the oldest has."""
    waiting = queue.waiting
    oldest = min((entry.received_at for entry in waiting), default=None)
    count = f"{len(waiting)} waiting" if waiting else "nothing waiting"
    title = f"📌 {', '.join(queue.teams)}: {count}" + (f", the oldest for {wait(now - oldest)}" if oldest else "")
    lines = _as_many_as_fit([_queue_line(entry, now) for entry in waiting], LIST_CHARS)
    if len(waiting) > len(lines):
        lines.append(f"… and {len(waiting) - len(lines)} more")
    taken = _as_many_as_fit([_taken_line(entry) for entry in queue.taken], TAKEN_CHARS)
    if len(queue.taken) > len(taken):
        taken.append("… and others in the last 24 hours")
    return Message.of(
        title,
        kit.section(f"*{literal(title, 300)}*"),
        *[kit.section(page) for page in kit.pages(lines)],
        *[kit.context(page) for page in kit.pages(taken, limit=kit.CONTEXT_CHARS)],
        kit.context(f"As of {moment(now)}"),
    )


def _queue_line(entry: Entry, now: datetime) -> str:
    sign, word = MOVES[entry.kind]
    top = " ⬆" if entry.kind == "hold" and entry.position == "top" else ""
    return f"{sign} {word}{top} · {_linked(entry)} · {literal(entry.customer, 40)} · {wait(now - entry.received_at)}"


def _taken_line(entry: Entry) -> str:
    waited = wait(entry.taken_at - entry.received_at) if entry.taken_at else ""
    return f"✋ {_linked(entry)} · taken by {literal(entry.taken_by or 'somebody', 80)} after {waited}"


def _linked(entry: Entry) -> str:
    title = literal(entry.title, 80)
    return f"<{entry.link}|{title.replace('|', '¦')}>" if entry.link else title


def _as_many_as_fit(lines: list[str], room: int) -> list[str]:
    ends = accumulate(len(entry) + 1 for entry in lines)
    return [entry for entry, end in zip(lines, ends, strict=True) if end <= room]
