"""Intercom: a conversation with ``source`` (its first message) and ``conversation_parts`` (all that followed).

Subscribe to ``conversation.admin.closed``. Whatever part a customer wrote counts, a pressed answer (``quick_reply``)
and the remark of a rating too; of ours, internal notes do not. Deleted messages come marked ``redacted``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.intake.domain.chat_tools.lenient import NothingSaid, address, file, mapping, moment, objects, text
from services.intake.domain.mail.html_text import text_of

_SPEAKERS = {"user": "customer", "lead": "customer", "contact": "customer", "admin": "agent", "team": "agent"}
_PICTURE = re.compile(r"<img\b[^>]{0,500}?\bsrc\s*=\s*[\"']([^\"']{1,2000})[\"']", re.I)
_MOST_MARKUP = 100_000
"""Characters of one message in which pictures are looked for."""
_NOTE = "note"


def neutral(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """The conversation. Raises NothingSaid for a notice that carries none (``ping``, a contact, a ticket type)."""
    item = mapping(mapping(webhook, "data"), "item")
    number = text(item, "id")
    parts = objects(mapping(item, "conversation_parts"), "conversation_parts") or objects(item, "conversation_parts")
    first = mapping(item, "source") or mapping(item, "conversation_message")
    if not number or not (first or parts):
        raise NothingSaid(f"{text(webhook, 'topic') or 'this notice'} carries no conversation")
    said = [one for one in (first, *parts) if _is_said(one)]
    asker = next((mapping(one, "author") for one in said if _speaker(one) == "customer"), {})
    contact = next(iter(objects(mapping(item, "contacts"), "contacts")), {})
    return {
        "conversation_id": f"intercom:{number}",
        "customer": {
            "email": address(asker),
            "name": text(asker, "name") or None,
            "handle": text(asker, "id") or text(contact, "id") or None,
        },
        "messages": [*map(_message, said), *_rating(item)],
    }


def _is_said(one: Mapping[str, Any]) -> bool:
    if one.get("redacted") is True:
        return False
    ours = _speaker(one) != "customer"
    return not (ours and text(one, "part_type").startswith(_NOTE)) and bool(one.get("body") or one.get("attachments"))


def _speaker(one: Mapping[str, Any]) -> str:
    return _SPEAKERS.get(text(mapping(one, "author"), "type"), "bot")


def _message(one: Mapping[str, Any]) -> dict[str, Any]:
    body = text(one, "body")
    listed = [
        file(
            name=text(given, "name"),
            content_type=text(given, "content_type"),
            size=given.get("filesize"),
            url=text(given, "url"),
        )
        for given in objects(one, "attachments")
    ]
    known = {given["url"] for given in listed}
    shown = [file(content_type="image/*", url=url) for url in _PICTURE.findall(body[:_MOST_MARKUP]) if url not in known]
    return {
        "from": _speaker(one),
        "id": text(one, "id"),
        "text": text_of(body),
        "at": moment(one.get("created_at")),
        "attachments": [*listed, *shown],
    }


def _rating(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    rating = mapping(item, "conversation_rating")
    remark = text(rating, "remark")
    return [{"from": "customer", "text": remark, "at": moment(rating.get("created_at"))}] if remark else []
