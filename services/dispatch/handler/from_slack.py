"""What Slack sends: a button was pressed. Recorded and acknowledged; the queue does the rest."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from services.dispatch.adapters import aws
from services.dispatch.adapters.slack.press import Press, presses_in
from services.dispatch.adapters.slack.signature import is_signed
from services.dispatch.domain.errors import TooLate
from services.dispatch.handler import wiring
from shared.errors import BadInput

BODY_LIMIT_BYTES = 512 * 1024
"""A block_actions payload repeats the whole message; Slack's stay far below this."""


def slack_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``POST /slack/actions``: a button was pressed. Recorded and acknowledged; the inbox does the rest."""
    raw = wiring.body_of(event)
    if len(raw) > BODY_LIMIT_BYTES:
        return _json(413, {"field": "body", "problem": f"is over {BODY_LIMIT_BYTES} bytes"})
    secret = aws.stored_secret(wiring.settings().slack_signing_secret_name)
    if not is_signed(raw, event.get("headers") or {}, secret=secret):
        return _json(401, {"field": "X-Slack-Signature", "problem": "is missing, wrong or older than five minutes"})
    try:
        for press in presses_in(raw):
            _act(press)
    except BadInput as error:
        return _json(400, error.as_dict())
    return {"statusCode": 200, "body": ""}


def _act(press: Press) -> None:
    tell = ""
    try:
        wiring.do(press.action, press.ticket_id, press.revision, press.choice, press.by)
    except TooLate as late:
        tell = "" if late.again else str(late)
    except (LookupError, ValueError) as error:
        tell = str(error)
    answer = {"channel": press.channel, "user": press.by.id, "text": tell} if tell and press.channel else {}
    wiring.log.info("pressed", ticket_id=press.ticket_id, action=press.action, told=tell)
    if press.action == "take" or tell:
        aws.ask_to_show(wiring.settings(), press.ticket_id, **answer)


def _json(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
