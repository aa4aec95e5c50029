"""intake's Lambda entry points."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from services.intake.handler import chat_api, form_api, taking
from shared.consume import consume


def form(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``POST /tickets`` and the page that posts it, ``GET /contact``."""
    return form_api.answer(event, context)


def chat(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``POST /chat``."""
    return chat_api.answer(event, context)


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """intake's queue: S3 notices of mail, forms and chats checked in front, and TicketCorrected from the bus."""
    return consume(batch, context, take=taking.take)
