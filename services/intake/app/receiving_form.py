"""Behind the inbox: make a ticket of the form that lies stored."""

from __future__ import annotations

import json
from datetime import datetime

from contracts.ticket import TEXT_LIMIT_BYTES, Attachment, Customer, Ticket
from contracts.ticket_received import TicketReceived
from services.intake.app.ports import Bus, Files, Tickets
from services.intake.app.writing import receive
from services.intake.domain.form import check_form
from services.intake.domain.form_files import FormFile, upload_key
from services.intake.domain.linking import Folding
from services.intake.domain.text import cut_to_bytes

NOT_SCANNED = "not scanned for viruses"
DID_NOT_ARRIVE = "did not arrive: ask the customer for it"


def receive_form(
    *, key: str, received_at: datetime, folding: Folding, files: Files, tickets: Tickets, bus: Bus
) -> TicketReceived:
    """Make a ticket of the form stored under ``key``."""
    form = check_form(json.loads(files.read(key)))
    number = _id_in(key)
    text, cut = cut_to_bytes(form.message, TEXT_LIMIT_BYTES)
    ticket = Ticket(
        ticket_id=number,
        source="form",
        customer=Customer(email=form.email, name=form.name or None, found_by="form"),
        subject=form.subject,
        text=text,
        text_cut=cut,
        attachments=tuple(_attached(number, index, file, files) for index, file in enumerate(form.files)),
        received_at=received_at,
        raw=files.ref(key),
        topic_hint=form.topic or None,
        order_number=form.order_number or None,
        flags=("spam",) if form.by_machine else (),
    )
    return receive(ticket=ticket, thread=(), folding=folding, tickets=tickets, bus=bus)


def _attached(number: str, index: int, file: FormFile, files: Files) -> Attachment:
    """The file, out of reach of whoever may still post to where it was laid; or that it did not arrive."""
    size = files.size_of(upload_key(number, index))
    if size is None:
        return Attachment(name=file.name, content_type=file.content_type, size=file.size, remark=DID_NOT_ARRIVE)
    ref = files.copy(upload_key(number, index), f"attachments/{number}/{index}")
    return Attachment(name=file.name, content_type=file.content_type, size=size, ref=ref, remark=NOT_SCANNED)


def _id_in(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]
