"""Behind the inbox: our own people's answers, told to whoever shows the ticket, and never a ticket themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contracts.ticket import ObjectRef
from contracts.ticket_answered import ANSWER_LIMIT_BYTES, TicketAnswered, TicketAnsweredData
from services.intake.app.loops import why_looping
from services.intake.app.ports import Bus, Counter, Tickets
from services.intake.domain.answer import answered, answerer, keys_of, may_be_answer, reaches_customer, why_doubted
from services.intake.domain.mail import Mail
from services.intake.domain.mail.sender import staff_check
from services.intake.domain.text import cut_to_bytes


def receive_answer(
    *,
    mail: Mail,
    raw: ObjectRef,
    received_at: datetime,
    staff: Sequence[str],
    ours: Sequence[str],
    tickets: Tickets,
    bus: Bus,
    counter: Counter,
) -> tuple[TicketAnswered | None, str | None]:
    """Say that a ticket was answered, when this mail does; None, and why a person must look, when it only seems to.

    What goes round in circles (an absence note without any mark that answers each of our mails) is no answer. The
    answer's own Message-ID joins the thread, so that the customer's reply to it finds the ticket. A redelivery says
    the same again under the same event id.
    """
    is_ours = staff_check((*staff, *ours))
    if not may_be_answer(mail, is_ours=is_ours):
        return None, None
    keys = keys_of(mail)
    ticket = answered(mail, keys, tickets.roots(keys)) if keys else None
    if ticket is None:
        return None, None
    if doubt := why_doubted(mail):
        return None, doubt
    data = TicketAnsweredData(
        ticket_id=ticket.root,
        answered_by=answerer(mail),
        answered_at=received_at,
        text=cut_to_bytes(mail.text, ANSWER_LIMIT_BYTES)[0],
        message_id=mail.message_id,
        to_customer=reaches_customer(mail, ticket, is_ours=is_ours),
        raw=raw,
    )
    event = TicketAnswered.caused_by(
        ticket_id=ticket.root, cause=None, occurred_at=received_at, data=data, key="\x1f".join(mail.natural_key)
    )
    if not tickets.has_answer(event):
        if why_looping(mail=mail, key=raw.key, counter=counter, now=received_at):
            return None, None
        tickets.keep_answer(event, customer=ticket.customer)
    bus.publish(event)
    return event, None
