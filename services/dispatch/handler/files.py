"""The files of a ticket, behind the page of a mail's link: downloads, whatever is in them."""

from __future__ import annotations

import base64
import json
from typing import Any

from services.dispatch.adapters.originals import disposition
from services.dispatch.domain.sent import Sent, everything
from services.dispatch.handler import wiring

ANSWER_BYTES = 4_000_000
"""A larger file comes from S3 itself: Lambda answers with 6 MB at most, encoded."""
HEADERS = {
    "content-type": "application/octet-stream",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
"""Of every file: never a page of this origin."""


def file_answer(ticket_id: str, number: str) -> dict[str, Any]:
    """One file: straight from here when it is small, else from S3 by a link that lasts minutes.

    Also behind a link of before a change: what the customer sent has not changed. What is flagged is not given out.
    """
    handoff = wiring.hand_offs().get(ticket_id)
    found = everything(handoff.ticket, limit=wiring.settings().file_limit_bytes) if handoff else []
    known = number.isascii() and number.isdecimal() and 0 < int(number[:6]) <= len(found)
    file = found[int(number) - 1] if known else None
    if file is None or file.is_kept_back:
        return _no(404, "there is no such file")
    try:
        content = file.text.encode() if file.text is not None else _read(file)
    except LookupError:
        return _no(404, "it is not kept any more")
    if content is None and file.ref:
        return {"statusCode": 302, "headers": {**HEADERS, "location": wiring.originals().link(file.ref, file.name)}}
    headers = {**HEADERS, "content-disposition": disposition(file.name)}
    body = base64.b64encode(content or b"").decode()
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}


def _read(file: Sent) -> bytes | None:
    return wiring.originals().read(file.ref, most=ANSWER_BYTES) if file.ref else None


def _no(status: int, problem: str) -> dict[str, Any]:
    headers = {**HEADERS, "content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps({"field": "file", "problem": problem})}
