"""What can be read out of a chat request: the topics on offer, their examples, the ticket. Nothing else is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_TOPICS = re.compile(r"<topics>\n?(.*?)</topics>", re.DOTALL)
_TICKET = re.compile(r"<ticket>\n?(.*?)\n?</ticket>", re.DOTALL)
_URGENT = re.compile(r"<urgent_words>(.*?)</urgent_words>", re.DOTALL)


@dataclass
class Offered:
    """A topic as the prompt offers it."""

    name: str
    covers: str = ""
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """One request, understood."""

    tool: str
    fields: dict[str, Any]
    topics: tuple[Offered, ...]
    urgent_words: tuple[str, ...]
    ticket: str


def understand(body: dict[str, Any]) -> Question | None:
    """The question in a chat request, or None when it is not one this reader can answer."""
    text = "\n".join(message_text(message) for message in messages_of(body) if message.get("role") == "user")
    topics, ticket, function = _TOPICS.search(text), _TICKET.search(text), _function(body)
    if not topics or not ticket or "name" not in function:
        return None
    fields = function.get("parameters", {}).get("properties", {})
    allowed = fields.get("topic", {}).get("enum")
    offered = [topic for topic in _offered(topics.group(1)) if allowed is None or topic.name in allowed]
    if not offered:
        return None
    urgent = _URGENT.search(text)
    return Question(
        tool=function["name"],
        fields=fields,
        topics=tuple(offered),
        urgent_words=tuple(word.strip() for word in urgent.group(1).split(",")) if urgent else (),
        ticket=ticket.group(1),
    )


def _offered(block: str) -> list[Offered]:
    topics: list[Offered] = []
    for line in block.splitlines():
        if line.startswith("# "):
            name, _, covers = line[2:].partition(": ")
            topics.append(Offered(name, covers))
        elif line.startswith("- ") and topics:
            topics[-1].examples.append(line[2:])
    return topics


def messages_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The chat messages of a request; what is none is left out."""
    return [message for message in body.get("messages", []) if isinstance(message, dict)]


def _function(body: dict[str, Any]) -> dict[str, Any]:
    tools = body.get("tools") or [{}]
    function = tools[0].get("function") if isinstance(tools[0], dict) else None
    return function if isinstance(function, dict) else {}


def message_text(message: dict[str, Any]) -> str:
    """The text of a chat message, whichever of its two shapes it has."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content if isinstance(part, dict))
