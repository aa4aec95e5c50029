"""dispatch's Lambda entry points."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.adapters.picture import png
from services.dispatch.adapters.press import Press, presses_in
from services.dispatch.adapters.signature import is_signed
from services.dispatch.domain.errors import NotYourTurn, TooLate, next_try
from services.dispatch.domain.report import month_before, week_before
from services.dispatch.domain.report_words import Prices
from services.dispatch.handler import mail_page, wiring
from shared.consume import consume, event_of
from shared.errors import BadInput, NotNow

BODY_LIMIT_BYTES = 512 * 1024
"""A block_actions payload repeats the whole message; Slack's stay far below this."""


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
        return _look_back(period)
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


# --- the buttons in Slack ---


def slack_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``POST /slack/actions``: a button was pressed. Recorded and acknowledged; the inbox does the rest."""
    raw = wiring.body_of(event)
    if len(raw) > BODY_LIMIT_BYTES:
        return _json(413, {"field": "body", "problem": f"is over {BODY_LIMIT_BYTES} bytes"})
    secret = aws.stored_secret(wiring.settings().slack_signing_secret_name)
    if not is_signed(raw, event.get("headers") or {}, secret=secret):
        return _json(401, {"field": "X-Slack-Signature", "problem": "is missing, wrong or older than five minutes"})
    try:
        for press in presses_in(raw):
            _act(press)
    except BadInput as error:
        return _json(400, error.as_dict())
    return {"statusCode": 200, "body": ""}


def _act(press: Press) -> None:
    tell = ""
    try:
        wiring.do(press.action, press.ticket_id, press.revision, press.choice, press.by)
    except TooLate as late:
        tell = "" if late.again else str(late)
    except (LookupError, ValueError) as error:
        tell = str(error)
    answer = {"channel": press.channel, "user": press.by.id, "text": tell} if tell and press.channel else {}
    wiring.log.info("pressed", ticket_id=press.ticket_id, action=press.action, told=tell)
    if press.action == "take" or tell:
        aws.ask_to_show(wiring.settings(), press.ticket_id, **answer)


# --- the page behind a mail's link ---


def mail_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``/actions/{token}``: GET shows the ticket and what can be done, POST does it. Nothing but a POST changes."""
    return mail_page.answer(event)


# --- on a schedule ---


def remind(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Every few minutes: raises what waits too long, finishes what was left half done, keeps the lists' waits true."""
    now, rules, after = wiring.utc_now(), wiring.rules().get(), wiring.settings().reminders
    for ticket_id in app.remind(log=wiring.hand_offs(), rules=rules, after=after, now=now):
        aws.ask_to_show(wiring.settings(), ticket_id)
    for team in rules.teams:
        # One by one: a channel that is gone must not keep the others' lists from being kept.
        try:
            app.list_queues(teams=[team.name], outside=wiring.outside())
        except NotNow as error:
            wiring.log.info("a list waits for the next time", team=team.name, why=str(error))


def look_back(event: dict[str, Any], _context: LambdaContext) -> None:
    """On Mondays and on the first of the month: ``{"period": "week"}`` or ``{"period": "month"}``.

    ``{"at": "2026-12-01T08:00:00Z"}`` looks back from then. While Slack is down the request waits in the inbox.
    """
    asked = {"period": str(event.get("period") or "week"), "at": str(event.get("at") or wiring.utc_now().isoformat())}
    try:
        _look_back(asked)
    except NotNow as error:
        wiring.log.info("the report waits in the inbox", why=str(error))
        aws.ask_to_look_back(wiring.settings(), asked)


def count_outcomes(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Once a day: tells learning how the routed tickets of the last weeks fared."""
    counted = app.count_outcomes(rows=wiring.hand_offs(), bus=wiring.bus(), now=wiring.utc_now())
    outcomes = counted.data.outcomes
    right, wrong = sum(one.right for one in outcomes), sum(one.wrong for one in outcomes)
    wiring.log.info("outcomes counted", right=right, wrong=wrong)


def _look_back(event: dict[str, str]) -> None:
    ours = wiring.settings()
    now = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
    before = month_before if event["period"] == "month" else week_before
    prices = Prices(ours.model_usd_per_million_in, ours.model_usd_per_million_out)
    period = before(now, ZoneInfo(ours.time_zone))
    found = app.look_back(period=period, rows=wiring.hand_offs(), prices=prices, now=now)
    app.report(report=found, draw=png, outside=wiring.outside())
    wiring.log.info("reported", period=period.name, tickets=found.now.tickets)


def _json(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
