"""What people change about a ticket. What would change nothing answers None."""

from __future__ import annotations

from datetime import datetime

from contracts.rules import TRIAGE, Team
from contracts.ticket import Correction, CorrectionKind, Person, Placement
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.raising import LOUDER, raised
from services.dispatch.domain.teams import pings_for


def reassign(handoff: HandOff, *, team: Team, topic: str | None, by: Person, at: datetime) -> HandOff | None:
    """The ticket belongs to another team, or is about another topic. A held ticket thereby goes its way.

    A held ticket that lay on top stays loud with its new team.
    """
    topic = topic or (handoff.topic if handoff.move.team == team.name else None)
    if handoff.part_of or (team.name == handoff.move.team and topic == handoff.topic):
        return None
    move, kind = handoff.move, handoff.move.kind
    if kind == "hold" and team.name != TRIAGE:
        kind = "priority" if move.position == "top" else "route"
    who, about = by.name or by.id, f": it is about {topic}" if topic else ""
    said = (
        f"Moved here from {move.team} by {who}{about}" if team.name != move.team else f"{who} says it is about {topic}"
    )
    moved = move.model_copy(
        update={
            "team": team.name,
            "kind": kind,
            "reasons": (said, *move.reasons),
            "pings": pings_for(team, kind, move.pings, at=at),
        }
    )
    after = handoff.placement().model_copy(update={"team": team.name, "topic": topic, "kind": kind})
    # Whoever took it took it for the old team: with a new one the wait goes on.
    freed = {"taken_by": None, "taken_at": None, "reminded": ()} if team.name != move.team else {}
    return corrected(handoff, "reassigned", after, by, at).model_copy(update={"move": moved, **freed})


def bump(handoff: HandOff, *, team: Team, by: Person, at: datetime) -> HandOff | None:
    """One step louder: route to priority, priority to escalate; a held ticket to the top of its lane."""
    kind = LOUDER.get(handoff.move.kind, handoff.move.kind)
    if handoff.part_of or (kind == handoff.move.kind and handoff.move.position == "top"):
        return None
    after = handoff.placement().model_copy(update={"kind": kind, "urgency": "high"})
    done = corrected(handoff, "bumped", after, by, at)
    return raised(done, kind, team=team, because=f"Bumped by {by.name or by.id}", key=f"bump#{done.revision}")


def confirm(handoff: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """What the last correction said of the topic is right: the answer to learning's question. Nothing moves.

    Where the ticket stands would not do: with no topic named, that has the topic as read, which nobody meant.
    """
    done = handoff.corrections[-1] if handoff.corrections else None
    if done is None or done.kind not in ("reassigned", "bumped"):
        return None
    yes = Correction(kind="reassigned", before=done.after, after=done.after, corrected_by=by, corrected_at=at)
    return handoff.model_copy(update={"corrections": (*handoff.corrections, yes)})


def unfold(copy: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """A folded ticket is no copy: intake sends it on its way anew."""
    if not copy.is_copy or is_unfolded(copy):
        return None
    return corrected(copy, "unfolded", copy.placement(), by, at)


def is_unfolded(handoff: HandOff) -> bool:
    """Whether a person has said that it is no copy."""
    return any(done.kind == "unfolded" for done in handoff.corrections)


def corrected(handoff: HandOff, kind: CorrectionKind, after: Placement, by: Person, at: datetime) -> HandOff:
    """The hand-off with one more correction."""
    done = Correction(kind=kind, before=handoff.placement(), after=after, corrected_by=by, corrected_at=at)
    return handoff.model_copy(update={"corrections": (*handoff.corrections, done)})
