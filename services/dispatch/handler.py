"""dispatch's Lambda entry points and composition root."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.move_decided import MoveDecided
from contracts.rules import Rules
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.adapters.mail import Mailroom
from services.dispatch.adapters.places import Places
from services.dispatch.adapters.press import Press, press_of
from services.dispatch.adapters.signature import is_signed
from services.dispatch.adapters.slack import Slack
from services.dispatch.domain.errors import TooLate
from services.dispatch.settings import settings
from shared.bus import EventBus
from shared.consume import consume, event_of
from shared.errors import BadInput
from shared.observability import logger
from shared.snapshot import Snapshot

log = logger("dispatch")

BODY_LIMIT_BYTES = 512 * 1024
"""A block_actions payload repeats the whole message; Slack's stay far below this."""


@cache
def bus() -> EventBus:
    """One client per execution environment."""
    return aws.bus(settings())


@cache
def rules() -> Snapshot[Rules]:
    """One cache per execution environment."""
    return aws.rules(settings())


@cache
def hand_offs() -> HandOffLog:
    """The log."""
    return aws.log(settings())


@cache
def places() -> Places:
    """Slack and the inboxes."""
    workspace = Slack(url=settings().slack_api_url, token=aws.slack_bot_token(settings()))
    return Places(
        workspace, Mailroom(aws.mail_client(), sender=settings().mail_from, domain=settings().team_mail_domain)
    )


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """MoveDecided, copies and corrections from dispatch's queue."""
    return consume(batch, context, take=_take, sqs=aws.queues())


def _take(record: SQSRecord) -> None:
    ticket_id = _ticket_to_settle(record.body)
    handoff = app.settle(
        ticket_id=ticket_id,
        log=hand_offs(),
        places=places(),
        rules=rules().get(),
        bus=bus(),
        clock=partial(datetime.now, UTC),
    )
    place = handoff.place if handoff else None
    log.info("settled", ticket_id=ticket_id, place=place.destination.address if place else None)


def _ticket_to_settle(body: str) -> str:
    if shown := aws.asked_to_show(body):
        return shown
    event = event_of(body, MoveDecided, TicketReceived, TicketCorrected)
    if isinstance(event, MoveDecided):
        return app.dispatch(decided=event, log=hand_offs())
    if isinstance(event, TicketReceived):
        return app.receive_copy(received=event, log=hand_offs())
    return event.metadata.correlation_id


def slack_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``POST /slack/actions``: a button was pressed. Recorded and acknowledged; the inbox does the rest."""
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    if len(raw) > BODY_LIMIT_BYTES:
        return _answer(413, {"problem": f"The body is over {BODY_LIMIT_BYTES} bytes"})
    if not is_signed(raw, event.get("headers") or {}, secret=aws.slack_signing_secret(settings())):
        return _answer(401, {"field": "X-Slack-Signature", "problem": "The signature is missing, wrong or too old"})
    try:
        presses = press_of(_payload(raw))
    except BadInput as error:
        return _answer(400, error.as_dict())
    for press in presses:
        _act(press)
    return {"statusCode": 200, "body": ""}


def _act(press: Press) -> None:
    now = datetime.now(UTC)
    try:
        if press.action == "take":
            app.take(ticket_id=press.ticket_id, by=press.by, log=hand_offs(), now=now)
        elif press.action == "reassign" and press.choice:
            app.reassign(
                ticket_id=press.ticket_id,
                revision=press.revision,
                choice=press.choice,
                by=press.by,
                log=hand_offs(),
                rules=rules(),
                bus=bus(),
                now=now,
            )
    except (TooLate, LookupError) as told:
        log.info("not done", ticket_id=press.ticket_id, action=press.action, why=str(told))
    aws.ask_to_show(settings(), press.ticket_id)


def _payload(raw: bytes) -> dict[str, Any]:
    try:
        form = parse_qs(raw.decode(), strict_parsing=True)
        payload = json.loads(form["payload"][0])
    except (ValueError, KeyError) as error:
        raise BadInput("payload", "is not there or not JSON", "Send what Slack sends: a form field payload") from error
    if not isinstance(payload, dict):
        raise BadInput("payload", "is not an object", "Send what Slack sends")
    return payload


def _answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
