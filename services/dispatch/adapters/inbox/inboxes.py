"""Tickets in shared inboxes. A mail stays as it was sent: what changes is said in a new one, in the same thread."""

from __future__ import annotations

from datetime import datetime

from contracts.rules import Rules, Team
from contracts.ticket import Destination
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.adapters.originals import Originals
from services.dispatch.domain.answers.door import answer_link
from services.dispatch.domain.inbox.enclosed import Enclosure, enclosure
from services.dispatch.domain.inbox.letters import hand_off_letter, left_letter, note_letter, part_letter
from services.dispatch.domain.inbox.list import list_letter
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report, report_letter
from services.dispatch.domain.sent import Sent
from shared.observability import logger

log = logger("dispatch.inboxes")


class Inboxes:
    """The teams' inboxes."""

    def __init__(self, mailroom: Mailroom, originals: Originals, *, limit: int = 6_000_000) -> None:
        self._mailroom, self._originals, self._limit = mailroom, originals, limit

    def may_have(self, team: Team, handoff: HandOff) -> bool:
        """Whether mail may go there: to a team's address, and never to the one the customer writes from."""
        inbox = (team.inbox or "").casefold()
        return self._mailroom.may_write_to(inbox) and inbox != (handoff.ticket.customer.email or "").casefold()

    def may_write_to(self, inbox: str) -> bool:
        """Whether mail may go there at all."""
        return self._mailroom.may_write_to(inbox)

    def put(self, inbox: str, handoff: HandOff, rules: Rules) -> Destination:
        """Send the ticket."""
        answer = answer_link(handoff.ticket, rules) or ""
        letter = hand_off_letter(handoff, self._enclosed(handoff), answer)
        return _there(inbox, self._mailroom.send(inbox, letter, about=handoff))

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say that the ticket has left."""
        self._mailroom.send(left.destination.address, left_letter(handoff, left))

    def put_part(self, inbox: str, part: HandOff, root: HandOff) -> Destination:
        """Note a copy or a follow-up."""
        return _there(inbox, self._mailroom.send(inbox, part_letter(part, root, self._enclosed(part)), about=part))

    def say(self, inbox: str, handoff: HandOff, note: Note) -> None:
        """Say something about the ticket."""
        self._mailroom.send(inbox, note_letter(handoff, note), about=handoff)

    def _enclosed(self, handoff: HandOff) -> Enclosure:
        return enclosure(handoff.ticket, self._read, limit=self._limit)

    def _read(self, file: Sent, most: int) -> bytes | None:
        try:
            return self._originals.read(file.ref, most=most) if file.ref else None
        except LookupError as error:
            log.warning("a file is gone", file=file.title, why=str(error))
            return None

    def list_queue(self, inbox: str, queue: Queue, *, now: datetime) -> None:
        """Send the list of what waits."""
        self._mailroom.send(inbox, list_letter(queue, now=now))

    def report(self, inbox: str, report: Report, picture: bytes) -> None:
        """Send a digest or a summary."""
        self._mailroom.send(inbox, report_letter(report), picture=picture)


def _there(inbox: str, ref: str) -> Destination:
    return Destination(kind="inbox", address=inbox, ref=ref)
