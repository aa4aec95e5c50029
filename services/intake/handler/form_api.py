"""The form: ``POST /tickets`` and the page that posts it, ``GET /contact``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.utilities.typing import LambdaContext

from services.intake import app
from services.intake.adapters.page import contact_page
from services.intake.domain.form import BODY_LIMIT_BYTES, faults_in
from services.intake.domain.posted import posted
from services.intake.domain.typed_address import typed_address
from services.intake.handler import wiring
from services.intake.handler.http import TooLarge, bad_input, body_of, json_answer, resolver
from shared.errors import BadInput

_NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"

api = resolver()


def answer(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The answer to a request; pages of the sites in ``FORM_ORIGINS`` may read it."""
    answered = dict(api.resolve(event, context))
    origin = (event.get("headers") or {}).get("origin", "")
    if origin in wiring.settings().origins:
        answered["headers"] = {**(answered.get("headers") or {}), **_shared_with(origin)}
    return answered


def _shared_with(origin: str) -> dict[str, str]:
    """Fetch standard, CORS protocol: what lets a page of ``origin`` post the form and read the answer."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "content-type, idempotency-key",
        "Vary": "Origin",
    }


@api.get("/contact")
def _contact() -> Response[str]:
    asked = api.current_event.query_string_parameters
    given = {name: asked.get(name, "") for name in ("email", "name", "subject", "topic", "order_number")}
    return _page(200, contact_page(values={**given, **_fresh()}))


def _fresh() -> dict[str, str]:
    return {"idempotency_key": str(uuid.uuid4()), "started": f"{datetime.now(UTC).timestamp():.2f}"}


@api.post("/tickets")
def _post_ticket() -> Response[str]:
    headers, now = api.current_event.headers, datetime.now(UTC)
    wants_page = "text/html" in (headers.get("accept") or "")
    try:
        sent = posted(body_of(api, BODY_LIMIT_BYTES), headers.get("content-type") or "")
    except (BadInput, TooLarge) as error:
        if not wants_page:
            raise
        large = isinstance(error, TooLarge)
        problem = f"The message {error}. Shorten it, or send a mail instead." if large else str(error)
        return _page(413 if large else 400, contact_page(values=_fresh(), problem=problem))
    fields = sent.fields
    key = headers.get("idempotency-key") or str(fields.get("idempotency_key") or "") or str(uuid.uuid4())
    try:
        faults = faults_in(fields)
        if not faults:
            _hold_back_floods(typed_address(str(fields["email"])), now)
            ticket = app.accept_form(
                fields=fields, idempotency_key=key, files=wiring.bucket(), inbox=wiring.queue(), now=now
            )
    except BadInput as error:
        faults = [error]
    except app.Flooded as flood:
        return _flooded(flood, fields if wants_page else None)
    if faults:
        return _page(400, contact_page(values=fields, faults=faults)) if wants_page else bad_input(faults[0])
    wiring.log.info("form accepted", ticket_id=ticket)
    if wants_page:
        return _page(202, contact_page(values=fields, ticket_id=ticket))
    return json_answer(202, {"ticket_id": ticket})


@api.route("/tickets", method=["OPTIONS"])
def _may_post() -> Response[str]:
    return Response(204, headers={"Access-Control-Max-Age": "600"})


def _hold_back_floods(email: str, now: datetime) -> None:
    ip = api.current_event.request_context.http.source_ip
    app.hold_back_floods(email=email, ip=ip, limits=wiring.settings().limits, counter=wiring.counter(), now=now)


def _flooded(flood: app.Flooded, fields: dict[str, Any] | None) -> Response[str]:
    cure = f"Wait {max(1, round(flood.retry_after / 60))} minutes and send it again."
    if fields is None:
        answer = json_answer(429, {"field": "body", "problem": str(flood), "cure": cure})
    else:
        answer = _page(429, contact_page(values=fields, problem=f"{flood}. {cure}"))
    answer.headers["Retry-After"] = str(flood.retry_after)
    return answer


def _page(status: int, page: str) -> Response[str]:
    framed_by = " ".join(("'self'", *wiring.settings().origins))
    policy = f"{_NO_SCRIPT}; frame-ancestors {framed_by}"
    headers: dict[str, str | list[str]] = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, f"{content_types.TEXT_HTML}; charset=utf-8", page, headers=headers)
