"""Tickets in shared inboxes. A mail stays as it was sent: what changes is said in a new one, in the same thread."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.rules import Rules, Team
from contracts.ticket import Destination
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.adapters.originals import Originals
from services.dispatch.domain.answers.door import answer_link
from services.dispatch.domain.attempt import Attempt
from services.dispatch.domain.inbox.enclosed import Enclosure, enclosure
from services.dispatch.domain.inbox.letters import Letter, hand_off_letter, left_letter, note_letter, part_letter
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

    def put(self, inbox: str, handoff: HandOff, rules: Rules, attempt: Attempt) -> Destination:
        """Send the ticket."""
        answer = answer_link(handoff.ticket, rules) or ""
        letter = hand_off_letter(handoff, self._enclosed(handoff), answer)
        return _there(inbox, self._send(inbox, letter, attempt, about=handoff))

    def leave(self, handoff: HandOff, left: Place, attempt: Attempt) -> None:
        """Say that the ticket has left."""
        self._send(left.destination.address, left_letter(handoff, left), attempt)

    def put_part(self, inbox: str, part: HandOff, root: HandOff, attempt: Attempt) -> Destination:
        """Note a copy or a follow-up."""
        return _there(inbox, self._send(inbox, part_letter(part, root, self._enclosed(part)), attempt, about=part))

    def say(self, inbox: str, handoff: HandOff, note: Note, attempt: Attempt) -> None:
        """Say something about the ticket."""
        self._send(inbox, note_letter(handoff, note), attempt, about=handoff)

    def _enclosed(self, handoff: HandOff) -> Enclosure:
        return enclosure(handoff.ticket, self._read, limit=self._limit)

    def _read(self, file: Sent, most: int) -> bytes | None:
        try:
            return self._originals.read(file.ref, most=most) if file.ref else None
        except LookupError as error:
            log.warning("a file is gone", file=file.title, why=str(error))
            return None

    def list_queue(self, inbox: str, queue: Queue, attempt: Attempt, *, now: datetime) -> None:
        """Send the list of what waits."""
        self._send(inbox, list_letter(queue, now=now), attempt)

    def report(self, inbox: str, report: Report, picture: bytes, attempt: Attempt) -> None:
        """Send a digest or a summary."""
        self._send(inbox, report_letter(report), attempt, picture=picture)

    def _send(self, inbox: str, letter: Letter, attempt: Attempt, **more: Any) -> str:
        # A mailbox cannot be asked: in doubt the mail goes again, under the same name and in the same thread.
        return attempt.make(lambda: self._mailroom.send(inbox, letter, **more))


def _there(inbox: str, ref: str) -> Destination:
    return Destination(kind="inbox", address=inbox, ref=ref)
