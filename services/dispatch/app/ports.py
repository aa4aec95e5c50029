"""What the use cases need of the outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.envelope import Event
from contracts.rules import Rules, Team
from contracts.ticket import Destination
from services.dispatch.domain.attempt import Attempt, Claims
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.lists.entry import Entry
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report
from services.dispatch.domain.sent import Sent


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class Log(Protocol):
    """The hand-off log. Reads are consistent; ``save`` raises Conflict when the stored hand-off is not the one read."""

    def get(self, ticket_id: str) -> HandOff | None: ...
    def save(self, handoff: HandOff, *events: Event, counts: Mapping[str, int] = ...) -> HandOff: ...
    def keep(self, event: Event) -> None: ...
    def parts(self, ticket_id: str) -> list[HandOff]: ...
    def of_customer(self, email: str, limit: int) -> list[dict[str, Any]]: ...
    def teams(self) -> list[str]: ...
    def waiting(self, team: str) -> list[Entry]:
        """The top of a team's queue, and what came last: as much as a list can show."""

    def count(self, team: str) -> int:
        """How many wait with the team."""

    def due(self, what: str, *, now: datetime) -> list[str]:
        """Tickets to be looked at by now: of a team those to be reminded of, of ``UNSETTLED`` those left half done."""

    def taken(self, team: str, *, since: datetime) -> list[Entry]: ...


class Effects(Claims, Protocol):
    """What is done once, over all workers, and what is counted."""

    def count(self, what: str) -> int:
        """Count one more of ``what``, over all workers; answers the new count."""

    def counted(self, what: str) -> int: ...
    def note(self, what: str, value: str) -> None:
        """Remember something small for a month."""

    def noted(self, what: str) -> str: ...


class Places(Protocol):
    """Where teams see tickets: Slack channels and inboxes."""

    def put(self, handoff: HandOff, rules: Rules, attempt: Attempt, *, falls_in: Callable[[bool], None]) -> Destination:
        """Put the ticket before its team, unless an earlier attempt has.

        ``falls_in`` is called before a mail goes where a post should have, and told whether that post is in doubt.
        """

    def link(self, destination: Destination) -> str | None:
        """Where people open it; None when there is no such address."""

    def find(self, handoff: HandOff, team: str, rules: Rules, *, effect: str) -> Destination | None:
        """Where an earlier attempt put the ticket when it was that team's, as far as it shows."""

    def show(self, handoff: HandOff, rules: Rules, *, now: datetime) -> None:
        """Make what is shown say what the hand-off says."""

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Make a message say that the ticket has left."""

    def write_off(self, handoff: HandOff, left: Place, attempt: Attempt) -> None:
        """Write to an inbox that the ticket has left."""

    def put_part(self, part: HandOff, root: HandOff, attempt: Attempt) -> Destination:
        """Note a copy or a follow-up under the ticket that it is part of."""

    def say(self, handoff: HandOff, note: Note, attempt: Attempt) -> None:
        """Say something under the ticket, and call whom it names."""

    def attach(self, file: Sent, attempt: Attempt, *, under: HandOff) -> bool:
        """Put a file under a ticket; False when it is gone, too large or refused. A mail has its files already."""

    def tell_managers(self, handoff: HandOff, attempt: Attempt) -> Destination | None:
        """Show an escalated ticket to the managers; None when they have no place."""

    def show_managers(self, handoff: HandOff) -> None:
        """Keep true what the managers see."""

    def report(self, report: Report, rules: Rules, attempt: Attempt) -> None:
        """Post a digest or a summary for the leads."""

    def report_picture(self, report: Report, picture: bytes, rules: Rules, attempt: Attempt) -> None:
        """Put its picture under it."""

    def report_by_mail(self, report: Report, picture: bytes, rules: Rules, attempt: Attempt) -> None:
        """Send it to triage's inbox."""

    def mail_list(self, team: Team, queue: Queue, attempt: Attempt, *, now: datetime) -> None:
        """Send a team that works from its inbox the list of what waits."""

    def say_quietly(self, handoff: HandOff, rules: Rules, attempt: Attempt) -> None:
        """Say in the shadow channel where the ticket would go; given up when Slack stays away."""

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the list of a queue."""


@dataclass(frozen=True)
class Outside:
    """All that ``settle`` works with."""

    log: Log
    effects: Effects
    places: Places
    rules: Rules
    bus: Bus
    clock: Callable[[], datetime]
    file_limit: int = 20_000_000
    """How many bytes a file may have to be put under a ticket at once."""


class Rows(Protocol):
    """The log's rows."""

    def of_day(self, day: str) -> list[dict[str, Any]]: ...
    def aside(self, day: str) -> list[dict[str, Any]]: ...
