"""The hand-off of one ticket: where it lies, what people changed, and the events that say so."""

from __future__ import annotations

from pydantic import Field

from contracts.envelope import Contract, Metadata, UtcTime
from contracts.move_decided import MoveDecided
from contracts.rules import TRIAGE, Rules, Team
from contracts.ticket import Correction, Destination, Move, Person, Ping, Placement, Reading, Ticket
from contracts.ticket_corrected import TicketCorrected, TicketCorrectedData
from contracts.ticket_dispatched import TicketDispatched, TicketDispatchedData

SHOWN_CHARS = 2400
"""How much of a message is shown at once; a longer one comes whole as a file under it."""


class Place(Contract):
    """One place a ticket was put."""

    team: str
    destination: Destination
    revision: int
    """How many corrections the ticket had when it was put here."""
    at: UtcTime
    link: str | None = None
    """Its address in Slack, for lists and notes."""


class Note(Contract):
    """Something to be said once under the ticket."""

    key: str
    text: str
    pings: tuple[Ping, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it says that nobody has taken the ticket, and is out of date once somebody has."""
        return self.key.startswith("waits#")


class HandOff(Contract):
    """All that dispatch knows of one ticket. Immutable: an action makes a new one."""

    ticket: Ticket
    reading: Reading | None = None
    move: Move
    """As it stands now; ``corrections`` say how it came to differ from what was decided."""
    cause: Metadata
    """The event that brought the ticket here."""
    part_of: str | None = None
    """A copy or a follow-up lies in the thread of this ticket and has no place of its own."""
    place: Place | None = None
    left: tuple[Place, ...] = ()
    """Places the ticket has left and that do not say so yet."""
    doubts: tuple[int, ...] = ()
    """Revisions that may have been posted in Slack before the inbox fell in, looked for once Slack is back."""
    announced: bool = False
    """Whether TicketDispatched for ``place`` is on the bus."""
    corrections: tuple[Correction, ...] = ()
    said: int = 0
    """How many of them are known to be on the bus."""
    decided_at_revision: int = 0
    """Corrections made before ``cause`` decided: a copy that was unfolded is decided anew."""
    taken_by: Person | None = None
    taken_at: UtcTime | None = None
    first_dispatched_at: UtcTime | None = None
    pinged: tuple[str, ...] = ()
    """Everybody who was called when the ticket was put somewhere: nobody is called for that twice."""
    notes: tuple[Note, ...] = ()
    """What is still to be said under the ticket."""
    raised_by: tuple[str, ...] = ()
    """Follow-ups that were heard."""
    reminded: tuple[str, ...] = Field(default=(), description="Roles that were reminded that it waits.")
    escalated: Destination | None = None
    """Where the managers see it."""
    stored: int = 0
    """Counts the writes of the stored row, for conditional writes."""

    @property
    def ticket_id(self) -> str:
        """The ticket's id."""
        return self.ticket.ticket_id

    @property
    def revision(self) -> int:
        """How often people changed the ticket. Buttons and links are bound to it."""
        return len(self.corrections)

    @property
    def topic(self) -> str | None:
        """The topic as last said: by a person, else by the reading."""
        said = [done.after.topic for done in self.corrections if done.kind == "reassigned" and done.after.topic]
        return said[-1] if said else self.reading.topic if self.reading else None

    @property
    def is_copy(self) -> bool:
        """Whether the ticket was folded into the one it is part of."""
        return self.part_of is not None and self.ticket.duplicate_of is not None

    @property
    def is_open(self) -> bool:
        """Whether the ticket waits for somebody to take it."""
        return self.part_of is None and self.taken_at is None

    @property
    def is_placed(self) -> bool:
        """Whether the ticket lies with the team it belongs to."""
        return self.place is not None and self.place.team == self.move.team

    @property
    def is_settled(self) -> bool:
        """Whether everything outside is known to say what this says."""
        done = self.is_placed and self.announced and not self.notes and not self.doubts
        return done and self.said >= self.revision

    def team_at(self, revision: int | None) -> str:
        """The team that had the ticket at that revision; the one that has it now when None says nothing."""
        later = self.corrections[revision:] if revision is not None else ()
        return later[0].before.team if later else self.move.team

    def taken_from(self, left: Place) -> Correction | None:
        """The correction that took the ticket from there; the last one when none names another team (a split off)."""
        later = (done for done in self.corrections[left.revision :] if done.after.team != left.team)
        return next(later, self.corrections[-1] if self.corrections else None)

    def lies_under(self, root: HandOff) -> bool:
        """Whether this part is noted where the ticket that it is part of lies now."""
        return self.place is not None and root.place is not None and self.place.at >= root.place.at

    def placement(self) -> Placement:
        """Where the ticket stands, as a correction tells it."""
        urgency = self.reading.urgency if self.reading else None
        return Placement(team=self.move.team, topic=self.topic, urgency=urgency, kind=self.move.kind)


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


def placed(handoff: HandOff, place: Place, called: tuple[Ping, ...] = (), in_doubt: bool = False) -> HandOff:
    """The hand-off once its ticket lies in ``place`` and ``called`` have been called."""
    left = (*handoff.left, handoff.place) if handoff.place else handoff.left
    return handoff.model_copy(
        update={
            "place": place,
            "left": left,
            "doubts": (*handoff.doubts, *([place.revision] if in_doubt else [])),
            "announced": False,
            "pinged": (*handoff.pinged, *(ping.who for ping in called)),
            "first_dispatched_at": handoff.first_dispatched_at or place.at,
        }
    )


def noted(part: HandOff, root: HandOff, place: Place) -> HandOff:
    """The part once it is noted where ``root`` lies. A copy shares what is known of its original."""
    shared = {"team": root.move.team, "kind": root.move.kind, "vip": root.move.vip}
    known = {"move": part.move.model_copy(update=shared), "reading": root.reading} if part.is_copy else {}
    # The note in a thread that was left stays there, in the thread of a message that says it has moved.
    return placed(part.model_copy(update=known), place).model_copy(update={"left": part.left})


def to_ping(handoff: HandOff) -> tuple[Ping, ...]:
    """Who is called by name when the ticket is put somewhere, which a part never is: nobody a second time."""
    return tuple(ping for ping in handoff.move.pings if ping.who not in handoff.pinged)


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
    corrected = place.revision > handoff.decided_at_revision
    return TicketDispatched.caused_by(
        ticket_id=handoff.ticket_id,
        cause=corrected_event(handoff, place.revision).metadata if corrected else handoff.cause,
        occurred_at=place.at,
        data=TicketDispatchedData(
            ticket_id=handoff.ticket_id,
            move=handoff.move,
            destination=place.destination,
            received_at=handoff.ticket.received_at,
            dispatched_at=place.at,
        ),
        key=place.destination.ref,
    )
