"""Behind the inbox: make a ticket of the mail that lies stored, or set it aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.mail_set_aside import MailSetAside, MailSetAsideData
from contracts.ticket import REST_LIMIT_BYTES, TEXT_LIMIT_BYTES, Attachment, Ticket
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_received import TicketReceived
from services.intake.app.answering import receive_answer
from services.intake.app.loops import why_looping
from services.intake.app.many_at_once import why_quiet
from services.intake.app.ports import Bus, Counter, Files, Tickets
from services.intake.app.writing import is_written, receive
from services.intake.domain.identity import ticket_id
from services.intake.domain.linking import Folding
from services.intake.domain.mail import Mail, read_mail
from services.intake.domain.mail.sender import staff_check
from services.intake.domain.text import cut_to_bytes, one_line

_MOST_ATTACHMENTS = 50
"""Attachments listed on a ticket; the raw mail has them all."""


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
    counter: Counter,
    most_an_hour: int = 0,
    released: bool = False,
) -> TicketReceived | TicketAnswered | None:
    """Make a ticket of the mail stored under ``key``; None when it was set aside; or say that a ticket was answered.

    Set aside is what only a machine writes, and what goes round in circles. An answer is mail of our own people about a
    ticket. ``released``: a person said that this mail is a ticket, whatever it looks like. ``most_an_hour``: mails of
    one sender that make loud tickets; our own people may send any number; 0 takes any number of everybody.
    """
    read = read_mail(files.read(key), staff=staff, ours=ours)
    if not released:
        answer, doubt = receive_answer(
            mail=read,
            raw=files.ref(key),
            received_at=received_at,
            staff=staff,
            ours=ours,
            tickets=tickets,
            bus=bus,
            counter=counter,
        )
        if answer:
            return answer
        read = replace(read, maybe_automatic=read.maybe_automatic or doubt)
    mail = _in_its_thread(read, staff=staff, tickets=tickets)
    number, of_us = ticket_id(*mail.natural_key), staff_check(staff)(mail.sender)
    ticket = _ticket(number, mail, files=files, key=key, received_at=received_at)
    if released:
        ticket = ticket.model_copy(update={"maybe_automatic": None})
        tickets.released(key=key, received_at=received_at)
    else:
        reason = mail.automatic
        is_new = not reason and not is_written(ticket, tickets=tickets)
        if is_new:
            reason = why_looping(mail=mail, key=key, counter=counter, now=received_at)
        if reason:
            tickets.set_aside(key=key, number=number, mail=mail, reason=reason, received_at=received_at)
            bus.publish(_set_aside(number, mail, reason, files=files, key=key, received_at=received_at))
            return None
        if is_new and not of_us and not ticket.maybe_automatic:
            quiet = why_quiet(mail=mail, key=key, limit=most_an_hour, counter=counter, now=received_at)
            ticket = ticket.model_copy(update={"maybe_automatic": quiet})
    ticket = ticket.model_copy(update={"attachments": _keep_attachments(number, mail, files)})
    return receive(ticket=ticket, thread=mail.thread, trusted=of_us, folding=folding, tickets=tickets, bus=bus)


def _in_its_thread(mail: Mail, *, staff: Sequence[str], tickets: Tickets) -> Mail:
    """The mail as it is read in its thread: an answer to somebody whom nobody here knows of is about what they wrote.

    (Support is put in Cc of a thread that runs elsewhere: its first mail here is a reply, and what it is about stands
    only in the history.)
    """
    if mail.of_stranger is None or tickets.roots(mail.thread):
        return mail
    return mail.with_history(of=mail.of_stranger if staff_check(staff)(mail.sender) else mail.customer)


def _ticket(number: str, mail: Mail, *, files: Files, key: str, received_at: datetime) -> Ticket:
    text, cut = cut_to_bytes(mail.text, TEXT_LIMIT_BYTES)
    return Ticket(
        ticket_id=number,
        source="mail",
        customer=mail.customer,
        subject=mail.subject,
        text=text,
        text_cut=cut or mail.cut,
        received_at=received_at,
        raw=files.ref(key),
        message_id=mail.message_id,
        flags=mail.flags,
        folded=mail.folded,
        rest=cut_to_bytes(mail.rest, REST_LIMIT_BYTES)[0],
        maybe_automatic=mail.maybe_automatic,
    )


def _set_aside(number: str, mail: Mail, reason: str, *, files: Files, key: str, received_at: datetime) -> MailSetAside:
    data = MailSetAsideData(
        reason=reason, received_at=received_at, raw=files.ref(key), sender=one_line(mail.sender, 254) or None
    )
    return MailSetAside.caused_by(ticket_id=number, cause=None, occurred_at=received_at, data=data, key=key)


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
