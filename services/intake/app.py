"""intake's use cases: take what comes in by three lanes, make it one ticket each, and say so once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from contracts.envelope import Event, Metadata
from contracts.mail_set_aside import MailSetAside, MailSetAsideData
from contracts.ticket import TEXT_LIMIT_BYTES, Attachment, Customer, ObjectRef, Ticket
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived, TicketReceivedData
from services.intake.domain.chat import Conversation, check_conversation
from services.intake.domain.form import check_form
from services.intake.domain.identity import customer_key, ticket_id
from services.intake.domain.linking import Folding, Known, Link, Recent, link_of, remember
from services.intake.domain.mail import Mail, read_mail
from services.intake.domain.mail.sender import staff_check
from services.intake.domain.text import cut_to_bytes, one_line
from shared.errors import BadInput, NotNow

_MOST_ATTACHMENTS = 50
"""Attachments listed on a ticket; the raw mail has them all."""
_RACES = 8
"""Tries to write a ticket when others of the same customer come in at the same moment."""


@dataclass(frozen=True)
class Kept:
    """A ticket's event as it was written, and whether the bus has it."""

    event: TicketReceived
    published: bool


class Raced(Exception):
    """Another ticket of this customer was written in between: look again."""


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class Files(Protocol):
    """Keeps what came in, exactly as it came."""

    def read(self, key: str) -> bytes: ...

    def keep(self, key: str, content: bytes, content_type: str) -> ObjectRef: ...

    def keep_first(self, key: str, content: bytes) -> bytes:
        """Keep ``content`` unless something lies under ``key``; give back what lies there now."""
        ...

    def ref(self, key: str) -> ObjectRef: ...


class Inbox(Protocol):
    """The queue behind the three lanes."""

    def put(self, *, lane: str, key: str, received_at: datetime) -> None: ...


class Tickets(Protocol):
    """intake's memory."""

    def find(self, event: TicketReceived) -> Kept | None:
        """What was written under this event's id."""
        ...

    def recent(self, customer: str) -> tuple[tuple[Recent, ...], int]:
        """The customer's recent tickets, newest first, and the revision to write them back with."""
        ...

    def roots(self, thread: Sequence[str]) -> Mapping[str, Known]:
        """Which of the thread's keys are known, and what they stand for."""
        ...

    def write(
        self,
        event: TicketReceived,
        *,
        threads: Mapping[str, str],
        customer: str | None,
        recent: Sequence[Recent],
        revision: int,
    ) -> None:
        """All at once or not at all. Raises Raced when the ticket or a newer revision is already there."""
        ...

    def mark_published(self, event: TicketReceived) -> None: ...

    def set_aside(self, *, key: str, mail: Mail, received_at: datetime) -> None: ...


class Flooded(Exception):
    """Too much from one side. ``retry_after`` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many messages in a short time")
        self.retry_after = retry_after


class Counter(Protocol):
    """Counts what comes from whom."""

    def count(self, *, who: str, window: int, now: datetime) -> int:
        """One more from ``who`` in this window of so many seconds; gives back how many that makes."""
        ...


@dataclass(frozen=True)
class Limits:
    """How many forms are taken in a window of ``window`` seconds. 0: any number."""

    per_address: int
    per_ip: int
    window: int = 600


def hold_back_floods(*, email: str, ip: str, limits: Limits, counter: Counter, now: datetime) -> None:
    """Count the form against its address and its IP. Raises Flooded when there are too many."""
    for who, limit in ((f"address#{email.strip().casefold()[:254]}", limits.per_address), (f"ip#{ip}", limits.per_ip)):
        if limit and counter.count(who=who, window=limits.window, now=now) > limit:
            raise Flooded(limits.window - int(now.timestamp()) % limits.window)


def accept_form(
    *, fields: Mapping[str, object], idempotency_key: str, files: Files, inbox: Inbox, now: datetime
) -> str:
    """Check a form, store it, queue it, give back its ticket id.

    Raises BadInput for a wrong field, and for an idempotency key that came with other words before.
    """
    form = check_form(fields, now=now.timestamp())
    ticket = ticket_id("form", idempotency_key, form.email)
    key = f"form/{ticket}.json"
    content = json.dumps(form.as_dict(), ensure_ascii=False, sort_keys=True).encode()
    kept = check_form(json.loads(files.keep_first(key, content)))
    if replace(kept, by_machine=form.by_machine) != form:
        raise BadInput("Idempotency-Key", "was used for another message", "Send a new key with a new message.")
    inbox.put(lane="form", key=key, received_at=now)
    return ticket


def accept_chat(*, payload: object, original: object = None, files: Files, inbox: Inbox, now: datetime) -> str:
    """Check a finished conversation, store it, queue it, give back its ticket id. Raises BadInput.

    ``original`` is the chat tool's own shape when ``payload`` was made from it. A conversation that was opened again
    and comes back with other words of the customer is a ticket of its own, which continues the first.
    """
    conversation = check_conversation(payload)
    ticket = _first_chat_ticket(conversation)
    content = json.dumps({**_as_object(payload), "original": original}, ensure_ascii=False).encode("utf-8", "replace")
    key = f"chat/{ticket}.json"
    if check_conversation(json.loads(files.keep_first(key, content))).text != conversation.text:
        ticket = ticket_id("chat", conversation.conversation_id, conversation.text)
        key = f"chat/{ticket}.json"
        files.keep_first(key, content)
    inbox.put(lane="chat", key=key, received_at=now)
    return ticket


def _first_chat_ticket(conversation: Conversation) -> str:
    return ticket_id("chat", conversation.conversation_id)


def _as_object(payload: object) -> dict[str, object]:
    return dict(payload) if isinstance(payload, Mapping) else {}


def receive_mail(
    *,
    key: str,
    received_at: datetime,
    staff: Sequence[str],
    ours: Sequence[str],
    folding: Folding,
    files: Files,
    tickets: Tickets,
    bus: Bus,
) -> TicketReceived | None:
    """Make a ticket of the mail stored under ``key``; None when a machine sent it and it was set aside."""
    mail = read_mail(files.read(key), staff=staff, ours=ours)
    number = ticket_id(*mail.natural_key)
    if mail.automatic:
        tickets.set_aside(key=key, mail=mail, received_at=received_at)
        aside = MailSetAsideData(reason=mail.automatic, received_at=received_at, raw=files.ref(key))
        bus.publish(MailSetAside.caused_by(ticket_id=number, cause=None, occurred_at=received_at, data=aside, key=key))
        return None
    text, cut = cut_to_bytes(mail.text, TEXT_LIMIT_BYTES)
    ticket = Ticket(
        ticket_id=number,
        source="mail",
        customer=mail.customer,
        subject=mail.subject,
        text=text,
        text_cut=cut or mail.cut,
        attachments=_keep_attachments(number, mail, files),
        received_at=received_at,
        raw=files.ref(key),
        message_id=mail.message_id,
        flags=mail.flags,
    )
    of_us = staff_check(staff)(mail.sender)
    return receive(ticket=ticket, thread=mail.thread, trusted=of_us, folding=folding, tickets=tickets, bus=bus)


def receive_form(
    *, key: str, received_at: datetime, folding: Folding, files: Files, tickets: Tickets, bus: Bus
) -> TicketReceived:
    """Make a ticket of the form stored under ``key``."""
    form = check_form(json.loads(files.read(key)))
    text, cut = cut_to_bytes(form.message, TEXT_LIMIT_BYTES)
    ticket = Ticket(
        ticket_id=_id_in(key),
        source="form",
        customer=Customer(email=form.email, name=form.name or None, found_by="form"),
        subject=form.subject,
        text=text,
        text_cut=cut,
        received_at=received_at,
        raw=files.ref(key),
        topic_hint=form.topic or None,
        order_number=form.order_number or None,
        flags=("spam",) if form.by_machine else (),
    )
    return receive(ticket=ticket, thread=(), folding=folding, tickets=tickets, bus=bus)


def receive_chat(
    *, key: str, received_at: datetime, folding: Folding, files: Files, tickets: Tickets, bus: Bus
) -> TicketReceived:
    """Make a ticket of the conversation stored under ``key``: the customer's words, the whole kept as raw."""
    conversation = check_conversation(json.loads(files.read(key)))
    number, first = _id_in(key), _first_chat_ticket(conversation)
    said = conversation.text
    if number != first:
        earlier = check_conversation(json.loads(files.read(f"chat/{first}.json")))
        said = conversation.text_after(earlier) or said
    text, cut = cut_to_bytes(said, TEXT_LIMIT_BYTES)
    ticket = Ticket(
        ticket_id=number,
        source="chat",
        customer=conversation.customer,
        text=text,
        text_cut=cut,
        received_at=received_at,
        raw=files.ref(key),
    )
    thread = () if number == first else (first,)
    return receive(ticket=ticket, thread=thread, trusted=True, folding=folding, tickets=tickets, bus=bus)


def receive(
    *, ticket: Ticket, thread: Sequence[str], trusted: bool = False, folding: Folding, tickets: Tickets, bus: Bus
) -> TicketReceived:
    """Write the ticket once, linked to what it repeats or continues, and say so on the bus.

    A redelivery finds what was written and says the same again only if the bus may not have it. Raises NotNow when too
    many tickets of one customer come in at the same moment.
    """

    def link(recent: Sequence[Recent]) -> Link | None:
        known = tickets.roots(thread)
        return link_of(ticket, thread=thread, roots=known, recent=recent, folding=folding, trusted=trusted)

    return _write_and_say(ticket=ticket, cause=None, link=link, folding=folding, tickets=tickets, bus=bus)


def unfold(*, corrected: TicketCorrected, folding: Folding, tickets: Tickets, bus: Bus) -> TicketReceived:
    """Let a folded ticket stand on its own: emit it anew, as a copy of nothing. Raises NotNow as ``receive`` does."""
    cleared = {"duplicate_of": None, "follow_up_to": None, "link_reason": None}
    return _write_and_say(
        ticket=corrected.data.ticket.model_copy(update=cleared),
        cause=corrected.metadata,
        link=lambda _: None,
        folding=folding,
        tickets=tickets,
        bus=bus,
    )


def _write_and_say(
    *,
    ticket: Ticket,
    cause: Metadata | None,
    link: Callable[[Sequence[Recent]], Link | None],
    folding: Folding,
    tickets: Tickets,
    bus: Bus,
) -> TicketReceived:
    kept = _write_once(ticket=ticket, cause=cause, link=link, folding=folding, tickets=tickets)
    if not kept.published:
        bus.publish(kept.event)
        tickets.mark_published(kept.event)
    return kept.event


def _write_once(
    *,
    ticket: Ticket,
    cause: Metadata | None,
    link: Callable[[Sequence[Recent]], Link | None],
    folding: Folding,
    tickets: Tickets,
) -> Kept:
    customer = customer_key(ticket.customer)
    for _ in range(_RACES):
        if kept := tickets.find(_event(ticket, cause)):
            return kept
        recent, revision = tickets.recent(customer) if customer else ((), 0)
        found = link(recent)
        root = found.root if found else ticket.ticket_id
        event = _event(_linked(ticket, found), cause)
        with suppress(Raced):
            tickets.write(
                event,
                threads={key: root for key in (ticket.ticket_id, ticket.message_id) if key},
                customer=customer,
                recent=remember(ticket, root, recent, folding),
                revision=revision,
            )
            return Kept(event, published=False)
    raise NotNow(f"{ticket.ticket_id}: too many tickets of one customer at once", retry_after=1)


def _event(ticket: Ticket, cause: Metadata | None) -> TicketReceived:
    return TicketReceived.caused_by(
        ticket_id=ticket.ticket_id,
        cause=cause,
        occurred_at=cause.occurred_at if cause else ticket.received_at,
        data=TicketReceivedData(ticket=ticket),
    )


def _linked(ticket: Ticket, link: Link | None) -> Ticket:
    if link is None:
        return ticket
    kind = "duplicate_of" if link.is_copy else "follow_up_to"
    return ticket.model_copy(update={kind: link.root, "link_reason": link.reason})


def _keep_attachments(number: str, mail: Mail, files: Files) -> tuple[Attachment, ...]:
    kept = []
    for index, file in enumerate(mail.files[:_MOST_ATTACHMENTS]):
        ref = files.keep(f"attachments/{number}/{index}", file.content, file.content_type)
        kept.append(
            Attachment(
                name=one_line(file.name, 200), content_type=file.content_type[:100], size=len(file.content), ref=ref
            )
        )
    return tuple(kept)


def _id_in(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]
