"""Tickets that no model could read are read again, once the model is back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from contracts.rules import Rules
from contracts.ticket_classified import TicketClassified, TicketClassifiedData
from services.classifier.app.ports import Bus, Calls, Model, Readings, RulesSnapshot, Unread
from services.classifier.app.rationed import Rationed, Spent
from services.classifier.app.reading import read
from services.classifier.domain.answer import Refused
from services.classifier.domain.unread import Owed
from shared.errors import NotNow

REFUSALS = 2
"""After so many in one sweep it is the model, not the ticket: the others are left for later."""
KEY = "read again"
"""Names the second TicketClassified of a ticket. Its cause is the first: read twice, it has the same id twice."""


@dataclass(frozen=True)
class Reread:
    """What a sweep came to."""

    read: tuple[str, ...] = ()
    """Ticket ids."""
    unread: tuple[str, ...] = ()
    """Tried, and unread all the same."""
    stopped: str | None = None
    """Why the rest was not tried."""


def reread(
    *,
    rules: RulesSnapshot,
    model: Model,
    calls: Calls,
    readings: Readings,
    unread: Unread,
    bus: Bus,
    now: datetime,
    has_time: Callable[[], bool],
    only: Collection[str] | None = None,
) -> Reread:
    """Read what is due; with ``only``, those tickets whenever they are due (all that are unread when it is empty).

    The first of them is the probe: while the model is away, a sweep makes one call. What is read is said as a new
    TicketClassified caused by the one that said *unread*; what a person has done with the ticket meanwhile stays.
    """
    read_now: list[str] = []
    still: list[str] = []
    in_force: Rules | None = None
    rationed = Rationed(model, calls, now)
    for owed in unread.due(now if only is None else None):
        if only and owed.ticket_id not in only:
            continue
        if not has_time():
            return Reread(tuple(read_now), tuple(still), "there was no more time; the next sweep goes on")
        in_force = in_force or rules.get()
        try:
            done = _again(owed, in_force, rationed, readings, unread, bus, now)
        except Refused as error:
            unread.postpone(owed, now + owed.pause, f"the model refuses: {error}")
            still.append(owed.ticket_id)
            if len(still) >= REFUSALS and not read_now:
                return Reread(tuple(read_now), tuple(still), f"the model refuses: {error}")
            continue
        except (NotNow, Spent) as error:
            return Reread(tuple(read_now), tuple(still), str(error))
        (read_now if done else still).append(owed.ticket_id)
    return Reread(tuple(read_now), tuple(still))


def _again(owed: Owed, rules: Rules, model: Model, readings: Readings, unread: Unread, bus: Bus, now: datetime) -> bool:
    first = readings.find(owed.ticket_id, owed.event_id)
    if first is None:  # expired
        unread.settle(owed)
        return False
    ticket, cause = first.data.ticket, first.metadata
    said = readings.find(owed.ticket_id, TicketClassified.id_of(ticket_id=owed.ticket_id, cause=cause, key=KEY))
    if said is None:
        reading = read(ticket=ticket, rules=rules, model=model)
        if reading.outcome == "unread":  # an answer, and no usable one: people have it, asking on would only cost
            unread.postpone(owed, None, reading.why)
            return False
        data = TicketClassifiedData(ticket=ticket, reading=reading)
        said = readings.keep(
            TicketClassified.caused_by(ticket_id=owed.ticket_id, cause=cause, occurred_at=now, data=data, key=KEY)
        )
    bus.publish(said)
    unread.settle(owed)
    return True
