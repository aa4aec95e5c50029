"""Slack's documented limits on messages, checked. Written from the reference, independent of what builds the messages.

https://docs.slack.dev/reference/block-kit/blocks and …/block-elements and …/composition-objects,
https://docs.slack.dev/reference/methods/chat.postMessage (text 40,000 characters at most, 50 blocks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_MENTION = re.compile(r"<(!(?!date\^)|@|#|!subteam)[^>]*>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_ELEMENT_TEXTS = {"section": 3000, "header": 150, "context": 2000}
BLOCKS_CHARS = 12_000
"""``msg_blocks_too_long``: not in the reference; Slack's people name it in slackapi/bolt-js, issue 2509."""
_ACTION_ELEMENTS = {"button", "static_select", "overflow", "users_select"}


def violations(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    """What Slack would refuse, cut or misread in a message; empty when nothing."""
    return [*_message(text, blocks), *(fault for block in blocks for fault in _block(block))]


def mentions(blocks: list[dict[str, Any]], text: str = "") -> list[str]:
    """Everybody and everything the message would call or link by Slack's own markup, dates aside."""
    found = [mention.group(0) for one in (*_texts(blocks), {"type": "mrkdwn", "text": text}) for mention in _in(one)]
    return sorted(set(found))


def _in(text: dict[str, Any]) -> Iterator[re.Match[str]]:
    return _MENTION.finditer(text["text"]) if text["type"] == "mrkdwn" else iter(())


def _message(text: str, blocks: list[dict[str, Any]]) -> Iterator[str]:
    if not text.strip():
        yield "text: a message needs a plain fallback"
    if len(text) > 4000:
        yield f"text: {len(text)} characters; Slack advises 4,000"
    if len(blocks) > 50:
        yield f"blocks: {len(blocks)}; the limit is 50"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "block_id: not unique in the message"
    if (letters := sum(len(one["text"]) for one in _texts(blocks))) > BLOCKS_CHARS:
        yield f"blocks: {letters} characters together; Slack takes about {BLOCKS_CHARS}"
    if _ENTITY.search(text) or re.search(r"[<>]", text):
        yield "text: & < > must be escaped"


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block.get("type", "")
    if len(block.get("block_id", "x")) > 255:
        yield f"{kind}.block_id: over 255 characters"
    if kind == "section":
        yield from _text(block["text"], 3000, "section.text")
    elif kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            yield "context.elements: 1 to 10"
        for element in block["elements"]:
            yield from _text(element, 2000, "context.elements")
    elif kind == "actions":
        yield from _actions(block["elements"])
    elif kind == "image":
        if len(block.get("alt_text", "")) > 2000 or not block.get("alt_text"):
            yield "image.alt_text: 1 to 2,000 characters"
    elif kind != "divider":
        yield f"{kind}: not a block this project uses"


def _actions(elements: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(elements) <= 25:
        yield f"actions.elements: {len(elements)}; 1 to 25"
    names = [element["action_id"] for element in elements]
    if len(names) != len(set(names)):
        yield "action_id: not unique in its block"
    for element in elements:
        if element["type"] not in _ACTION_ELEMENTS or len(element["action_id"]) > 255:
            yield f"{element['type']}: no element of an actions block"
        if element["type"] == "button":
            yield from _text(element["text"], 75, "button.text")
            if len(element.get("value", "")) > 2000:
                yield "button.value: over 2,000 characters"
        if element["type"] == "static_select":
            yield from _select(element)
        if element["type"] == "users_select":
            yield from _text(element["placeholder"], 150, "placeholder")
        if element["type"] == "overflow":
            if not 1 <= len(element["options"]) <= 5:
                yield f"overflow.options: {len(element['options'])}; 1 to 5"
            for option in element["options"]:
                yield from _text(option["text"], 75, "option.text")
                if not 1 <= len(option["value"]) <= 150:
                    yield "option.value: 1 to 150 characters"


def _select(menu: dict[str, Any]) -> Iterator[str]:
    yield from _text(menu["placeholder"], 150, "placeholder")
    groups = menu["option_groups"]
    if not 1 <= len(groups) <= 100:
        yield f"option_groups: {len(groups)}; 1 to 100"
    for group in groups:
        yield from _text(group["label"], 75, "group.label")
        if not 1 <= len(group["options"]) <= 100:
            yield f"options: {len(group['options'])}; 1 to 100"
        for option in group["options"]:
            yield from _text(option["text"], 75, "option.text")
            if not 1 <= len(option["value"]) <= 150:
                yield "option.value: 1 to 150 characters"


def _text(text: dict[str, Any], limit: int, where: str) -> Iterator[str]:
    if text["type"] not in ("mrkdwn", "plain_text"):
        yield f"{where}: {text['type']} is no text"
    if not 1 <= len(text["text"]) <= limit:
        yield f"{where}: {len(text['text'])} characters; 1 to {limit}"
    if _ENTITY.search(text["text"]):
        yield f"{where}: & must be escaped"
    if text["type"] == "plain_text" and re.search(r"[<>]", text["text"]):
        yield f"{where}: < and > must be escaped"


def _texts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text") and isinstance(value.get("text"), str):
            yield value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
