"""What can be pressed under a ticket."""

from __future__ import annotations

from typing import Any

from contracts.rules import TRIAGE, Rules
from services.dispatch.domain.choice import Choice, choices
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.slack import blocks as kit


def block_id(handoff: HandOff) -> str:
    """Names ticket and revision, so that a button of an old message is known as old."""
    return f"{handoff.ticket_id}.{handoff.revision}"


def buttons(handoff: HandOff, rules: Rules) -> list[dict[str, Any]]:
    """The rows under a ticket. A held one in triage has its likeliest topics first."""
    others = [choice for choice in choices(rules) if choice != Choice(handoff.move.team, handoff.topic)]
    topics = [choice for choice in others if choice.topic]
    teams = [choice for choice in others if not choice.topic and choice.team != handoff.move.team]
    groups = (("It is about", topics), ("It belongs to", teams))
    row: list[dict[str, Any]] = []
    if handoff.is_open:
        row.append(kit.button("take", "Take", handoff.ticket_id, style="primary"))
    if others:
        row.append(kit.menu("reassign", "Reassign …", *groups))
    if handoff.move.kind in ("route", "priority") or handoff.move.position == "normal":
        row.append(kit.button("bump", "Bump", handoff.ticket_id))
    if others:
        row.append(kit.menu("split", "Split: also for …", *groups))
    likeliest = _likeliest(handoff, topics) if handoff.move.team == TRIAGE else []
    buttons = [kit.button(f"reassign.{n}", choice.label, choice.value) for n, choice in enumerate(likeliest, 1)]
    rows = [kit.actions(f"{block_id(handoff)}.likeliest", *buttons)] if buttons else []
    return [*rows, kit.actions(block_id(handoff), *row)] if row else rows


def _likeliest(handoff: HandOff, topics: list[Choice]) -> list[Choice]:
    by_name = {choice.topic: choice for choice in topics}
    candidates = handoff.reading.candidates if handoff.reading else ()
    return [by_name[candidate.topic] for candidate in candidates if candidate.topic in by_name][:3]
