"""Behind the inbox: make a ticket of the mail or the form that lies stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from contracts.mail_set_aside import MailSetAside, MailSetAsideData
from contracts.ticket import TEXT_LIMIT_BYTES, Attachment, Customer, Ticket
from contracts.ticket_received import TicketReceived
from services.intake.app.ports import Bus, Files, Tickets
from services.intake.app.writing import receive
from services.intake.domain.form import check_form
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
