"""What the form and the chat have in common: reading a body, answering in JSON."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types

from shared.errors import BadInput


class TooLarge(Exception):
    """A body over the limit."""


def resolver() -> APIGatewayHttpResolver:
    """A resolver that answers a wrong or too large body as both lanes do."""
    api = APIGatewayHttpResolver()
    api.exception_handler(BadInput)(bad_input)
    api.exception_handler(TooLarge)(_too_large)
    return api


def body_of(api: APIGatewayHttpResolver, limit: int) -> bytes:
    """The request's body as it was sent, of at most ``limit`` bytes. Raises TooLarge, and BadInput for no base 64."""
    event = api.current_event
    content = (event.body or "").encode("utf-8", "surrogatepass")
    try:
        raw = base64.b64decode(content) if event.is_base64_encoded else content
    except binascii.Error as error:
        raise BadInput("body", "is not base 64", "Send the body as it is.") from error
    if len(raw) > limit:
        raise TooLarge(f"is larger than {limit // 1024} KB")
    return raw


def json_answer(status: int, answer: dict[str, Any]) -> Response[str]:
    """An answer that programs read."""
    content = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace").decode()
    return Response(status, content_types.APPLICATION_JSON, content)


def bad_input(error: BadInput) -> Response[str]:
    """What is wrong, where, and how to mend it."""
    return json_answer(400, error.as_dict())


def _too_large(error: TooLarge) -> Response[str]:
    return json_answer(413, {"field": "body", "problem": str(error), "cure": "Shorten it, or send a mail instead."})
