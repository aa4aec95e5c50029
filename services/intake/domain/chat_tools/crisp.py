"""Crisp: ``message:send``, a notice for each message of a visitor.

There is no notice with a whole conversation, so each message is handed over as it comes; the ``session_id`` threads
them, and the ``fingerprint`` tells one *ok* from the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.domain.chat_tools.lenient import NothingSaid, address, file, mapping, moment, text


def neutral(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """The message as a conversation. Raises NothingSaid for every other notice."""
    data = mapping(webhook, "data")
    session = text(data, "session_id")
    if webhook.get("event") != "message:send" or not session:
        raise NothingSaid(f"{text(webhook, 'event') or 'this notice'} carries no message of a visitor")
    visitor, content = mapping(data, "user"), data.get("content")
    milliseconds = data.get("timestamp")
    at = moment(milliseconds // 1000) if isinstance(milliseconds, int) else ""
    words, files = _content(text(data, "type"), content)
    message = {
        "from": "customer" if data.get("from") == "user" else "agent",
        "id": text(data, "fingerprint"),
        "text": words,
        "at": at,
        "attachments": files,
    }
    return {
        "conversation_id": f"crisp:{session}",
        "customer": {
            "email": address(visitor),
            "name": text(visitor, "nickname") or None,
            "handle": text(visitor, "user_id") or session,
        },
        "messages": [message],
    }


def _content(kind: str, content: object) -> tuple[str, list[dict[str, Any]]]:
    """Plain text, a file or a voice message, or an answer picked or typed into a field that a bot showed."""
    if not isinstance(content, Mapping):
        return (str(content), []) if isinstance(content, str) and kind not in ("note", "event") else ("", [])
    if url := text(content, "url"):
        given = file(name=text(content, "name"), content_type=text(content, "type"), url=url)
        return text(content, "text"), [given]
    chosen = [text(one, "label") for one in _choices(content) if one.get("selected") is True]
    return text(content, "value") or ", ".join(chosen) or text(content, "text"), []


def _choices(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = content.get("choices")
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
