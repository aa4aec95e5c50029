"""The hand-off of one ticket: where it lies, what people changed, and what each action makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from contracts.envelope import Contract, Metadata, UtcTime
from contracts.move_decided import MoveDecided
from contracts.rules import TRIAGE, Rules, Team
from contracts.ticket import Correction, Destination, Move, Person, Ping, Placement, Reading, Ticket
from contracts.ticket_corrected import TicketCorrected, TicketCorrectedData
from contracts.ticket_dispatched import TicketDispatched, TicketDispatchedData

LOUD = ("escalate", "priority")


class Place(Contract):
    """One place a ticket was put."""

    team: str
    destination: Destination
    revision: int
    """How many corrections the ticket had when it was put here."""
    at: UtcTime


class HandOff(Contract):
    """All that dispatch knows of one ticket. Immutable: an action makes a new one."""

    ticket: Ticket
    reading: Reading | None = None
    move: Move
    """As it stands now; ``corrections`` say how it came to differ from what was decided."""
    cause: Metadata
    """The event that brought the ticket here."""
    place: Place | None = None
    left: tuple[Place, ...] = ()
    """Places the ticket has left and that do not say so yet."""
    announced: bool = False
    """Whether TicketDispatched for ``place`` is on the bus."""
    corrections: tuple[Correction, ...] = ()
    taken_by: Person | None = None
    taken_at: UtcTime | None = None
    first_dispatched_at: UtcTime | None = None
    pinged: tuple[str, ...] = ()
    """Everybody who was called for this ticket: nobody is called twice."""
    stored: int = 0
    """Counts the writes of the stored row, for conditional writes."""

    @property
    def ticket_id(self) -> str:
        """The ticket's id."""
        return self.ticket.ticket_id

    @property
    def revision(self) -> int:
        """How often people changed where the ticket belongs. Buttons and links are bound to it."""
        return len(self.corrections)

    @property
    def topic(self) -> str | None:
        """The topic as last said: by a person, else by the reading."""
        corrected = [done.after.topic for done in self.corrections if done.after.topic]
        return corrected[-1] if corrected else self.reading.topic if self.reading else None

    @property
    def is_copy(self) -> bool:
        """Whether the ticket is part of another one and has no place of its own."""
        return self.ticket.duplicate_of is not None

    @property
    def is_placed(self) -> bool:
        """Whether the ticket lies where it belongs by now."""
        return self.place is not None and self.place.team == self.move.team

    def placement(self) -> Placement:
        """Where the ticket stands, as a correction tells it."""
        urgency = self.reading.urgency if self.reading else None
        return Placement(team=self.move.team, topic=self.topic, urgency=urgency, kind=self.move.kind)


def hand_off_of(decided: MoveDecided) -> HandOff:
    """The hand-off of a ticket whose move has just been decided."""
    return HandOff(
        ticket=decided.data.ticket, reading=decided.data.reading, move=decided.data.move, cause=decided.metadata
    )


def hand_off_of_copy(ticket: Ticket, original: HandOff | None, cause: Metadata) -> HandOff:
    """The hand-off of a copy: it shares the original's move and place, and nobody is called for it."""
    reason = ticket.link_reason or f"A copy of {ticket.duplicate_of}"
    move = Move(
        kind=original.move.kind if original else "route",
        team=original.move.team if original else TRIAGE,
        position="normal",
        reasons=(reason,),
        vip=original.move.vip if original else False,
        rules_revision=original.move.rules_revision if original else 0,
    )
    return HandOff(ticket=ticket, reading=original.reading if original else None, move=move, cause=cause)


def reassign(handoff: HandOff, *, team: Team, topic: str | None, by: Person, at: datetime) -> HandOff | None:
    """The ticket belongs to another team, or is about another topic. A held ticket thereby goes its way.

    A held ticket that lay on top stays loud with its new team. None when nothing would change.
    """
    move = handoff.move
    topic = topic or (handoff.topic if move.team == team.name else None)
    if team.name == move.team and topic == handoff.topic:
        return None
    kind = move.kind
    if kind == "hold" and team.name != TRIAGE:
        kind = "priority" if move.position == "top" else "route"
    said = f"{by.name or by.id} moved it here from {move.team}" if team.name != move.team else f"{by.name or by.id}"
    reasons = (said + (f": it is about {topic}" if topic else ""), *move.reasons)
    moved = move.model_copy(
        update={"team": team.name, "kind": kind, "reasons": reasons, "pings": pings_for(team, kind, move.pings)}
    )
    after = handoff.placement().model_copy(update={"team": team.name, "topic": topic, "kind": kind})
    return _corrected(
        handoff,
        moved,
        Correction(kind="reassigned", before=handoff.placement(), after=after, corrected_by=by, corrected_at=at),
    )


def take(handoff: HandOff, *, by: Person, at: datetime) -> HandOff:
    """Somebody starts to work on it. Raises ValueError when somebody already has."""
    if handoff.taken_by is not None:
        raise ValueError(f"{handoff.taken_by.name or handoff.taken_by.id} has already taken it")
    return handoff.model_copy(update={"taken_by": by, "taken_at": at})


def _corrected(handoff: HandOff, move: Move, correction: Correction) -> HandOff:
    # Whoever took it took it for the old team: with a new one the wait goes on.
    freed = {"taken_by": None, "taken_at": None} if move.team != handoff.move.team else {}
    return handoff.model_copy(update={"move": move, "corrections": (*handoff.corrections, correction), **freed})


def pings_for(team: Team, kind: str, known: Iterable[Ping] = ()) -> tuple[Ping, ...]:
    """Who is called when a ticket of this kind comes to the team: on call or lead, the manager too on escalate."""
    pings = [ping for ping in known if ping.role == "owner"]
    if kind == "escalate" and team.manager:
        pings.append(Ping(role="manager", who=team.manager))
    if kind in LOUD and team.on_call:
        pings.append(Ping(role="on call", who=team.on_call))
    elif kind in LOUD and team.lead:
        pings.append(Ping(role="lead", who=team.lead))
    return tuple({ping.who.casefold(): ping for ping in reversed(pings)}.values())[::-1]


def placed(handoff: HandOff, place: Place, called: tuple[Ping, ...] = ()) -> HandOff:
    """The hand-off once its ticket lies in ``place`` and ``called`` have been called."""
    return handoff.model_copy(
        update={
            "place": place,
            "left": (*handoff.left, handoff.place) if handoff.place else handoff.left,
            "announced": False,
            "pinged": (*handoff.pinged, *(ping.who for ping in called)),
            "first_dispatched_at": handoff.first_dispatched_at or place.at,
        }
    )


def joined(copy: HandOff, original: HandOff, *, at: datetime) -> HandOff:
    """The copy once it is noted where its original lies."""
    if original.place is None:
        raise ValueError(f"{original.ticket_id} has no place a copy could join")
    move = original.move.model_copy(update={"reasons": copy.move.reasons, "pings": (), "position": "normal"})
    place = original.place.model_copy(update={"revision": 0, "at": at})
    return placed(copy.model_copy(update={"move": move, "reading": original.reading}), place)


def to_ping(handoff: HandOff) -> tuple[Ping, ...]:
    """Who is called by name now: nobody for a copy, nobody a second time."""
    return () if handoff.is_copy else tuple(ping for ping in handoff.move.pings if ping.who not in handoff.pinged)


def team_of(name: str, rules: Rules) -> Team:
    """The team of that name; the triage lane when the sheet no longer has it.

    Raises LookupError when there is no triage lane either.
    """
    team = rules.team(name) or rules.team(TRIAGE)
    if team is None:
        raise LookupError(f"The Teams tab has neither {name} nor {TRIAGE}")
    return team


def corrected_event(handoff: HandOff, revision: int) -> TicketCorrected:
    """TicketCorrected for the correction that made ``revision``. The same each time it is asked for."""
    correction = handoff.corrections[revision - 1]
    return TicketCorrected.caused_by(
        ticket_id=handoff.ticket_id,
        cause=handoff.cause,
        occurred_at=correction.corrected_at,
        data=TicketCorrectedData(ticket=handoff.ticket, reading=handoff.reading, correction=correction),
        key=f"correction#{revision}",
    )


def dispatched_event(handoff: HandOff) -> TicketDispatched:
    """TicketDispatched for the place the ticket lies in now."""
    place = handoff.place
    if place is None:
        raise ValueError(f"{handoff.ticket_id} has not been put anywhere yet")
    cause = corrected_event(handoff, place.revision).metadata if place.revision else handoff.cause
    return TicketDispatched.caused_by(
        ticket_id=handoff.ticket_id,
        cause=cause,
        occurred_at=place.at,
        data=TicketDispatchedData(
            ticket_id=handoff.ticket_id,
            move=handoff.move,
            destination=place.destination,
            received_at=handoff.ticket.received_at,
            dispatched_at=place.at,
        ),
    )
