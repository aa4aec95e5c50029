"""What dispatch's own queue brings: events, and what a button or a schedule left there."""

from __future__ import annotations

from typing import Any

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_corrected import TicketCorrected as TicketCorrectedV1
from contracts.ticket_corrected_v2 import TicketCorrected
from contracts.ticket_received import TicketReceived
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.domain.errors import NotYourTurn, next_try
from services.dispatch.domain.life.handoff import Went
from services.dispatch.handler import wiring
from services.dispatch.handler.schedules import report
from shared.consume import Message, consume, event_of
from shared.errors import NotNow

KINDS = (MoveDecided, TicketReceived, TicketCorrected, TicketCorrectedV1, TicketAnswered, MailSetAside)
"""What the bus brings. v1 of a correction only while v2 comes in: it may wait in the queue."""


def inbox(batch: dict[str, Any], context: object) -> dict[str, Any]:
    """MoveDecided, copies, corrections, and what a button wants shown, from dispatch's queue."""
    return consume(batch, context, take=_take)


def _take(record: Message) -> None:
    try:
        _do_as_asked(record)
    except NotYourTurn:
        raise
    except NotNow as error:
        raise NotNow(str(error), retry_after=next_try(error.retry_after, record.received)) from error


def _do_as_asked(record: Message) -> None:
    if period := aws.asked_to_look_back(record.body):
        return report(period)
    if wanted := aws.asked_to_mail_list(record.body):
        return _mail_list(*wanted)
    if told := aws.told_where_it_went(record.body):
        ticket_id, went = told
        return app.hear_where_it_went(ticket_id=ticket_id, went=Went.model_validate(went), log=wiring.hand_offs())
    if asked := aws.asked_to_show(record.body):
        ticket_id, tell = asked
        _tell(ticket_id, tell)
    else:
        event = event_of(record.body, *KINDS)
        if isinstance(event, MailSetAside):
            return wiring.hand_offs().keep_aside(event)
        ticket_id = _record(event)
    handoff = app.settle(ticket_id=ticket_id, outside=wiring.outside())
    place = handoff.place if handoff else None
    wiring.log.info("settled", ticket_id=ticket_id, place=place.destination.address if place else None)


def _mail_list(name: str, day: str) -> None:
    team = wiring.rules().get().team(name)
    if team:
        app.mail_list(team=team, day=day, outside=wiring.outside())


def _tell(ticket_id: str, tell: dict[str, str]) -> None:
    """Answer whoever pressed, or ask them what is still to be known."""
    handoff = wiring.hand_offs().get(ticket_id) if tell.get("ask") else None
    if handoff and tell["ask"] == "whom":
        wiring.places().ask_whom(tell["channel"], tell["user"], handoff)
        return
    text = app.attach_everything(handoff, outside=wiring.outside()) if handoff else tell.get("text", "")
    if text:
        wiring.places().tell(tell["channel"], tell["user"], text)


def _record(event: Event) -> str:
    if isinstance(event, MoveDecided):
        return app.dispatch(decided=event, log=wiring.hand_offs(), rules=wiring.rules().get(), now=wiring.utc_now())
    if isinstance(event, TicketReceived):
        return app.receive_copy(received=event, log=wiring.hand_offs(), rules=wiring.rules().get())
    if isinstance(event, TicketAnswered):
        return app.hear_answer(answered=event, log=wiring.hand_offs(), now=wiring.utc_now())
    return event.metadata.correlation_id
