"""What people have done with a ticket, under its message."""

from __future__ import annotations

from typing import Any

from contracts.ticket import Correction
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import literal, moment, person
from services.dispatch.domain.words import (
    wait,
)

STATUS_LINES = 5


def status(handoff: HandOff) -> list[dict[str, Any]]:
    """The last changes, and who has taken it."""
    earlier = len(handoff.corrections) - STATUS_LINES
    lines = [f"… after {earlier} earlier change{'s' * (earlier > 1)}"] if earlier > 0 else []
    lines += [_said(correction) for correction in handoff.corrections[-STATUS_LINES:]]
    if handoff.taken_by and handoff.taken_at:
        waited = wait(handoff.taken_at - handoff.ticket.received_at)
        lines.append(f"✋ Taken by {person(handoff.taken_by)}, {moment(handoff.taken_at)}, after {waited}")
    return [kit.context("\n".join(lines))] if lines else []


def _said(done: Correction) -> str:
    by = f"by {person(done.corrected_by)}, {moment(done.corrected_at)}"
    before, after = literal(done.before.team, 80), literal(done.after.team, 80)
    about = f", about {literal(done.after.topic, 80)}" if done.after.topic else ""
    if done.is_yes:
        return f"⚖️ Said to be right with {after}{about} {by}"
    if done.kind == "bumped":
        return f"⬆ Bumped {by}"
    if done.kind == "split":
        return f"✂️ Split {by}" if done.before == done.after else f"✂️ Split: also for {after}{about} {by}"
    if done.kind == "unfolded":
        return f"✂️ Said to be no copy {by}"
    moved = f"Moved from {before} to {after}" if before != after else f"Stays with {after}"
    return f"↪️ {moved}{about} {by}"
