"""What the form and the chat have in common: reading a body, answering in JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types

from services.intake.domain.form import BODY_LIMIT_BYTES
from shared.errors import BadInput


class TooLarge(Exception):
    """A body over the limit."""


def resolver() -> APIGatewayHttpResolver:
    """A resolver that answers a wrong or too large body as both lanes do."""
    api = APIGatewayHttpResolver()
    api.exception_handler(BadInput)(bad_input)
    api.exception_handler(TooLarge)(_too_large)
    return api


def body_of(api: APIGatewayHttpResolver) -> bytes:
    """The request's body as it was sent. Raises TooLarge."""
    event = api.current_event
    content = (event.body or "").encode("utf-8", "surrogatepass")
    raw = base64.b64decode(content) if event.is_base64_encoded else content
    if len(raw) > BODY_LIMIT_BYTES:
        raise TooLarge(f"is larger than {BODY_LIMIT_BYTES // 1024} KB")
    return raw


def parsed(body: bytes) -> Any:
    """The body as JSON. Raises BadInput."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("body", "is not valid JSON", "Check the quotes and commas.") from error


def json_answer(status: int, answer: dict[str, Any]) -> Response[str]:
    """An answer that programs read."""
    return Response(status, content_types.APPLICATION_JSON, json.dumps(answer, ensure_ascii=False))


def bad_input(error: BadInput) -> Response[str]:
    """What is wrong, where, and how to mend it."""
    return json_answer(400, error.as_dict())


def _too_large(error: TooLarge) -> Response[str]:
    return json_answer(413, {"field": "body", "problem": str(error), "cure": "Shorten it, or send a mail instead."})
