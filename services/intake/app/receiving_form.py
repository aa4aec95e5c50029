"""Behind the inbox: make a ticket of the form that lies stored."""

from __future__ import annotations

import json
from datetime import datetime

from contracts.ticket import TEXT_LIMIT_BYTES, Customer, Ticket
from contracts.ticket_received import TicketReceived
from services.intake.app.ports import Bus, Files, Tickets
from services.intake.app.writing import receive
from services.intake.domain.form import check_form
from services.intake.domain.linking import Folding
from services.intake.domain.text import cut_to_bytes


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


def _id_in(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]
