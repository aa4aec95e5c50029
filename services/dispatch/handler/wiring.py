"""What the entry points work with: made once per execution environment, and put together here alone."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from contracts.rules import Rules
from contracts.ticket import Person
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.inbox.inboxes import Inboxes
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.adapters.places import Places
from services.dispatch.adapters.slack.channels import Channels
from services.dispatch.adapters.slack.web_api import Slack
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.inbox import links
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.settings import settings as settings
from shared.bus import EventBus
from shared.observability import logger
from shared.snapshot import Snapshot

log = logger("dispatch")
utc_now: Callable[[], datetime] = partial(datetime.now, UTC)


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
    workspace = Slack(url=ours.slack_api_url, token=token, wait_turn=partial(effects().wait_turn, every=1.0, burst=3))
    mailroom = Mailroom(
        aws.mail_client(),
        sender=ours.mail_from,
        domains=ours.mail_domains,
        link=link,
        reply_to_customer=ours.reply_to_customer,
    )
    channels = Channels(workspace, effects(), managers_channel=ours.managers_channel)
    return Places(channels, Inboxes(mailroom), fallback_after=fallback)


def outside() -> app.Outside:
    """All that ``settle`` works with."""
    return app.Outside(hand_offs(), effects(), places(), rules().get(), bus(), utc_now)


def do(action: str, ticket_id: str, revision: int | None, choice: Choice | None, by: Person) -> HandOff:
    """What a person wants done with a ticket, from Slack or from a page. Raises as the use cases do."""
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


def link(handoff: HandOff, to: str) -> str:
    """The address of a ticket's page for one inbox."""
    token = links.sign(links.pass_for(handoff, to, now=utc_now()), link_secret())
    return f"{settings().api_url}/actions/{token}"


def link_secret() -> str:
    """What links are signed with."""
    return aws.stored_secret(settings().link_secret_name)


def body_of(event: dict[str, Any]) -> bytes:
    """The body of an HTTP request as it was sent; what claims to be base 64 and is none, as it stands."""
    body = (event.get("body") or "").encode("utf-8", "replace")
    try:
        return base64.b64decode(body) if event.get("isBase64Encoded") else body
    except binascii.Error:
        return body
