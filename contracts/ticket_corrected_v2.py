"""TicketCorrected v2: A person changed what had been decided about a ticket, or took that back. Produced by dispatch.

v2 knows more kinds than v1. What v1 knows is said in both versions, under one event id: it is one fact. Consumers
pin the version they read.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from contracts import ticket_corrected as v1
from contracts.envelope import Contract, Event, UtcTime
from contracts.ticket import Correction as CorrectionV1
from contracts.ticket import Person, Placement, Reading, Ticket

CorrectionKind = Literal["reassigned", "bumped", "lowered", "split", "unfolded", "not_a_ticket", "undone"]

IN_V1 = ("reassigned", "bumped", "split", "unfolded")
"""Kinds that v1 knows as well."""


class Correction(Contract):
    """What a person changed."""

    kind: CorrectionKind
    before: Placement
    after: Placement
    corrected_by: Person
    corrected_at: UtcTime
    undoes: str | None = Field(
        default=None, description="Event id of the correction that this takes back, and with it what it taught."
    )

    @property
    def is_yes(self) -> bool:
        """Whether it says that the correction before it was right: nothing moved, and nothing had been wrong."""
        return self.kind == "reassigned" and self.before == self.after


class TicketCorrectedData(Contract):
    """The data of TicketCorrected."""

    ticket: Ticket
    reading: Reading | None = None
    correction: Correction


class TicketCorrected(Event):
    """A person changed what had been decided, or took that back."""

    source: ClassVar[str] = "tickets.dispatch"
    version: ClassVar[int] = 2
    data: TicketCorrectedData


def as_v2(event: Event) -> TicketCorrected:
    """The fact as v2 says it, whichever version told it: for what waited in a queue while v2 came in."""
    told = event.model_dump()
    return TicketCorrected.model_validate(
        {**told, "metadata": {**told["metadata"], "version": TicketCorrected.version}}
    )


def as_v1(event: TicketCorrected) -> v1.TicketCorrected | None:
    """The same fact as v1 says it, under the same id; None for what v1 has no word for."""
    data = event.data
    if data.correction.kind not in IN_V1:
        return None
    said = CorrectionV1.model_validate(data.correction.model_dump(exclude={"undoes"}))
    return v1.TicketCorrected(
        metadata=event.metadata.model_copy(update={"version": v1.TicketCorrected.version}),
        data=v1.TicketCorrectedData(ticket=data.ticket, reading=data.reading, correction=said),
    )
