"""The hand-off of one ticket: all that dispatch knows of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contracts.envelope import Contract, Metadata, UtcTime
from contracts.ticket import Destination, Move, Person, Ping, Placement, Reading, Ticket, Urgency
from contracts.ticket_corrected_v2 import Correction
from services.dispatch.domain.life.earlier import Earlier
from services.dispatch.domain.life.steps import Before, Step

State = Literal["waiting", "taken", "done", "no ticket", "shadow"]
"""Where a ticket is in its life. *No ticket*: a person said that it never was one. *Shadow*: only said (ADR 45)."""


class Place(Contract):
    """One place a ticket was put."""

    team: str
    destination: Destination
    revision: int
    """How many corrections the ticket had when it was put here."""
    at: UtcTime
    link: str | None = None
    """Its address in Slack, for lists and notes."""


class Went(Contract):
    """Where a ticket in shadow went in the way that people still work."""

    team: str | None = None
    topic: str | None = None


_SIGNS = {"answer": "✉️", "assigned": "👉", "reopened": "💬"}


class Note(Contract):
    """Something to be said once under the ticket."""

    key: str
    text: str
    pings: tuple[Ping, ...] = ()

    @property
    def sign(self) -> str:
        """What kind of news it is."""
        return _SIGNS.get(self.key.partition("#")[0], "🔔")

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
    earlier: Earlier | None = None
    """What else the customer wrote about; None when nothing is known."""
    part_of: str | None = None
    """A copy or a follow-up lies in the thread of this ticket and has no place of its own."""
    place: Place | None = None
    shadow: bool = False
    """Whether it is only said where it would go: its team is not live (ADR 45)."""
    went: Went | None = None
    """Where people took it instead, as somebody told us."""
    left: tuple[Place, ...] = ()
    """Places the ticket has left and that do not say so yet."""
    by_mail: tuple[int, ...] = ()
    """Revisions at which an inbox fell in for Slack: that ticket goes by mail and no other way."""
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
    done_by: Person | None = None
    done_at: UtcTime | None = None
    no_ticket: bool = False
    """Whether a person said that it is none: spam, a newsletter, a machine."""
    steps: tuple[Step, ...] = ()
    """What people did with it, in order. Buttons that end or open it are bound to how many there are."""
    before: Before | None = None
    """What the last step changed, for an undo; None when there is nothing to undo."""
    waits_since: UtcTime | None = None
    """When it was given back or opened again; None while it waits since it was received."""
    holds: int = 0
    """How many of the move's reasons are true now; 0: all of them."""
    first_dispatched_at: UtcTime | None = None
    pinged: tuple[str, ...] = ()
    """Everybody who was called when the ticket was put somewhere: nobody is called for that twice."""
    mailed: tuple[str, ...] = ()
    """Those of them who were called only by a mail, which rings for nobody: an escalated ticket calls them in Slack."""
    notes: tuple[Note, ...] = ()
    """What is still to be said under the ticket."""
    heard: tuple[str, ...] = ()
    """Answers of our own people that were heard."""
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
        for done in reversed(self.corrections):
            if done.kind == "undone" or (done.kind == "reassigned" and done.after.topic):
                return done.after.topic
        return self.reading.topic if self.reading else None

    @property
    def urgency(self) -> Urgency | None:
        """The urgency as last said: by a person, else by the reading."""
        said = (done for done in reversed(self.corrections) if done.kind in ("bumped", "lowered", "undone"))
        last = next(said, None)
        return last.after.urgency if last else self.reading.urgency if self.reading else None

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons that are true now: after a move, not those for the team it has left."""
        return self.move.reasons[: self.holds] if self.holds else self.move.reasons

    @property
    def state(self) -> State:
        """Where it is in its life."""
        if self.no_ticket:
            return "no ticket"
        if self.shadow:
            return "shadow"
        return "done" if self.done_at else "taken" if self.taken_at else "waiting"

    @property
    def is_copy(self) -> bool:
        """Whether the ticket was folded into the one it is part of."""
        return self.part_of is not None and self.ticket.duplicate_of is not None

    @property
    def is_open(self) -> bool:
        """Whether the ticket waits for somebody to take it."""
        return self.part_of is None and self.state == "waiting"

    @property
    def is_over(self) -> bool:
        """Whether nobody need do anything any more."""
        return self.state in ("done", "no ticket")

    @property
    def is_placed(self) -> bool:
        """Whether the ticket lies with the team it belongs to."""
        return self.place is not None and self.place.team == self.move.team

    @property
    def is_settled(self) -> bool:
        """Whether everything outside is known to say what this says."""
        if self.shadow:
            return self.announced
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
        return Placement(team=self.move.team, topic=self.topic, urgency=self.urgency, kind=self.move.kind)
