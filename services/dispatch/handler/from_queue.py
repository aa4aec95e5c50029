"""What dispatch's own queue brings: events, and what a button or a schedule left there."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.domain.errors import NotYourTurn, next_try
from services.dispatch.handler import wiring
from services.dispatch.handler.schedules import report
from shared.consume import consume, event_of
from shared.errors import NotNow


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """MoveDecided, copies, corrections, and what a button wants shown, from dispatch's queue."""
    return consume(batch, context, take=_take)


def _take(record: SQSRecord) -> None:
    try:
        _do_as_asked(record)
    except NotYourTurn:
        raise
    except NotNow as error:
        tries = int(record.attributes.approximate_receive_count or 1)
        raise NotNow(str(error), retry_after=next_try(error.retry_after, tries)) from error


def _do_as_asked(record: SQSRecord) -> None:
    if period := aws.asked_to_look_back(record.body):
        return report(period)
    if asked := aws.asked_to_show(record.body):
        ticket_id, tell = asked
        if tell:
            wiring.places().tell(tell["channel"], tell["user"], tell["text"])
    else:
        event = event_of(record.body, MoveDecided, TicketReceived, TicketCorrected, MailSetAside)
        if isinstance(event, MailSetAside):
            return wiring.hand_offs().keep_aside(event)
        ticket_id = _record(event)
    handoff = app.settle(ticket_id=ticket_id, outside=wiring.outside())
    place = handoff.place if handoff else None
    wiring.log.info("settled", ticket_id=ticket_id, place=place.destination.address if place else None)


def _record(event: Event) -> str:
    if isinstance(event, MoveDecided):
        return app.dispatch(decided=event, log=wiring.hand_offs(), now=wiring.utc_now())
    if isinstance(event, TicketReceived):
        return app.receive_copy(received=event, log=wiring.hand_offs())
    return event.metadata.correlation_id
