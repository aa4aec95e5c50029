"""Two problems in one ticket, or a follow-up that is one of its own. What would change nothing answers None."""

from __future__ import annotations

import hashlib
from datetime import datetime

from contracts.envelope import NAMESPACE
from contracts.rules import Team
from contracts.ticket import Move, MoveKind, Person
from services.dispatch.domain.life.correcting import corrected
from services.dispatch.domain.life.events import corrected_event
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.teams import pings_for

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def split_off(follow_up: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """A follow-up is a problem of its own: it leaves the thread for the place its own move gives it."""
    if follow_up.part_of is None or follow_up.is_copy:
        return None
    own = follow_up.placement()
    left = (*follow_up.left, follow_up.place) if follow_up.place else follow_up.left
    done = corrected(follow_up, "split", own, by, at)
    return done.model_copy(update={"part_of": None, "place": None, "left": left, "announced": False})


def split(handoff: HandOff, *, team: Team, topic: str | None, by: Person, at: datetime) -> HandOff | None:
    """The ticket holds a second problem, which goes to ``team`` as a ticket of its own; see ``second_part``."""
    if handoff.part_of or (team.name == handoff.move.team and topic == handoff.topic):
        return None
    after = handoff.placement().model_copy(update={"team": team.name, "topic": topic})
    return corrected(handoff, "split", after, by, at)


def second_part(handoff: HandOff, revision: int, *, team: Team) -> HandOff:
    """The ticket that the split of ``revision`` made. The same each time: its id is derived."""
    done = handoff.corrections[revision - 1]
    ticket = handoff.ticket.model_copy(
        update={
            "ticket_id": part_id(handoff.ticket_id, revision),
            "follow_up_to": handoff.ticket_id,
            "duplicate_of": None,
            "link_reason": f"Split from {handoff.ticket_id} by {done.corrected_by.name or done.corrected_by.id}",
        }
    )
    kind: MoveKind = "route" if handoff.move.kind == "hold" else handoff.move.kind
    about = f": it is also about {done.after.topic}" if done.after.topic else ""
    move = Move(
        kind=kind,
        team=team.name,
        position=handoff.move.position,
        pings=pings_for(team, kind, at=done.corrected_at),
        reasons=(f"{ticket.link_reason}{about}",),
        vip=handoff.move.vip,
        rules_revision=handoff.move.rules_revision,
    )
    reading = handoff.reading.model_copy(update={"topic": done.after.topic}) if handoff.reading else None
    return HandOff(ticket=ticket, reading=reading, move=move, cause=corrected_event(handoff, revision).metadata)


def part_id(ticket_id: str, revision: int) -> str:
    """The id of the ticket a split made: as ids look everywhere, derived from where it came from."""
    digest = hashlib.sha256(f"{NAMESPACE}\x1fsplit\x1f{ticket_id}\x1f{revision}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    return "T-" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(55, -1, -5))
