"""router's Lambda entry point and composition root."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from contracts.ticket_classified import TicketClassified
from services.router import adapters, app
from services.router.settings import settings
from shared.bus import EventBus
from shared.consume import Message, consume, event_of
from shared.observability import logger
from shared.snapshot import Snapshot

log = logger("router")


@cache
def bus() -> EventBus:
    """One client per execution environment."""
    return adapters.bus(settings())


@cache
def rules() -> Snapshot[Any]:
    """One cache per execution environment."""
    return adapters.rules(settings())


def inbox(batch: dict[str, Any], context: object) -> dict[str, Any]:
    """TicketClassified from router's queue."""
    return consume(batch, context, take=_take)


def _take(record: Message) -> None:
    classified = event_of(record.body, TicketClassified)
    move = app.route(classified=classified, rules=rules(), bus=bus(), now=datetime.now(UTC)).data.move
    log.info("move decided", ticket_id=classified.metadata.correlation_id, move=move.kind, team=move.team)
