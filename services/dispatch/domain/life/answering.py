"""A colleague answered, from their own tool. What would change nothing answers None."""

from __future__ import annotations

from datetime import datetime

from contracts.ticket import Person
from contracts.ticket_answered import TicketAnswered
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.life.steps import Step, stepped
from services.dispatch.domain.life.taking import still_true
from services.dispatch.domain.words import cut, line

WORDS_CHARS = 200


def answered_by_mail(handoff: HandOff, answered: TicketAnswered) -> HandOff | None:
    """The answer is shown, once. One that reached the customer takes the ticket.

    One that did not is no answer for the customer: the wait goes on, and the team is told where they can be written to.
    """
    data, key = answered.data, f"{ANSWER}{answered.metadata.event_id}"
    if handoff.part_of or key in handoff.heard:
        return None
    who, words = line(data.answered_by.name or data.answered_by.id), cut(line(data.text), WORDS_CHARS)
    if not data.to_customer:
        address = line(handoff.ticket.customer.email or "") or "no address is known"
        text = f"{who} wrote to the router only: the customer has not got it. They are reached at: {address}"
        note = Note(key=key, text=text)
        return handoff.model_copy(update={"heard": (*handoff.heard, key), "notes": (*handoff.notes, note)})
    note = Note(key=key, text=f"{who} answered the customer" + (f": “{words}”" if words else ""))
    heard = {"heard": (*handoff.heard, key), "notes": (*still_true(handoff), note)}
    return _taken(handoff, data.answered_by, data.answered_at).model_copy(update=heard)


def _taken(handoff: HandOff, by: Person, at: datetime) -> HandOff:
    step = Step(did="answered", by=by, at=at)
    if not handoff.is_open:
        return stepped(handoff, step, undoable=False)
    return stepped(handoff, step, taken_by=by, taken_at=max(at, handoff.ticket.received_at), notes=still_true(handoff))


ANSWER = "answer#"
"""How the key of a note about an answer begins."""
