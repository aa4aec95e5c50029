"""Tickets in shared inboxes. A mail stays as it was sent: what changes is said in a new one, in the same thread."""

from __future__ import annotations

from contracts.rules import Team
from contracts.ticket import Destination
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.domain.inbox.letters import hand_off_letter, left_letter, note_letter, part_letter
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.reports.report import Report, report_letter


class Inboxes:
    """The teams' inboxes."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom

    def may_have(self, team: Team, handoff: HandOff) -> bool:
        """Whether mail may go there: to a team's address, and never to the one the customer writes from."""
        inbox = (team.inbox or "").casefold()
        return self._mailroom.may_write_to(inbox) and inbox != (handoff.ticket.customer.email or "").casefold()

    def put(self, inbox: str, handoff: HandOff) -> Destination:
        """Send the ticket."""
        return _there(inbox, self._mailroom.send(inbox, hand_off_letter(handoff), about=handoff))

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say that the ticket has left."""
        self._mailroom.send(left.destination.address, left_letter(handoff, left))

    def put_part(self, inbox: str, part: HandOff, root: HandOff) -> Destination:
        """Note a copy or a follow-up."""
        return _there(inbox, self._mailroom.send(inbox, part_letter(part, root), about=part))

    def say(self, inbox: str, handoff: HandOff, note: Note) -> None:
        """Say something about the ticket."""
        self._mailroom.send(inbox, note_letter(handoff, note), about=handoff)

    def report(self, inbox: str, report: Report, picture: bytes) -> None:
        """Send a digest or a summary."""
        self._mailroom.send(inbox, report_letter(report), picture=picture)


def _there(inbox: str, ref: str) -> Destination:
    return Destination(kind="inbox", address=inbox, ref=ref)
