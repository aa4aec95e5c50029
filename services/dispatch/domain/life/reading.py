"""A ticket that lay with people unread has been read: it goes where it belongs, unless somebody has it in hand."""

from __future__ import annotations

from contracts.move_decided import MoveDecided
from contracts.ticket import Move, Person
from contracts.ticket_corrected_v2 import Correction
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.life.placed import to_ping
from services.dispatch.domain.words import MOVES

ROUTER = Person(id="ticket-router", name="Ticket Router")
"""Who moved it. It has said so on the bus as the new move, so nobody learns from it."""


def read_at_last(known: HandOff, decided: MoveDecided) -> HandOff | None:
    """The hand-off once it is read; None when there is nothing to change, or a person was first.

    With another team it moves there, as after a correction; with the same one its message says what was read, and who
    is to be called now is called in its thread.
    """
    data = decided.data
    was_unread = known.reading is not None and known.reading.outcome == "unread"
    if not was_unread or data.reading.outcome == "unread":
        return None
    if known.shadow:  # nobody has seen it: it is as if it were decided for the first time
        now = {"reading": data.reading, "move": data.move, "cause": decided.metadata, "announced": False}
        return known.model_copy(update={**now, "shadow": data.shadow or known.part_of is not None})
    if _is_in_hand(known):
        return None
    move = _as_loud(data.move, known)
    read = known.model_copy(update={"reading": data.reading, "move": move, "cause": decided.metadata})
    if known.part_of:  # it lies in the thread of another ticket, and stays there
        return read
    if move.team == known.move.team:
        new = to_ping(read)
        note = Note(key=f"read#{decided.metadata.event_id}", text=f"Read at last: {MOVES[move.kind][1]}", pings=new)
        pinged = (*known.pinged, *(ping.who for ping in new))
        return read.model_copy(update={"notes": (*known.notes, note), "pinged": pinged} if new else {})
    moved = Correction(
        kind="reassigned",
        before=known.placement(),
        after=read.placement(),
        corrected_by=ROUTER,
        corrected_at=decided.metadata.occurred_at,
    )
    revision = known.revision + 1
    return read.model_copy(
        update={
            "corrections": (*known.corrections, moved),
            "decided_at_revision": revision,
            "said": revision,
            "announced": False,
        }
    )


def _is_in_hand(known: HandOff) -> bool:
    """Whether a person has done anything with it, or an answer has taken it."""
    return bool(known.corrections or known.steps) or known.state != "waiting"


def _as_loud(move: Move, known: HandOff) -> Move:
    """A customer who wrote again raised the ticket: what is read may raise it further, and does not lower it."""
    return move.model_copy(update={"position": "top"}) if known.raised_by and known.move.position == "top" else move
