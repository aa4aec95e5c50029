"""How a hand-off begins: with a decided move, as a copy, or anew once a copy was unfolded."""

from __future__ import annotations

from contracts.envelope import Metadata
from contracts.move_decided import MoveDecided, MoveDecidedData
from contracts.rules import TRIAGE
from contracts.ticket import Move, Reading, Ticket
from services.dispatch.domain.life.handoff import HandOff


def hand_off_of(decided: MoveDecided, root: HandOff | None = None) -> HandOff:
    """The hand-off of a ticket whose move has been decided; ``root`` is the ticket it is a follow-up to, if known."""
    data = decided.data
    if root and root.shadow and not data.shadow:
        root = None  # nobody looks there any more, and this one is to be seen
    part_of = _part_of(data.ticket, root)
    shadow = root.shadow if root else data.shadow
    return HandOff(
        ticket=data.ticket,
        reading=data.reading,
        move=data.move,
        cause=decided.metadata,
        part_of=part_of,
        shadow=shadow,
    )


def decided_anew(known: HandOff, decided: MoveDecided) -> HandOff:
    """The hand-off of a copy that a person unfolded, now read and decided on its own."""
    left = (*known.left, known.place) if known.place else known.left
    kept = {
        "stored": known.stored,
        "corrections": known.corrections,
        "steps": known.steps,
        "decided_at_revision": known.revision,
        "said": known.revision,
        "left": left,
    }
    return hand_off_of(decided).model_copy(update=kept)


def hand_off_of_copy(
    ticket: Ticket, root: HandOff | None, cause: Metadata, read: MoveDecidedData | None = None
) -> HandOff:
    """The hand-off of a copy: it shares the original's move and place, and nobody is called for it.

    ``read`` is what was read and decided of it when words alone did not tell that it is a copy: it may still be louder
    than the original, and raise it.
    """
    if ticket.duplicate_of is None:
        raise ValueError(f"{ticket.ticket_id} is no copy")
    move = Move(
        kind=read.move.kind if read else root.move.kind if root else "route",
        team=root.move.team if root else TRIAGE,
        position=read.move.position if read else "normal",
        reasons=(ticket.link_reason or f"A copy of {ticket.duplicate_of}",),
        vip=root.move.vip if root else False,
        rules_revision=root.move.rules_revision if root else 0,
    )
    part_of = _part_of(ticket, root) if root else ticket.duplicate_of
    reading = shared_reading(root, read.reading if read else None)
    shadow = root.shadow if root else False
    return HandOff(ticket=ticket, reading=reading, move=move, cause=cause, part_of=part_of, shadow=shadow)


def shared_reading(root: HandOff | None, own: Reading | None) -> Reading | None:
    """What was read of the original, for a copy; the tokens are the copy's own: none when it was not read."""
    if root is None or root.reading is None:
        return own
    spent = {"tokens_in": own.tokens_in if own else 0, "tokens_out": own.tokens_out if own else 0}
    return root.reading.model_copy(update=spent)


def _part_of(ticket: Ticket, root: HandOff | None) -> str | None:
    # Threads are one deep: what belongs to a part belongs to what the part is part of. Two tickets that name each
    # other have no root; the one that comes second stands on its own.
    part_of = (root.part_of or root.ticket_id) if root else None
    return part_of if part_of != ticket.ticket_id else None
