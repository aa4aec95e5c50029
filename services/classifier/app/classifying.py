"""A ticket came in: it is read, or goes on unread; it never ends in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.rules import Rules
from contracts.ticket import Reading, Ticket
from contracts.ticket_classified import TicketClassified, TicketClassifiedData
from contracts.ticket_received import TicketReceived
from services.classifier.app.ports import Bus, Calls, Model, Readings, RulesSnapshot, Unread
from services.classifier.app.rationed import Rationed, Spent
from services.classifier.app.reading import read
from services.classifier.domain.answer import Refused
from services.classifier.domain.reading import no_reading
from services.classifier.domain.unread import FIRST_AGAIN
from shared.errors import NotNow

SOONEST_RETRY_S = 15.0
"""Seconds before the first retry of a call that failed; later ones wait as long as the ticket has waited already."""


def classify(
    *,
    received: TicketReceived,
    again: bool,
    rules: RulesSnapshot,
    model: Model,
    calls: Calls,
    readings: Readings,
    unread: Unread,
    bus: Bus,
    now: datetime,
    patience: timedelta,
) -> TicketClassified:
    """Read the ticket once and say so on the bus. A redelivery says the same thing and asks no model.

    ``again`` says that the message was delivered before. Raises ``NotNow`` while the model is not there and the ticket
    has waited for less than ``patience``.
    """
    ticket = received.data.ticket
    event_id = TicketClassified.id_of(ticket_id=ticket.ticket_id, cause=received.metadata)
    classified = readings.find(ticket.ticket_id, event_id)
    if classified is None:
        waited = now - received.metadata.occurred_at
        try:
            reading, again_at = _read(ticket, rules.get(), Rationed(model, calls, now), now)
        except NotNow as error:
            if waited < patience:
                unread.waits(received, str(error))
                wait = min(max(waited.total_seconds(), SOONEST_RETRY_S), (patience - waited).total_seconds() + 1)
                raise NotNow(str(error), retry_after=wait) from error
            reading, again_at = no_reading("unread", f"the model did not answer: {error}"), now + FIRST_AGAIN
        # What was there for the reading alone travels no further: each event after this one is stored and paid for.
        data = TicketClassifiedData(ticket=ticket.model_copy(update={"recent": ()}), reading=reading)
        said = TicketClassified.caused_by(
            ticket_id=ticket.ticket_id, cause=received.metadata, occurred_at=now, data=data
        )
        classified = readings.keep(said, again_at=again_at)
    if again:
        unread.waits_no_longer(ticket.ticket_id)
    bus.publish(classified)
    return classified


def _read(ticket: Ticket, rules: Rules, model: Model, now: datetime) -> tuple[Reading, datetime | None]:
    """The reading; of one that is unread, when it is tried again by itself. None: only when a person says so."""
    try:
        return read(ticket=ticket, rules=rules, model=model), None
    except Refused as error:  # waiting would not help: people have the ticket now, and it is tried again beside that
        return no_reading("unread", f"the model refuses: {error}"), now + FIRST_AGAIN
    except Spent as error:
        return no_reading("unread", str(error)), None
