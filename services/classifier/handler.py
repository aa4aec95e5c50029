"""classifier's Lambda entry point and composition root."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.ticket_received import TicketReceived
from services.classifier import adapters, app
from services.classifier.settings import settings
from shared.bus import EventBus
from shared.consume import Message, consume, event_of
from shared.errors import NotNow
from shared.observability import count, logger
from shared.snapshot import Snapshot

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

MARGIN_S = 5
"""Seconds beside the two calls that a message may need."""

log = logger("classifier")


@cache
def bus() -> EventBus:
    """One client per execution environment."""
    return adapters.bus(settings())


@cache
def rules() -> Snapshot[Any]:
    """One cache per execution environment."""
    return adapters.rules(settings())


@cache
def model() -> adapters.BedrockModel:
    """One connection per execution environment."""
    return adapters.model(settings())


@cache
def calls() -> adapters.Calls:
    """One client per execution environment."""
    return adapters.calls(settings())


@cache
def unread() -> adapters.Unread:
    """One client per execution environment."""
    return adapters.unread(settings())


@cache
def readings() -> adapters.Readings:
    """One client per execution environment."""
    return adapters.readings(settings())


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """TicketReceived from classifier's queue."""
    enough = 2 * settings().model_timeout_s + MARGIN_S
    begun: list[str] = []

    def take(record: Message) -> None:
        # A second message may not fit in any more when the model is slow. The first always tries.
        if begun and context and context.get_remaining_time_in_millis() / 1000 < enough:
            raise NotNow("no time left in this batch", retry_after=0)
        begun.append(record.message_id)
        _take(record)

    return consume(batch, context, take=take)


def _take(record: Message) -> None:
    received = event_of(record.body, TicketReceived)
    now = datetime.now(UTC)
    try:
        classified = app.classify(
            received=received,
            again=record.received > 1,
            rules=rules(),
            model=model(),
            calls=calls(),
            readings=readings(),
            unread=unread(),
            bus=bus(),
            now=now,
            patience=timedelta(seconds=settings().patience_s),
        )
    except NotNow as error:
        log.warning("not read yet", ticket_id=received.metadata.correlation_id, reason=str(error))
        raise
    reading = classified.data.reading
    log.info(
        "ticket read",
        ticket_id=classified.metadata.correlation_id,
        outcome=reading.outcome,
        topic=reading.topic,
        confidence=round(reading.confidence, 3),
        tokens_in=reading.tokens_in,
        tokens_out=reading.tokens_out,
        latency_ms=reading.latency_ms,
    )
    if reading.outcome == "unread":
        log.error("ticket left unread", ticket_id=classified.metadata.correlation_id, reason=reading.why)
        _alarm(now)


def _alarm(now: datetime) -> None:
    """Somebody hears of an unread ticket; of a day without calls, once."""
    left = calls()
    if left.are_spent(now):
        if not left.is_first_refusal(now):
            return
        log.error("the day's model calls are used up", a_day=left.a_day)
    count("Unread", service="classifier")


def reread(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """What no model could read, read again: every few minutes what is due, and what a person asks for at once.

    ``{"ticket_ids": […]}`` names tickets; an empty list means all that are unread.
    """
    wanted = event.get("ticket_ids")
    enough = 2 * settings().model_timeout_s + MARGIN_S
    done = app.reread(
        rules=rules(),
        model=model(),
        calls=calls(),
        readings=readings(),
        unread=unread(),
        bus=bus(),
        now=datetime.now(UTC),
        has_time=lambda: context.get_remaining_time_in_millis() / 1000 > enough,
        only=wanted if isinstance(wanted, list) else None,
    )
    if done.read or done.unread or done.stopped:
        log.info("read again", read=len(done.read), unread=len(done.unread), stopped=done.stopped)
    return {"read": list(done.read), "unread": list(done.unread), "stopped": done.stopped}
