"""How a ticket becomes louder: a bump, a follow-up."""

from __future__ import annotations

from contracts.rules import Team
from contracts.ticket import MoveKind
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.teams import pings_for
from services.dispatch.domain.words import MOVES

LOUDNESS: dict[MoveKind, int] = {"escalate": 2, "priority": 1, "route": 0, "hold": 0}
LOUDER: dict[MoveKind, MoveKind] = {"route": "priority", "priority": "escalate"}


def raised(handoff: HandOff, kind: MoveKind, *, team: Team, because: str, key: str) -> HandOff:
    """The ticket on top, at least as loud as ``kind``, and the people called who were not called yet."""
    louder = kind if LOUDNESS[kind] > LOUDNESS[handoff.move.kind] and handoff.move.kind != "hold" else handoff.move.kind
    at = handoff.corrections[-1].corrected_at if handoff.corrections else handoff.ticket.received_at
    pings = pings_for(team, kind if LOUDNESS[kind] else "priority", handoff.move.pings, at=at)
    new = tuple(ping for ping in pings if ping.who not in handoff.pinged)
    move = handoff.move.model_copy(
        update={"kind": louder, "position": "top", "pings": pings, "reasons": (because, *handoff.move.reasons)}
    )
    word = MOVES[louder][1] if louder != "hold" else "the top of the list"
    note = Note(key=key, text=f"{because}: raised to {word}", pings=new)
    pinged = (*handoff.pinged, *(ping.who for ping in new))
    return handoff.model_copy(update={"move": move, "notes": (*handoff.notes, note), "pinged": pinged})


def may_raise(part: HandOff, root: HandOff) -> bool:
    """Whether this part can make the ticket louder: a follow-up on top that has not done so, a ticket that waits."""
    follows = not part.is_copy and part.move.position == "top"
    return follows and root.is_open and part.ticket_id not in root.raised_by


def raised_by_follow_up(root: HandOff, follow_up: HandOff, *, team: Team) -> HandOff | None:
    """A follow-up may raise the ticket it belongs to, and only raise it."""
    if not may_raise(follow_up, root):
        return None
    because = f"The customer wrote again ({MOVES[follow_up.move.kind][1].lower()})"
    key = f"follow-up#{follow_up.ticket_id}"
    heard = root.model_copy(update={"raised_by": (*root.raised_by, follow_up.ticket_id)})
    done = raised(heard, follow_up.move.kind, team=team, because=because, key=key)
    same = (done.move.kind, done.move.position) == (root.move.kind, root.move.position)
    return heard if same and not done.notes[-1].pings else done
