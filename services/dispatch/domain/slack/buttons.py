"""What can be pressed under a ticket: Take · Reassign · ⋯, and Undo while there is something to undo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.rules import TRIAGE, Rules
from services.dispatch.domain.choice import Choice, choices
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.offered import offered
from services.dispatch.domain.slack import blocks as kit

MORE = "more"
"""The ⋯ menu: the option's value is the action."""
OPTIONS = 5
"""Slack: as many options a ⋯ menu may have. The page behind a mail's link has room for the rest."""
LABELS = {
    "assign": "Assign to …", "bump": "Bump: more urgent", "lower": "Lower: less urgent", "not_a_ticket": "Not a ticket",
    "done": "Done", "give_back": "Give back", "original": "All they sent",
}  # fmt: skip


def block_id(handoff: HandOff) -> str:
    """Names ticket, revision and step, so that a button of an old message is known as old."""
    return f"{handoff.ticket_id}.{handoff.revision}.s{len(handoff.steps)}"


def buttons(handoff: HandOff, rules: Rules, *, now: datetime) -> list[dict[str, Any]]:
    """The rows under a ticket. A held one in triage has its likeliest topics first."""
    can = offered(handoff, at=now)
    row: list[dict[str, Any]] = []
    for action, label in (("take", "Take"), ("done", "Done"), ("give_back", "Open again")):
        if action in can.first:
            row.append(kit.button(action, label, handoff.ticket_id, style="primary"))
    topics = _moves(handoff, rules, row) if can.moves else []
    if can.undo:
        row.append(kit.button("undo", f"Undo: {can.undo}", handoff.ticket_id))
    more = (*can.more[: OPTIONS - 1], "original")
    row.append(kit.overflow(MORE, *((LABELS[action], action) for action in more)))
    likeliest = _likeliest(handoff, topics) if can.moves and handoff.move.team == TRIAGE else []
    likely = [kit.button(f"reassign.{n}", choice.label, choice.value) for n, choice in enumerate(likeliest, 1)]
    rows = [kit.actions(f"{block_id(handoff)}.likeliest", *likely)] if likely else []
    return [*rows, kit.actions(block_id(handoff), *row)] if row else rows


def _moves(handoff: HandOff, rules: Rules, row: list[dict[str, Any]]) -> list[Choice]:
    others = [choice for choice in choices(rules) if choice != Choice(handoff.move.team, handoff.topic)]
    topics = [choice for choice in others if choice.topic]
    teams = [choice for choice in others if not choice.topic and choice.team != handoff.move.team]
    parts = [Choice(choice.team, choice.topic, part=True) for choice in topics]
    if others:
        groups = (("It is about", topics), ("It belongs to", teams), ("Split: a second problem is about", parts))
        row.append(kit.menu("reassign", "Reassign …", *groups))
    return topics


def _likeliest(handoff: HandOff, topics: list[Choice]) -> list[Choice]:
    by_name = {choice.topic: choice for choice in topics}
    candidates = handoff.reading.candidates if handoff.reading else ()
    return [by_name[candidate.topic] for candidate in candidates if candidate.topic in by_name][:3]
