"""The chat: ``POST /chat`` signed by the chat tool, and ``POST /chat/{tool}`` in a tool's own shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.intake import app
from services.intake.adapters import aws
from services.intake.domain.chat import BODY_LIMIT_BYTES, NotSigned, check_signature
from services.intake.domain.chat_tools import SIGNATURE_HEADERS, NothingSaid, check_tool_signature, neutral
from services.intake.domain.posted import from_json
from services.intake.handler import wiring
from services.intake.handler.http import body_of, json_answer, resolver

api = resolver()


def answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The answer to a request."""
    return dict(api.resolve(event, context))


@api.post("/chat")
def _post_chat() -> Response[str]:
    body, headers, now = body_of(api, BODY_LIMIT_BYTES), api.current_event.headers, datetime.now(UTC)
    check_signature(
        secret=aws.chat_secret(wiring.settings()),
        timestamp=headers.get("x-chat-timestamp"),
        signature=headers.get("x-chat-signature"),
        body=body,
        now=now.timestamp(),
    )
    return _accept_chat(from_json(body), None, now)


@api.post("/chat/<tool>")
def _post_from_tool(tool: str) -> Response[str]:
    if tool not in SIGNATURE_HEADERS:
        return _unknown(tool)
    body, headers = body_of(api, BODY_LIMIT_BYTES), api.current_event.headers
    check_tool_signature(
        tool=tool,
        secret=aws.chat_secret(wiring.settings()),
        signature=headers.get(SIGNATURE_HEADERS[tool]),
        timestamp=headers.get("x-crisp-request-timestamp") or "",
        body=body,
    )
    webhook = from_json(body)
    try:
        return _accept_chat(neutral(tool, webhook), webhook, datetime.now(UTC))
    except NothingSaid as nothing:
        return json_answer(200, {"ignored": str(nothing)[:500]})


@api.head("/chat/<tool>")
def _is_there(tool: str) -> Response[str]:
    """Intercom asks so whether the address is there before it saves it."""
    return Response(200) if tool in SIGNATURE_HEADERS else _unknown(tool)


def _unknown(tool: str) -> Response[str]:
    return json_answer(404, {"field": "path", "problem": f"{tool[:50]} is not known", "cure": "Post to /chat instead."})


def _accept_chat(payload: object, original: object, now: datetime) -> Response[str]:
    ticket = app.accept_chat(payload=payload, original=original, files=wiring.bucket(), inbox=wiring.queue(), now=now)
    wiring.log.info("chat accepted", ticket_id=ticket)
    return json_answer(202, {"ticket_id": ticket})


def _not_signed(error: NotSigned) -> Response[str]:
    return json_answer(
        401, {"field": "signature", "problem": str(error), "cure": "Sign <timestamp>.<raw body> with the secret."}
    )


api.exception_handler(NotSigned)(_not_signed)
