"""One mail after the other, through the services' own use cases."""

from __future__ import annotations

import email
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.policy import default as policy
from email.utils import parsedate_to_datetime
from typing import Literal

from cli.mailboxes import Stored
from cli.rehearse.memory import Bus, Counter, Files, Tickets
from contracts.rules import Rules
from contracts.ticket import Move, Reading, Ticket
from contracts.ticket_answered import TicketAnswered
from services.classifier.app import Model, read
from services.classifier.domain.reading import no_reading
from services.intake.app import receive_mail
from services.intake.domain.linking import Folding
from services.router.domain import as_read, decide_move
from shared.errors import NotNow

Became = Literal["ticket", "copy", "set aside", "answer", "failed"]
_ORDER = ("failed", "held", "sent on", "set aside", "copy", "answer")


@dataclass(frozen=True)
class Played:
    """What became of one mail."""

    where: str
    became: Became
    why: tuple[str, ...]
    ticket: Ticket | None = None
    reading: Reading | None = None
    move: Move | None = None

    @property
    def doubt(self) -> tuple[int, float]:
        """The more doubtful first: what is held, then what is sent on by its chance, then what was no ticket."""
        if self.move is None:
            return _ORDER.index(self.became), 0.0
        kind = "held" if self.move.kind == "hold" else "sent on"
        return _ORDER.index(kind), self.reading.confidence if self.reading else 0.0


def play(mails: Iterable[Stored], *, rules: Rules, model: Model, ours: Sequence[str]) -> Iterator[Played]:
    """Each mail as it would have been, in the order of the mailbox."""
    files, tickets, counter = Files(), Tickets(), Counter()
    staff = tuple(rules.staff)
    for number, mail in enumerate(mails):
        key, at = f"inbound/{number}", _date(mail.raw)
        files.put(key, mail.raw)
        try:
            event = receive_mail(
                key=key, received_at=at, staff=staff, ours=ours, folding=Folding(), files=files, tickets=tickets,
                bus=Bus(), counter=counter,
            )  # fmt: skip
        except Exception as error:  # the service would try again and leave a dead letter: here it is said and goes on
            yield Played(mail.where, "failed", (f"{type(error).__name__}: {error}",))
            continue
        if event is None:
            yield Played(mail.where, "set aside", (tickets.aside[-1],))
        elif isinstance(event, TicketAnswered):
            yield Played(mail.where, "answer", (f"our own answer to {event.data.ticket_id}",))
        else:
            yield _read(mail.where, event.data.ticket, rules, model)


def _read(where: str, ticket: Ticket, rules: Rules, model: Model) -> Played:
    if ticket.duplicate_of:
        return Played(where, "copy", (ticket.link_reason or f"a copy of {ticket.duplicate_of}",), ticket)
    try:
        reading = read(ticket=ticket, rules=rules, model=model)
    except NotNow as error:
        reading = no_reading("unread", str(error), model=model.name)
    decided = as_read(ticket, reading)
    move = decide_move(decided, reading, rules)
    played = Played(where, "ticket", move.reasons, ticket, reading, move)
    return replace(played, became="copy", move=None) if decided.duplicate_of else played


def _date(raw: bytes) -> datetime:
    """When the mail was written; now when it does not say."""
    try:
        said = parsedate_to_datetime(str(email.message_from_bytes(raw, policy=policy)["Date"]))
    except Exception:
        return datetime.now(UTC)
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
