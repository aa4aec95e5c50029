"""classifier's one use case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from contracts.envelope import Event
from contracts.rules import Rules
from contracts.ticket import Reading, Ticket
from contracts.ticket_classified import TicketClassified, TicketClassifiedData
from contracts.ticket_received import TicketReceived
from services.classifier.domain.answer import Answer, Unusable, check
from services.classifier.domain.prompt import Prompt, build_prompt
from services.classifier.domain.reading import no_reading, reading_of
from services.classifier.domain.text import is_too_short
from shared.errors import NotNow

SOONEST_RETRY_S = 15.0
"""Seconds before the first retry of a call that failed; later ones wait as long as the ticket has waited already."""


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class RulesSnapshot(Protocol):
    """Gives the rules in force."""

    def get(self) -> Rules: ...


class Model(Protocol):
    """Answers one prompt.

    Raises ``NotNow`` when it cannot be reached, is throttled or sends something that is no answer of this model.
    """

    @property
    def name(self) -> str: ...

    def ask(self, prompt: Prompt) -> Answer: ...


class Readings(Protocol):
    """Keeps what was emitted, under its event id."""

    def find(self, ticket_id: str, event_id: str) -> TicketClassified | None: ...

    def keep(self, classified: TicketClassified) -> TicketClassified:
        """Store it unless its id is taken; return the one that is stored."""
        ...


def classify(
    *,
    received: TicketReceived,
    rules: RulesSnapshot,
    model: Model,
    readings: Readings,
    bus: Bus,
    now: datetime,
    patience: timedelta,
) -> TicketClassified:
    """Read the ticket once and say so on the bus. A redelivery says the same thing and asks no model.

    Raises ``NotNow`` while the model is not there and the ticket has waited for less than ``patience``.
    """
    ticket = received.data.ticket
    event_id = TicketClassified.id_of(ticket_id=ticket.ticket_id, cause=received.metadata)
    classified = readings.find(ticket.ticket_id, event_id)
    if classified is None:
        waited = now - received.metadata.occurred_at
        try:
            reading = read(ticket=ticket, rules=rules.get(), model=model)
        except NotNow as error:
            if waited < patience:
                wait = min(max(waited.total_seconds(), SOONEST_RETRY_S), (patience - waited).total_seconds() + 1)
                raise NotNow(str(error), retry_after=wait) from error
            reading = no_reading("unread", f"the model did not answer: {error}")
        classified = readings.keep(
            TicketClassified.caused_by(
                ticket_id=ticket.ticket_id,
                cause=received.metadata,
                occurred_at=now,
                data=TicketClassifiedData(ticket=ticket, reading=reading),
            )
        )
    bus.publish(classified)
    return classified


def read(*, ticket: Ticket, rules: Rules, model: Model) -> Reading:
    """What the model makes of the ticket, checked against the sheet and weighed.

    One call; a second one, told what was wrong, when the answer cannot be used.
    """
    if is_too_short(ticket):
        return no_reading("too_short", "nothing in it says what it is about")
    prompt = build_prompt(ticket, rules)
    first = model.ask(prompt)
    try:
        return reading_of(check(first, rules), first, prompt, rules, model.name)
    except Unusable as error:
        second = model.ask(prompt.again(str(error))).after(first)
    try:
        return reading_of(check(second, rules), second, prompt, rules, model.name)
    except Unusable as error:
        why = f"the model's answer could not be used: {error}"
        return no_reading("unread", why, model=model.name, spent=second)
