"""Somebody works on a ticket: takes it, gives it back, hands it to a colleague, ends it.

What would change nothing answers None.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.ticket import Person, Ping
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.life.steps import Step, stepped


def take(handoff: HandOff, *, revision: int | None, by: Person, at: datetime) -> HandOff | None:
    """Somebody starts to work on it, unless it has left the team that the button was shown to."""
    if not handoff.is_open or handoff.team_at(revision) != handoff.move.team:
        return None
    step = Step(did="taken", by=by, at=at)
    return stepped(handoff, step, taken_by=by, taken_at=at, notes=still_true(handoff))


def give_back(handoff: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """Nobody works on it any more: it waits again, also when it was done. Reminders count from now."""
    if handoff.part_of or handoff.state not in ("taken", "done"):
        return None
    did = Step(did="reopened" if handoff.done_at else "given back", by=by, at=at)
    return stepped(handoff, did, **waiting_again(at))


def assign(handoff: HandOff, *, to: Person, by: Person, at: datetime) -> HandOff | None:
    """A colleague works on it from now on, and is told so."""
    if handoff.part_of or handoff.is_over or (handoff.taken_by and handoff.taken_by.id == to.id):
        return None
    step = Step(did="assigned", by=by, at=at, to=to)
    called = (Ping(role="owner", who=to.id),) if to.id != by.id else ()
    whom = f" {to.name}" if to.name else ""
    said = f"{by.name or by.id} has assigned it to{whom}"
    note = Note(key=f"assigned#{len(handoff.steps)}", text=said, pings=called)
    notes = (*still_true(handoff), *([note] if called else []))
    return stepped(handoff, step, taken_by=to, taken_at=handoff.taken_at or at, notes=notes)


def finish(handoff: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """It is done. Whoever ends what nobody has taken has worked on it."""
    if handoff.part_of or handoff.is_over:
        return None
    worked: dict[str, Any] = {"taken_by": handoff.taken_by or by, "taken_at": handoff.taken_at or at}
    step = Step(did="done", by=by, at=at)
    return stepped(handoff, step, **worked, done_by=by, done_at=at, notes=still_true(handoff))


def reopened_by(handoff: HandOff, follow_up: HandOff) -> HandOff | None:
    """The customer wrote again after it was done: it waits again, and whoever had it is called.

    Nobody is called, and nothing opened, for what a machine may have sent.
    """
    over = handoff.steps[-1].at if handoff.steps else handoff.done_at
    ticket = follow_up.ticket
    new = over is not None and ticket.received_at > over
    if not handoff.is_over or not new or follow_up.is_copy or ticket.maybe_automatic:
        return None
    who = Person(id=ticket.customer.email or ticket.customer.handle or "the customer", name=ticket.customer.name or "")
    had = (Ping(role="owner", who=handoff.taken_by.id),) if handoff.taken_by else ()
    note = Note(key=f"reopened#{ticket.ticket_id}", text="The customer wrote again: it waits anew", pings=had)
    step = Step(did="reopened", by=who, at=ticket.received_at)
    again = {**waiting_again(ticket.received_at), "no_ticket": False, "notes": (*handoff.notes, note)}
    return stepped(handoff, step, undoable=False, **again)


def waiting_again(at: datetime) -> dict[str, Any]:
    """What is changed of a ticket that waits again."""
    freed: dict[str, Any] = dict.fromkeys(("taken_by", "taken_at", "done_by", "done_at"))
    return {**freed, "reminded": (), "waits_since": at}


def still_true(handoff: HandOff) -> tuple[Note, ...]:
    """What is still to be said once somebody has it: not that nobody has."""
    return tuple(note for note in handoff.notes if not note.waits)
