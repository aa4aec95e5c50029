"""dispatch's Lambda entry points and composition root."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.rules import Rules
from contracts.ticket import Person
from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.adapters.mail import Mailroom
from services.dispatch.adapters.pages import HEADERS, render
from services.dispatch.adapters.picture import png
from services.dispatch.adapters.places import Places
from services.dispatch.adapters.press import Press, presses_in
from services.dispatch.adapters.signature import is_signed
from services.dispatch.adapters.slack import Slack
from services.dispatch.domain import links, page
from services.dispatch.domain.actions import said
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.errors import NotYourTurn, TooLate, next_try
from services.dispatch.domain.handoff import HandOff
from services.dispatch.domain.report import month_before, week_before
from services.dispatch.domain.report_words import Prices
from services.dispatch.domain.words import line, seen, subject_of
from services.dispatch.settings import settings
from shared.bus import EventBus
from shared.consume import consume, event_of
from shared.errors import BadInput, NotNow
from shared.observability import logger
from shared.snapshot import Snapshot

log = logger("dispatch")
utc_now: Callable[[], datetime] = partial(datetime.now, UTC)

BODY_LIMIT_BYTES = 512 * 1024
"""A block_actions payload repeats the whole message; Slack's stay far below this."""
NAME_CHARS = 80


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
    return HandOffLog(aws.table(settings()), retention_days=settings().retention_days)


@cache
def effects() -> Effects:
    """What is done once."""
    return Effects(aws.table(settings()))


@cache
def places() -> Places:
    """Slack and the inboxes."""
    ours = settings()
    token = partial(aws.current_secret, ours.slack_bot_token_name)
    fallback = timedelta(minutes=ours.inbox_fallback_minutes) if ours.inbox_fallback_minutes else None
    return Places(
        Slack(url=ours.slack_api_url, token=token, wait_turn=partial(effects().wait_turn, every=1.0, burst=3)),
        Mailroom(
            aws.mail_client(),
            sender=ours.mail_from,
            domain=ours.team_mail_domain,
            link=_link,
            reply_to_customer=ours.reply_to_customer,
        ),
        effects(),
        managers_channel=ours.managers_channel,
        fallback_after=fallback,
    )


def _outside() -> app.Outside:
    return app.Outside(hand_offs(), effects(), places(), rules().get(), bus(), utc_now)


# --- the inbox ---


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """MoveDecided, copies, corrections, and what a button wants shown, from dispatch's queue."""
    return consume(batch, context, take=_take, sqs=aws.queues())


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
            places().tell(tell["channel"], tell["user"], tell["text"])
    else:
        event = event_of(record.body, MoveDecided, TicketReceived, TicketCorrected, MailSetAside)
        if isinstance(event, MailSetAside):
            return hand_offs().keep_aside(event)
        ticket_id = _record(event)
    handoff = app.settle(ticket_id=ticket_id, outside=_outside())
    place = handoff.place if handoff else None
    log.info("settled", ticket_id=ticket_id, place=place.destination.address if place else None)


def _record(event: Event) -> str:
    if isinstance(event, MoveDecided):
        return app.dispatch(decided=event, log=hand_offs(), now=utc_now())
    if isinstance(event, TicketReceived):
        return app.receive_copy(received=event, log=hand_offs())
    return event.metadata.correlation_id


# --- the buttons in Slack ---


def slack_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``POST /slack/actions``: a button was pressed. Recorded and acknowledged; the inbox does the rest."""
    raw = _body(event)
    if len(raw) > BODY_LIMIT_BYTES:
        return _json(413, {"field": "body", "problem": f"is over {BODY_LIMIT_BYTES} bytes"})
    secret = aws.stored_secret(settings().slack_signing_secret_name)
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
        _do(press.action, press.ticket_id, press.revision, press.choice, press.by)
    except TooLate as late:
        tell = "" if late.again else str(late)
    except (LookupError, ValueError) as error:
        tell = str(error)
    answer = {"channel": press.channel, "user": press.by.id, "text": tell} if tell and press.channel else {}
    log.info("pressed", ticket_id=press.ticket_id, action=press.action, told=tell)
    if press.action == "take" or tell:
        aws.ask_to_show(settings(), press.ticket_id, **answer)


def _do(action: str, ticket_id: str, revision: int | None, choice: Choice | None, by: Person) -> HandOff:
    if action == "take":
        return app.take(ticket_id=ticket_id, revision=revision, by=by, log=hand_offs(), now=utc_now())
    return app.correct(
        action=action,
        ticket_id=ticket_id,
        revision=revision,
        choice=choice,
        by=by,
        log=hand_offs(),
        rules=rules().get(),
        bus=bus(),
        now=utc_now(),
    )


# --- the page behind a mail's link ---


def mail_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``/actions/{token}``: GET shows the ticket and what can be done, POST does it. Nothing but a POST changes."""
    token, now = str((event.get("pathParameters") or {}).get("token", "")), utc_now()
    try:
        allowed = links.opened(token, _link_secret(), now=now)
    except links.Expired:
        return _page(410, "This link has expired", said="Open the ticket's newest mail, or look in the team's channel.")
    except links.BadLink:
        return _page(403, "This link does not work", said="It was changed on its way. Open it from the mail itself.")
    handoff = hand_offs().get(allowed.ticket_id)
    if handoff is None:
        return _page(404, "This ticket is not known here", said="It may have been deleted after its time.")
    title = subject_of(handoff.ticket)
    if handoff.revision != allowed.revision:
        said = f"{_last(handoff)} This link is for the time before."
        return _page(409, title, handoff, said=said, onward=_onward(allowed, handoff))
    if event["requestContext"]["http"]["method"] != "POST":
        return _page(200, title, handoff, form=True)
    return _send_off(parse_qs(_body(event).decode(errors="replace")), allowed, handoff)


def _send_off(form: dict[str, list[str]], allowed: links.Pass, handoff: HandOff) -> dict[str, Any]:
    title = subject_of(handoff.ticket)
    value, name = (line(form.get(field, [""])[0]) for field in ("do", "name"))
    if not name or len(name) > NAME_CHARS or value not in _values(handoff):
        return _page(400, title, handoff, form=True, said="Please choose what should happen, and sign with your name.")
    action, choice = page.chosen(value)
    by = Person(id=allowed.inbox, name=name)
    try:
        done = _do(action, allowed.ticket_id, allowed.revision, choice, by)
    except TooLate as late:
        now = hand_offs().get(allowed.ticket_id) or handoff
        return _page(409, title, now, said=f"{late}. Nothing was changed.", onward=_onward(allowed, now))
    except (LookupError, ValueError) as error:
        return _page(400, title, handoff, form=True, said=f"{error}. Nothing was changed.")
    if action == "take":
        aws.ask_to_show(settings(), allowed.ticket_id)
    said = "You have taken it." if action == "take" else _last(done)
    return _page(200, title, done, said=said, onward=_onward(allowed, done))


def _onward(allowed: links.Pass, handoff: HandOff) -> str:
    """A link to the ticket as it is now, when it still lies where the old link was sent."""
    there = handoff.place.destination.address if handoff.is_placed and handoff.place else None
    return links.sign(links.renewed(allowed, handoff), _link_secret()) if there == allowed.inbox else ""


def _values(handoff: HandOff) -> set[str]:
    # Take also when it is no longer offered: whoever is late is told who was first.
    return {"take", *(value for _, options in page.offered(handoff, rules().get()) for value, _ in options)}


def _last(handoff: HandOff) -> str:
    done = handoff.corrections[-1]
    return f"{line(done.corrected_by.name or done.corrected_by.id)} {said(done)}."


def _page(
    status: int,
    title: str,
    handoff: HandOff | None = None,
    *,
    form: bool = False,
    said: str = "",
    onward: str = "",
) -> dict[str, Any]:
    body = render(
        "page.html",
        title=title,
        said=said,
        handoff=handoff,
        facts=page.facts(handoff) if handoff else [],
        original=seen(handoff.ticket.text).strip() if handoff else "",
        groups=page.offered(handoff, rules().get()) if form and handoff else None,
        onward=onward,
    )
    return {"statusCode": status, "headers": HEADERS, "body": body}


def _link(handoff: HandOff, to: str) -> str:
    token = links.sign(links.pass_for(handoff, to, now=utc_now()), _link_secret())
    return f"{settings().api_url}/actions/{token}"


def _link_secret() -> str:
    return aws.stored_secret(settings().link_secret_name)


# --- on a schedule ---


def remind(_event: dict[str, Any], _context: LambdaContext) -> None:
    """Every few minutes: raises what waits too long, finishes what was left half done, keeps the lists' waits true."""
    now = utc_now()
    for ticket_id in app.remind(log=hand_offs(), rules=rules().get(), after=settings().reminders, now=now):
        aws.ask_to_show(settings(), ticket_id)
    try:
        app.list_queues(teams=[team.name for team in rules().get().teams], outside=_outside())
    except NotNow as error:
        log.info("lists wait for the next time", why=str(error))


def look_back(event: dict[str, Any], _context: LambdaContext) -> None:
    """On Mondays and on the first of the month: ``{"period": "week"}`` or ``{"period": "month"}``.

    ``{"at": "2026-12-01T08:00:00Z"}`` looks back from then. While Slack is down the request waits in the inbox.
    """
    asked = {"period": str(event.get("period") or "week"), "at": str(event.get("at") or utc_now().isoformat())}
    try:
        _look_back(asked)
    except NotNow as error:
        log.info("the report waits in the inbox", why=str(error))
        aws.ask_to_look_back(settings(), asked)


def _look_back(event: dict[str, str]) -> None:
    ours = settings()
    now = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
    before = month_before if event["period"] == "month" else week_before
    prices = Prices(ours.model_usd_per_million_in, ours.model_usd_per_million_out)
    period = before(now, ZoneInfo(ours.time_zone))
    found = app.look_back(period=period, rows=hand_offs(), prices=prices, now=now)
    app.report(report=found, draw=png, outside=_outside())
    log.info("reported", period=period.name, tickets=found.now.tickets)


# --- HTTP ---


def _body(event: dict[str, Any]) -> bytes:
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _json(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
