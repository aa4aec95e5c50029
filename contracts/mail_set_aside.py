"""MailSetAside v1: A mail is no ticket: a machine sent it. Produced by intake."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Contract, Event, UtcTime
from contracts.ticket import ObjectRef


class MailSetAsideData(Contract):
    """The data of MailSetAside. No word of the mail: who needs them reads the mail."""

    reason: str = Field(description="Why it is no ticket, in plain words.")
    received_at: UtcTime
    raw: ObjectRef = Field(description="The mail exactly as it came in.")
    sender: str | None = Field(default=None, description="The address it came from, so that people can recognise it.")


class MailSetAside(Event):
    """A mail is no ticket. Its correlation id is the id that the ticket would have had."""

    source: ClassVar[str] = "tickets.intake"
    data: MailSetAsideData
