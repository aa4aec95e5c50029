"""What can be done with a ticket as it is: the same in Slack and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.steps import may_undo


@dataclass(frozen=True)
class Offered:
    """Actions by their names."""

    first: tuple[str, ...] = ()
    """What most will want."""
    more: tuple[str, ...] = ()
    """The rest, what is wanted most often first: Slack has room for four of them."""
    moves: bool = False
    """Whether it can go to another team or topic, whole or in part."""
    undo: str = ""
    """The step that can be taken back; empty when none can."""


def offered(handoff: HandOff, *, at: datetime) -> Offered:
    """What can be done with a ticket that has a place of its own."""
    move, undo = handoff.move, handoff.steps[-1].did if may_undo(handoff, at=at) else ""
    if handoff.state == "no ticket":
        return Offered(undo="not a ticket" if undo else "")
    if handoff.state == "done":
        return Offered(("give_back",), ("not_a_ticket",), undo=undo)
    louder = move.kind in ("route", "priority") or move.position == "normal"
    quieter = move.kind in ("escalate", "priority") or move.position == "top"
    bump, lower = ("bump",) if louder else (), ("lower",) if quieter else ()
    if handoff.state == "waiting":
        return Offered(("take",), ("assign", *bump, *lower, "not_a_ticket", "done"), moves=True, undo=undo)
    # Whoever has it knows that it is urgent: to lower it then still teaches, to bump it hurries nobody.
    return Offered(("done",), ("give_back", "assign", *lower, "not_a_ticket", *bump), moves=True, undo=undo)
