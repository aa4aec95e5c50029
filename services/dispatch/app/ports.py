"""What the use cases need of the outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from contracts.envelope import Event
from contracts.rules import Rules
from contracts.ticket import Destination
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.lists.entry import Entry
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class Log(Protocol):
    """The hand-off log. Reads are consistent; ``save`` raises Conflict when the stored hand-off is not the one read."""

    def get(self, ticket_id: str) -> HandOff | None: ...
    def save(self, handoff: HandOff, *events: Event) -> HandOff: ...
    def keep(self, event: Event) -> None: ...
    def parts(self, ticket_id: str) -> list[HandOff]: ...
    def teams(self) -> list[str]: ...
    def waiting(self, team: str) -> list[Entry]: ...
    def taken(self, team: str, *, since: datetime) -> list[Entry]: ...


class Effects(Protocol):
    """What is done once, over all workers."""

    def claim(self, effect: str, *, now: datetime) -> Claim:
        """Take an effect for this worker alone. Raises NotNow while another worker has it."""

    def release(self, effect: str) -> None: ...
    def done(self, effect: str) -> None: ...
    def count(self, what: str) -> int:
        """Count one more of ``what``, over all workers; answers the new count."""

    def counted(self, what: str) -> int: ...


class Places(Protocol):
    """Where teams see tickets: Slack channels and inboxes."""

    def put(self, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool, now: datetime) -> Destination:
        """Put the ticket before its team. With ``look_first`` an earlier attempt may have done it already."""

    def link(self, destination: Destination) -> str | None:
        """Where people open it; None when there is no such address."""

    def find(self, handoff: HandOff, team: str, rules: Rules, *, effect: str) -> Destination | None:
        """Where an earlier attempt put the ticket when it was that team's, if it can be found."""

    def show(self, handoff: HandOff, rules: Rules) -> None:
        """Make what is shown say what the hand-off says."""

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say at a place that the ticket has left it."""

    def put_part(self, part: HandOff, root: HandOff, *, effect: str, look_first: bool) -> Destination:
        """Note a copy or a follow-up under the ticket that it is part of."""

    def say(self, handoff: HandOff, note: Note, *, effect: str, look_first: bool) -> None:
        """Say something under the ticket, and call whom it names."""

    def attach_text(self, handoff: HandOff, *, under: HandOff, look_first: bool) -> None:
        """Put the whole message, too long to be shown, as a file under a ticket."""

    def tell_managers(self, handoff: HandOff, *, effect: str, look_first: bool) -> Destination | None:
        """Show an escalated ticket to the managers; None when they have no place."""

    def report(self, report: Report, picture: bytes, rules: Rules, *, effect: str, look_first: bool) -> None:
        """Put a digest or a summary before the leads: in Slack, and in triage's inbox."""

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the list of a queue."""


Claim = Literal["first", "again", "done"]
"""first: nobody has tried. again: an earlier worker may have got part of the way. done: nothing is left to do."""


@dataclass(frozen=True)
class Outside:
    """All that ``settle`` works with."""

    log: Log
    effects: Effects
    places: Places
    rules: Rules
    bus: Bus
    clock: Callable[[], datetime]


class Rows(Protocol):
    """The log's rows."""

    def of_day(self, day: str) -> list[dict[str, Any]]: ...
    def aside(self, day: str) -> list[dict[str, Any]]: ...
