"""learning's Lambda entry points and composition root."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from contracts.outcomes_counted import OutcomesCounted
from contracts.ticket_corrected import TicketCorrected as TicketCorrectedV1
from contracts.ticket_corrected_v2 import TicketCorrected, as_v2
from services.learning import adapters, app
from services.learning.settings import settings
from shared.consume import Message, consume, event_of
from shared.observability import logger

log = logger("learning")


@cache
def folder() -> adapters.GoogleFolder:
    """One Drive client per execution environment."""
    return adapters.google_folder(settings())


@cache
def shelf() -> adapters.S3Shelf:
    """One client per execution environment."""
    return adapters.shelf(settings())


@cache
def leads() -> adapters.SlackLeads:
    """One Slack client per execution environment."""
    return adapters.leads(settings())


def publish(_event: dict[str, Any], _context: object) -> None:
    """Every minute: publish the rules folder if somebody changed it."""
    published = app.publish_rules(folder=folder(), shelf=shelf(), now=datetime.now(UTC))
    if published.rules:
        log.info("rules published", revision=published.rules.revision)
    for problem in app.tell_leads(shelf=shelf(), leads=leads()):
        log.warning("rules problem", place=problem.place, problem=str(problem), fatal=problem.fatal)


def inbox(batch: dict[str, Any], context: object) -> dict[str, Any]:
    """TicketCorrected and OutcomesCounted from learning's queue."""
    return consume(batch, context, take=_take)


def _take(record: Message) -> None:
    event = event_of(record.body, TicketCorrected, TicketCorrectedV1, OutcomesCounted)
    if isinstance(event, TicketCorrected | TicketCorrectedV1):
        _learn(as_v2(event))
    elif isinstance(event, OutcomesCounted):
        rules = app.take_over(counted=event, shelf=shelf(), now=datetime.now(UTC))
        log.info("outcomes", revision=rules.revision if rules else None)


def _learn(corrected: TicketCorrected) -> None:
    lesson = app.learn(corrected=corrected, folder=folder(), shelf=shelf(), leads=leads(), now=datetime.now(UTC))
    if lesson:
        said = {name: lesson[name] for name in ("ticket_id", "topic", "written", "why_not")}
        log.info("correction", **said)
