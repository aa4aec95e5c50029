"""The model's ``same_as``, checked: one of those shown, and nothing says that it is another problem."""

from __future__ import annotations

from typing import Any

from contracts.ticket import Reading, RecentTicket, Ticket
from services.classifier.domain.same.asking import FIELD, oldest_first, told_of
from services.classifier.domain.same.differences import differences
from services.classifier.domain.same.wording import own_words


def with_same(reading: Reading, said: Any, ticket: Ticket) -> Reading:
    """The reading with what it is a copy of, when that holds."""
    one = _named(said, ticket)
    if one is None or differences(own_words(ticket.subject, ticket.text), own_words("", one.words)):
        return reading
    return reading.model_copy(update={"same_as": one.ticket_id, "same_because": told_of(ticket, one)})


def _named(said: Any, ticket: Ticket) -> RecentTicket | None:
    number = said.get(FIELD) if isinstance(said, dict) else None
    if isinstance(number, str) and number.strip().isdecimal() and len(number) < 4:
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return next((one for place, one in enumerate(oldest_first(ticket), 1) if place == number), None)
