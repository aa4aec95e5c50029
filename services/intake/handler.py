"""intake's Lambda entry points and composition root."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.ticket_corrected import TicketCorrected
from services.intake import app
from services.intake.adapters import aws
from services.intake.adapters.page import contact_page
from services.intake.adapters.sense import sense
from services.intake.domain.chat import NotSigned, check_signature
from services.intake.domain.chat_tools import SIGNATURE_HEADERS, check_tool_signature, neutral
from services.intake.domain.form import BODY_LIMIT_BYTES, faults_in
from services.intake.domain.linking import Folding
from services.intake.settings import settings
from shared.bus import EventBus
from shared.consume import consume, event_of
from shared.errors import BadInput
from shared.observability import logger, metrics

_SES_TRIED_THE_BUCKET = "/AMAZON_SES_SETUP_NOTIFICATION"
"""The object that SES writes when its receipt rule is made, to see whether it may. It is no mail."""

log = logger("intake")
counts = metrics("intake")

form_api = APIGatewayHttpResolver()
chat_api = APIGatewayHttpResolver()


class TooLarge(Exception):
    """A body over the limit."""


@cache
def bus() -> EventBus:
    """One client per execution environment, like those below."""
    return aws.bus(settings())


@cache
def bucket() -> aws.Bucket:
    """The mail bucket."""
    return aws.Bucket(settings())


@cache
def queue() -> aws.Queue:
    """The inbox, from the outside."""
    return aws.Queue(settings())


@cache
def table() -> aws.Table:
    """intake's table."""
    return aws.Table(settings())


@cache
def counter() -> aws.Counter:
    """The count of forms."""
    return aws.Counter(settings())


@cache
def published() -> aws.Published:
    """The published rules, as far as intake needs them."""
    return aws.Published(settings())


def folding() -> Folding:
    """How copies are found: the settings, and what people have taught."""
    return replace(settings().folding, kept_apart=published().kept_apart(), sense=sense)


def form(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``POST /tickets`` and the page that posts it, ``GET /contact``."""
    answer = dict(form_api.resolve(event, context))
    origin = (event.get("headers") or {}).get("origin", "")
    if origin in settings().origins:
        answer["headers"] = {**(answer.get("headers") or {}), **_shared_with(origin)}
    return answer


def _shared_with(origin: str) -> dict[str, str]:
    """Fetch standard, CORS protocol: what lets a page of ``origin`` post the form and read the answer."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "content-type, idempotency-key",
        "Vary": "Origin",
    }


def chat(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """``POST /chat``."""
    return dict(chat_api.resolve(event, context))


def inbox(batch: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """intake's queue: S3 notices of mail, forms and chats checked in front, and TicketCorrected from the bus."""
    return consume(batch, context, take=_take)


@form_api.get("/contact")
def _contact() -> Response[str]:
    asked = form_api.current_event.query_string_parameters
    given = {name: asked.get(name, "") for name in ("email", "name", "subject", "topic", "order_number")}
    return _page(200, contact_page(values={**given, **_fresh()}))


def _fresh() -> dict[str, str]:
    return {"idempotency_key": str(uuid.uuid4()), "started": f"{datetime.now(UTC).timestamp():.2f}"}


@form_api.post("/tickets")
def _post_ticket() -> Response[str]:
    headers, now = form_api.current_event.headers, datetime.now(UTC)
    wants_page = "text/html" in headers.get("accept", "")
    try:
        fields = _fields(_body(form_api), headers.get("content-type", ""))
    except (BadInput, TooLarge) as error:
        if not wants_page:
            raise
        large = isinstance(error, TooLarge)
        problem = f"The message {error}. Shorten it, or send a mail instead." if large else str(error)
        return _page(413 if large else 400, contact_page(values=_fresh(), problem=problem))
    key = headers.get("idempotency-key") or str(fields.get("idempotency_key") or "") or str(uuid.uuid4())
    try:
        faults = faults_in(fields)
        if not faults:
            _hold_back_floods(str(fields["email"]), now)
            ticket = app.accept_form(fields=fields, idempotency_key=key, files=bucket(), inbox=queue(), now=now)
    except BadInput as error:
        faults = [error]
    except app.Flooded as flood:
        return _flooded(flood, fields if wants_page else None)
    if faults:
        return _page(400, contact_page(values=fields, faults=faults)) if wants_page else _bad_input(faults[0])
    log.info("form accepted", ticket_id=ticket)
    if wants_page:
        return _page(202, contact_page(values=fields, ticket_id=ticket))
    return _json(202, {"ticket_id": ticket})


@form_api.route("/tickets", method=["OPTIONS"])
def _may_post() -> Response[str]:
    return Response(204, headers={"Access-Control-Max-Age": "600"})


def _hold_back_floods(email: str, now: datetime) -> None:
    ip = form_api.current_event.request_context.http.source_ip
    app.hold_back_floods(email=email, ip=ip, limits=settings().limits, counter=counter(), now=now)


def _flooded(flood: app.Flooded, fields: dict[str, Any] | None) -> Response[str]:
    cure = f"Wait {max(1, round(flood.retry_after / 60))} minutes and send it again."
    if fields is None:
        answer = _json(429, {"field": "body", "problem": str(flood), "cure": cure})
    else:
        answer = _page(429, contact_page(values=fields, problem=f"{flood}. {cure}"))
    answer.headers["Retry-After"] = str(flood.retry_after)
    return answer


_NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"


def _page(status: int, page: str) -> Response[str]:
    framed_by = " ".join(("'self'", *settings().origins))
    policy = f"{_NO_SCRIPT}; frame-ancestors {framed_by}"
    headers: dict[str, str | list[str]] = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, f"{content_types.TEXT_HTML}; charset=utf-8", page, headers=headers)


@chat_api.post("/chat")
def _post_chat() -> Response[str]:
    body, headers, now = _body(chat_api), chat_api.current_event.headers, datetime.now(UTC)
    check_signature(
        secret=aws.chat_secret(settings()),
        timestamp=headers.get("x-chat-timestamp"),
        signature=headers.get("x-chat-signature"),
        body=body,
        now=now.timestamp(),
    )
    return _accept_chat(_parsed(body), None, now)


@chat_api.post("/chat/<tool>")
def _post_from_tool(tool: str) -> Response[str]:
    if tool not in SIGNATURE_HEADERS:
        return _json(404, {"field": "path", "problem": f"{tool} is not known", "cure": "Post to /chat instead."})
    body = _body(chat_api)
    signature = chat_api.current_event.headers.get(SIGNATURE_HEADERS[tool])
    check_tool_signature(tool=tool, secret=aws.chat_secret(settings()), signature=signature, body=body)
    webhook = _parsed(body)
    return _accept_chat(neutral(tool, webhook), webhook, datetime.now(UTC))


def _accept_chat(payload: object, original: object, now: datetime) -> Response[str]:
    ticket = app.accept_chat(payload=payload, original=original, files=bucket(), inbox=queue(), now=now)
    log.info("chat accepted", ticket_id=ticket)
    return _json(202, {"ticket_id": ticket})


def _bad_input(error: BadInput) -> Response[str]:
    return _json(400, error.as_dict())


def _not_signed(error: NotSigned) -> Response[str]:
    return _json(
        401, {"field": "signature", "problem": str(error), "cure": "Sign <timestamp>.<raw body> with the secret."}
    )


def _too_large(error: TooLarge) -> Response[str]:
    return _json(413, {"field": "body", "problem": str(error), "cure": "Shorten it, or send a mail instead."})


form_api.exception_handler(BadInput)(_bad_input)
form_api.exception_handler(TooLarge)(_too_large)
chat_api.exception_handler(BadInput)(_bad_input)
chat_api.exception_handler(NotSigned)(_not_signed)
chat_api.exception_handler(TooLarge)(_too_large)


def _body(api: APIGatewayHttpResolver) -> bytes:
    event = api.current_event
    content = (event.body or "").encode("utf-8", "surrogatepass")
    raw = base64.b64decode(content) if event.is_base64_encoded else content
    if len(raw) > BODY_LIMIT_BYTES:
        raise TooLarge(f"is larger than {BODY_LIMIT_BYTES // 1024} KB")
    return raw


def _fields(body: bytes, content_type: str) -> dict[str, Any]:
    if "application/x-www-form-urlencoded" in content_type:
        try:
            return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100))
        except ValueError as error:
            raise BadInput("body", "has more than 100 fields", "Send the form's own fields only.") from error
    parsed = _parsed(body)
    if not isinstance(parsed, dict):
        raise BadInput("body", "is not a JSON object", "Send one object with email and message.")
    return parsed


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("body", "is not valid JSON", "Check the quotes and commas.") from error


def _json(status: int, answer: dict[str, Any]) -> Response[str]:
    return Response(status, content_types.APPLICATION_JSON, json.dumps(answer, ensure_ascii=False))


def _take(record: SQSRecord) -> None:
    message = json.loads(record.body)
    if message.get("Event") == "s3:TestEvent":  # S3 says once that it may write here
        return
    if "Records" in message:
        for notice in message["Records"]:
            key = unquote_plus(notice["s3"]["object"]["key"])
            if not key.endswith(_SES_TRIED_THE_BUCKET):
                _take_mail(key, datetime.fromisoformat(notice["eventTime"]))
    elif "lane" in message:
        _take_checked(message["lane"], message["key"], datetime.fromisoformat(message["received_at"]))
    else:
        corrected = event_of(record.body, TicketCorrected)
        app.unfold(corrected=corrected, folding=folding(), tickets=table(), bus=bus())
        log.info("unfolded", ticket_id=corrected.metadata.correlation_id)


def _take_mail(key: str, received_at: datetime) -> None:
    received = app.receive_mail(
        key=key,
        received_at=received_at,
        staff=published().staff(),
        ours=settings().ours,
        folding=folding(),
        files=bucket(),
        tickets=table(),
        bus=bus(),
    )
    if received is None:
        log.info("mail set aside", key=key)
    else:
        log.info("ticket received", ticket_id=received.metadata.correlation_id, source="mail")


def _take_checked(lane: str, key: str, received_at: datetime) -> None:
    receive = {"form": app.receive_form, "chat": app.receive_chat}[lane]
    received = receive(key=key, received_at=received_at, folding=folding(), files=bucket(), tickets=table(), bus=bus())
    log.info("ticket received", ticket_id=received.metadata.correlation_id, source=lane)
