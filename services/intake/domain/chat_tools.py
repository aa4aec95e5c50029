"""The webhook shapes of two widely used chat tools, turned into the neutral conversation.

Intercom: topic ``conversation.admin.closed``, signed ``X-Hub-Signature: sha1=<hex HMAC-SHA1 of the body>``.
tawk.to: event ``chat:transcript_created``, signed ``X-Tawk-Signature: <hex HMAC-SHA1 of the body>``.
Neither signs a time, so a replay cannot be told by its age; the conversation's id makes it the same ticket.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.intake.domain.chat import NotSigned
from services.intake.domain.form import is_address
from services.intake.domain.mail.html_text import text_of
from shared.errors import BadInput

SIGNATURE_HEADERS = {"intercom": "x-hub-signature", "tawk": "x-tawk-signature"}
"""The tools that are understood, each with the header that carries its signature."""

_INTERCOM_SPEAKERS = {"user": "customer", "lead": "customer", "contact": "customer", "admin": "agent", "team": "agent"}
_TAWK_SPEAKERS = {"v": "customer", "a": "agent"}


def check_tool_signature(*, tool: str, secret: str, signature: str | None, body: bytes) -> None:
    """Check the tool's own signature over the raw body. Raises NotSigned."""
    expected = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    given = (signature or "").removeprefix("sha1=")
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise NotSigned(f"{SIGNATURE_HEADERS[tool]} does not match the body")


def neutral(tool: str, payload: object) -> dict[str, Any]:
    """The neutral conversation in a tool's webhook, for ``check_conversation``. Raises BadInput for another shape."""
    if not isinstance(payload, Mapping):
        raise BadInput("body", "is not a JSON object", "Send the tool's webhook as it is.")
    return {"intercom": _intercom, "tawk": _tawk}[tool](payload)


def _intercom(payload: Mapping[str, Any]) -> dict[str, Any]:
    item = _mapping(_mapping(payload, "data"), "item")
    source = _mapping(item, "source")
    parts = _list(_mapping(item, "conversation_parts"), "conversation_parts")
    said = [source, *(part for part in parts if part.get("part_type", "comment") in ("comment", "open", "close"))]
    writers = [_mapping(one, "author") for one in said]
    asker = next((who for who in writers if _INTERCOM_SPEAKERS.get(str(who.get("type"))) == "customer"), {})
    messages = [
        {
            "from": _INTERCOM_SPEAKERS.get(str(who.get("type")), "bot"),
            "text": text_of(str(one.get("body") or "")),
            "at": _moment(one.get("created_at")),
        }
        for one, who in zip(said, writers, strict=True)
        if one.get("body")
    ]
    customer = {"email": _address(asker), "name": _text(asker, "name"), "handle": _text(asker, "id")}
    return {"conversation_id": _named("intercom", item.get("id")), "customer": customer, "messages": messages}


def _tawk(payload: Mapping[str, Any]) -> dict[str, Any]:
    chat = _mapping(payload, "chat")
    visitor = _mapping(chat, "visitor")
    messages = [
        {
            "from": _TAWK_SPEAKERS.get(str(_mapping(one, "sender").get("t")), "bot"),
            "text": str(one.get("msg") or ""),
            "at": str(one.get("time") or ""),
        }
        for one in _list(chat, "messages")
        if one.get("type") == "msg"
    ]
    customer = {"email": _address(visitor), "name": _text(visitor, "name"), "handle": _text(visitor, "id")}
    return {
        "conversation_id": _named("tawk", chat.get("id") or payload.get("chatId")),
        "customer": customer,
        "messages": messages,
    }


def _named(tool: str, number: object) -> str:
    return f"{tool}:{number}" if number else ""


def _mapping(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name) or {}
    if not isinstance(value, Mapping):
        raise BadInput(name, "is not an object", "Send the tool's webhook as it is.")
    return value


def _list(of: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = of.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise BadInput(name, "is not a list of objects", "Send the tool's webhook as it is.")
    return value


def _address(of: Mapping[str, Any]) -> str | None:
    """The address somebody typed into the tool; none when it is none, for the tool cannot ask again."""
    typed = (_text(of, "email") or "").strip()
    return typed if is_address(typed) else None


def _text(of: Mapping[str, Any], name: str) -> str | None:
    return str(of[name]) if of.get(name) else None


def _moment(seconds: object) -> str:
    if isinstance(seconds, int | float) and 0 < seconds < 32_503_680_000:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    return ""
