"""tawk.to: ``chat:transcript_created`` once a visitor has left, and ``ticket:create`` from its form while all are away.

``chat:start`` and ``chat:end`` are acknowledged: the transcript has all of it. Files come in ``attchs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.domain.chat_tools.lenient import NothingSaid, address, file, mapping, objects, text

_SPEAKERS = {"v": "customer", "a": "agent", "visitor": "customer", "agent": "agent"}


def neutral(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """The conversation or the form. Raises NothingSaid for a notice that carries neither."""
    ticket, chat = mapping(webhook, "ticket"), mapping(webhook, "chat")
    if ticket:
        asker = mapping(webhook, "requester")
        number = text(ticket, "id") or text(ticket, "humanId")
        words = "\n".join(filter(None, (text(ticket, "subject"), text(ticket, "message"))))
        said = [{"from": "customer", "text": words, "at": text(webhook, "time")}]
    else:
        asker = mapping(chat, "visitor")
        number = text(chat, "id") or text(webhook, "chatId")
        said = [_message(one) for one in objects(chat, "messages")]
    if not number or not said:
        raise NothingSaid(f"{text(webhook, 'event') or 'this notice'} carries no transcript")
    return {
        "conversation_id": f"tawk:{number}",
        "customer": {
            "email": address(asker),
            "name": text(asker, "name") or None,
            "handle": text(asker, "id") or None,
        },
        "messages": said,
    }


def _message(one: Mapping[str, Any]) -> dict[str, Any]:
    sender = mapping(one, "sender")
    files = [mapping(mapping(given, "content"), "file") or given for given in objects(one, "attchs")]
    files += [mapping(mapping(one, "data"), "file")] if one.get("type") == "file" and not files else []
    words = text(one, "msg")
    return {
        "from": _SPEAKERS.get(text(sender, "t") or text(sender, "type"), "bot"),
        "text": words,
        "at": text(one, "time"),
        "attachments": [
            file(
                name=text(given, "name"),
                content_type=text(given, "mimeType"),
                size=given.get("size"),
                url=text(given, "url"),
            )
            for given in files
        ],
    }
