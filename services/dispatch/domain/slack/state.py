"""Where a ticket is in its life: at a glance on top of its message, and step by step under it."""

from __future__ import annotations

from typing import Any

from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.steps import Step
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import People, literal, moment
from services.dispatch.domain.words import MOVES, wait

STEPS_SHOWN = 4


def headline(handoff: HandOff, subject: str, *, who: People) -> str:
    """The first line of the message. ``subject`` is made literal already."""
    sign, word = MOVES[handoff.move.kind]
    if handoff.state == "no ticket":
        return f"🚫 *Not a ticket* · ~{subject}~"
    if handoff.state == "done":
        return f"✅ *Done* · {subject}"
    taken = f"✋ *{who(handoff.taken_by)}* · " if handoff.taken_by else ""
    return f"{taken}{sign} *{word}* · *{subject}*"


def status(handoff: HandOff, *, who: People) -> list[dict[str, Any]]:
    """The last steps, and how long it waited."""
    earlier = len(handoff.steps) - STEPS_SHOWN
    lines = [f"… after {earlier} earlier step{'s' * (earlier > 1)}"] if earlier > 0 else []
    lines += [_said(handoff, step, who) for step in handoff.steps[-STEPS_SHOWN:]]
    return [kit.context("\n".join(lines))] if lines else []


def _said(handoff: HandOff, step: Step, who: People) -> str:
    by = f"by {who(step.by)}, {moment(step.at)}"
    done = handoff.corrections[step.revision - 1] if step.revision else None
    if step.did == "taken":
        return f"✋ Taken {by}, after {wait(step.at - handoff.ticket.received_at)}"
    if step.did == "done":
        return f"✅ Done {by}, after {wait(step.at - handoff.ticket.received_at)}"
    if step.did == "assigned" and step.to:
        return f"👉 Assigned to {who(step.to)} {by}"
    if done is not None and step.did in ("reassigned", "confirmed", "split"):
        before, after = literal(done.before.team, 80), literal(done.after.team, 80)
        about = f", about {literal(done.after.topic, 80)}" if done.after.topic else ""
        if step.did == "confirmed":
            return f"⚖️ Said to be right with {after}{about} {by}"
        if step.did == "split":
            return f"✂️ Split {by}" if done.before == done.after else f"✂️ Split: also for {after}{about} {by}"
        moved = f"Moved from {before} to {after}" if before != after else f"Stays with {after}"
        return f"↪️ {moved}{about} {by}"
    words = {
        "given back": "↩️ Given back",
        "answered": "✉️ Answered",
        "reopened": "↩️ Opened again",
        "bumped": "⬆️ Bumped",
        "lowered": "⬇️ Lowered",
        "unfolded": "✂️ Said to be no copy",
        "not a ticket": "🚫 Said not to be a ticket",
        "undone": f"↩️ Undone ({step.undid})",
    }
    return f"{words[step.did]} {by}"
