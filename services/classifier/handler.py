"""classifier's Lambda entry point and composition root."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.ticket_received import TicketReceived
from services.classifier import adapters, app
from services.classifier.settings import settings
from shared.bus import EventBus
from shared.consume import consume, event_of
from shared.errors import NotNow
from shared.observability import logger
from shared.snapshot import Snapshot

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
def readings() -> adapters.Readings:
    """One client per execution environment."""
    return adapters.readings(settings())


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """TicketReceived from classifier's queue."""
    enough = 2 * settings().model_timeout_s + MARGIN_S
    begun: list[str] = []

    def take(record: SQSRecord) -> None:
        # A second message may not fit in any more when the model is slow. The first always tries.
        if begun and context and context.get_remaining_time_in_millis() / 1000 < enough:
            raise NotNow("no time left in this batch", retry_after=0)
        begun.append(record.message_id)
        _take(record)

    return consume(batch, context, take=take)


def _take(record: SQSRecord) -> None:
    received = event_of(record.body, TicketReceived)
    try:
        classified = app.classify(
            received=received,
            rules=rules(),
            model=model(),
            readings=readings(),
            bus=bus(),
            now=datetime.now(UTC),
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
