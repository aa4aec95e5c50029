"""How a hand-off begins: with a decided move, as a copy, or anew once a copy was unfolded."""

from __future__ import annotations

from contracts.envelope import Metadata
from contracts.move_decided import MoveDecided
from contracts.rules import TRIAGE
from contracts.ticket import Move, Ticket
from services.dispatch.domain.life.handoff import HandOff


def hand_off_of(decided: MoveDecided, root: HandOff | None = None) -> HandOff:
    """The hand-off of a ticket whose move has been decided; ``root`` is the ticket it is a follow-up to, if known."""
    data = decided.data
    part_of = _part_of(data.ticket, root)
    return HandOff(ticket=data.ticket, reading=data.reading, move=data.move, cause=decided.metadata, part_of=part_of)


def decided_anew(known: HandOff, decided: MoveDecided) -> HandOff:
    """The hand-off of a copy that a person unfolded, now read and decided on its own."""
    left = (*known.left, known.place) if known.place else known.left
    kept = {
        "stored": known.stored,
        "corrections": known.corrections,
        "decided_at_revision": known.revision,
        "said": known.revision,
        "left": left,
    }
    return hand_off_of(decided).model_copy(update=kept)


def hand_off_of_copy(ticket: Ticket, root: HandOff | None, cause: Metadata) -> HandOff:
    """The hand-off of a copy: it shares the original's move and place, and nobody is called for it."""
    if ticket.duplicate_of is None:
        raise ValueError(f"{ticket.ticket_id} is no copy")
    move = Move(
        kind=root.move.kind if root else "route",
        team=root.move.team if root else TRIAGE,
        position="normal",
        reasons=(ticket.link_reason or f"A copy of {ticket.duplicate_of}",),
        vip=root.move.vip if root else False,
        rules_revision=root.move.rules_revision if root else 0,
    )
    part_of = _part_of(ticket, root) if root else ticket.duplicate_of
    return HandOff(ticket=ticket, reading=root.reading if root else None, move=move, cause=cause, part_of=part_of)


def _part_of(ticket: Ticket, root: HandOff | None) -> str | None:
    # Threads are one deep: what belongs to a part belongs to what the part is part of. Two tickets that name each
    # other have no root; the one that comes second stands on its own.
    part_of = (root.part_of or root.ticket_id) if root else None
    return part_of if part_of != ticket.ticket_id else None
