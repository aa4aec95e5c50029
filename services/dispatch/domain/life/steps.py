"""A step: one thing that somebody did with a ticket; and what it was before the last one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from contracts.envelope import Contract, UtcTime
from contracts.ticket import Move, Person

if TYPE_CHECKING:
    from services.dispatch.domain.life.handoff import HandOff

UNDONE_WITHIN = timedelta(minutes=10)
"""How long the last step can be taken back. That something is no ticket can be taken back at any time."""

Did = Literal[
    "taken", "given back", "assigned", "done", "answered", "reopened", "reassigned", "confirmed", "bumped", "lowered",
    "split", "unfolded", "not a ticket", "undone",
]  # fmt: skip


class Step(Contract):
    """One thing that somebody did."""

    did: Did
    by: Person
    at: UtcTime
    to: Person | None = None
    """Whom it was assigned to."""
    revision: int | None = None
    """The number of the correction that it is, counted from 1."""
    undid: Did | None = None
    """What an undo took back."""


class Before(Contract):
    """All that a step may change, as it was."""

    move: Move
    taken_by: Person | None = None
    taken_at: UtcTime | None = None
    done_by: Person | None = None
    done_at: UtcTime | None = None
    no_ticket: bool = False
    reminded: tuple[str, ...] = ()
    waits_since: UtcTime | None = None
    holds: int = 0
    topic: str | None = None
    urgency: Literal["low", "medium", "high"] | None = None


_RESTORED = tuple(name for name in Before.model_fields if name not in ("topic", "urgency"))


def stepped(handoff: HandOff, step: Step, *, undoable: bool = True, **changes: Any) -> HandOff:
    """The hand-off after one more step. A step that is not ``undoable`` leaves nothing to take back."""
    kept = {name: getattr(handoff, name) for name in _RESTORED}
    before = Before(**kept, topic=handoff.topic, urgency=handoff.urgency) if undoable else None
    return handoff.model_copy(update={**changes, "steps": (*handoff.steps, step), "before": before})


def restored(before: Before) -> dict[str, Any]:
    """The fields that an undo sets."""
    return {name: getattr(before, name) for name in _RESTORED}


def may_undo(handoff: HandOff, *, at: datetime) -> bool:
    """Whether the last step can still be taken back."""
    if handoff.before is None or not handoff.steps:
        return False
    last = handoff.steps[-1]
    return last.did == "not a ticket" or at - last.at <= UNDONE_WITHIN
