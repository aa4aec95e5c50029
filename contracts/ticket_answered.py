"""TicketAnswered v1: One of our own people answered a ticket by mail. Produced by intake."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Contract, Event, UtcTime
from contracts.ticket import ObjectRef, Person

ANSWER_LIMIT_BYTES = 8_000
"""UTF-8 bytes of an answer's words that travel with the event; the whole mail is in ``raw``."""


class TicketAnsweredData(Contract):
    """The data of TicketAnswered. The answer itself is no ticket and no word of the customer's."""

    ticket_id: str = Field(min_length=1, description="The ticket whose hand-off the answer belongs to.")
    answered_by: Person
    answered_at: UtcTime
    text: str = Field(default="", description="The first words of the answer, without what it quotes.")
    message_id: str | None = Field(default=None, description="RFC 5322 Message-ID of the answer.")
    to_customer: bool = Field(
        description="Whether the customer is among its recipients. False: a reply to a hand-off mail that reached the "
        "router only; the team must be told where the customer's address is."
    )
    raw: ObjectRef = Field(description="The mail exactly as it came in.")


class TicketAnswered(Event):
    """Our own people answered. Its correlation id is the id of the ticket that was answered."""

    source: ClassVar[str] = "tickets.intake"
    data: TicketAnsweredData
