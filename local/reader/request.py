"""What can be read out of a chat request: the topics on offer, their examples, the ticket. Nothing else is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TICKET_LIMIT_CHARS = 8_000
"""What is read of a ticket: its beginning. The classifier sends 2,400; the encoders take time and memory by length."""
NOT = "| not: "
"""Stands between what a topic covers and what it does not."""
LINE_LIMIT_CHARS, TOPICS_READ = 1_000, 500
"""What is read of a topic's line, and of how many topics."""


@dataclass
class Offered:
    """A topic as the prompt offers it."""

    name: str
    covers: str = ""
    covers_not: str = ""
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """One request, understood."""

    tool: str | None
    """None when the answer is begun and no tool is to be called."""
    fields: dict[str, Any]
    topics: tuple[Offered, ...]
    urgent_words: tuple[str, ...]
    ticket: str
    urgent_means: str = ""
    tone_means: str = ""
    """What the team itself calls urgent, and each tone."""
    begun: str = ""
    """How the answer begins already."""
    earlier: tuple[tuple[int, str], ...] = ()
    """The customer's earlier messages, with their numbers."""


def understand(body: dict[str, Any]) -> Question | None:
    """The question in a chat request, or None when it is not one this reader can answer."""
    text = "\n".join(message_text(message) for message in messages_of(body) if message.get("role") == "user")
    topics, ticket, urgent, earlier = (_between(text, tag) for tag in ("topics", "ticket", "urgent_words", "earlier"))
    function = _function(body)
    tool, begun = function.get("name"), _begun(body)
    named = isinstance(tool, str) and tool.isprintable()
    if topics is None or ticket is None or not (named or begun):
        return None
    fields = _object(_object(function.get("parameters")).get("properties")) if named else _keys(body)
    allowed = _object(fields.get("topic")).get("enum")
    offered = [topic for topic in _offered(topics) if not isinstance(allowed, list) or topic.name in allowed]
    if not offered:
        return None
    return Question(
        tool=str(tool) if named else None,
        begun="" if named else begun,
        fields=fields,
        topics=tuple(offered[:TOPICS_READ]),
        urgent_words=tuple(word.strip() for word in (urgent or "")[:TICKET_LIMIT_CHARS].split(",")) if urgent else (),
        ticket=ticket.removeprefix("\n").removesuffix("\n")[:TICKET_LIMIT_CHARS],
        urgent_means=(_between(text, "urgent_means") or "")[:LINE_LIMIT_CHARS],
        tone_means=(_between(text, "tone_means") or "")[:LINE_LIMIT_CHARS],
        earlier=_numbered(earlier or "") if "same_as" in fields else (),
    )


def _numbered(block: str) -> tuple[tuple[int, str], ...]:
    lines = (line.partition(": ") for line in block.splitlines()[:TOPICS_READ])
    return tuple(
        (int(number), said[:LINE_LIMIT_CHARS]) for number, _, said in lines if number.isdecimal() and len(number) < 4
    )


def _between(text: str, tag: str) -> str | None:
    """What stands between a tag's first opening and the closing after it. Looks at each character once."""
    _, opened, rest = text.partition(f"<{tag}>")
    inside, closed, _ = rest.partition(f"</{tag}>")
    return inside if opened and closed else None


def _offered(block: str) -> list[Offered]:
    topics: list[Offered] = []
    for line in block.splitlines():
        if line.startswith("# "):
            name, _, covers = line[2:].partition(": ")
            if NOT in name:  # it says only what it does not cover
                name, _, covers_not = f"{line[2:]} ".partition(f" {NOT}")
                topics.append(Offered(name, covers_not=covers_not.strip()[:LINE_LIMIT_CHARS]))
                continue
            if line.startswith('# "') and '": ' in f"{line}: ":  # a name with a colon of its own
                name, _, covers = f"{line}: "[3:].partition('": ')
                covers = covers.removesuffix(": ")
            covers, _, covers_not = f"{covers} ".partition(NOT)
            topics.append(Offered(name, covers.strip()[:LINE_LIMIT_CHARS], covers_not.strip()[:LINE_LIMIT_CHARS]))
        elif line.startswith("- ") and topics:
            topics[-1].examples.append(line[2 : LINE_LIMIT_CHARS + 2])
    return topics


def messages_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The chat messages of a request; what is none is left out."""
    messages = body.get("messages")
    return [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []


def _function(body: dict[str, Any]) -> dict[str, Any]:
    tools = body.get("tools")
    return _object(_object(tools[0]).get("function")) if isinstance(tools, list) and tools else {}


def _begun(body: dict[str, Any]) -> str:
    """The beginning of the answer, where the request ends with one."""
    messages = messages_of(body)
    last = messages[-1] if messages else {}
    return message_text(last) if last.get("role") == "assistant" and message_text(last).startswith("{") else ""


def _keys(body: dict[str, Any]) -> dict[str, Any]:
    """The fields that the system message asks for, where there is no schema."""
    said = "\n".join(message_text(message) for message in messages_of(body) if message.get("role") == "system")
    keys = said[-TICKET_LIMIT_CHARS:].rpartition("keys in order: ")[2].strip().rstrip(".")
    return dict.fromkeys(key.strip() for key in keys.split(","))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def message_text(message: dict[str, Any]) -> str:
    """The text of a chat message, whichever of its two shapes it has, as characters that can be written out."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [{"text": content}]
    texts = [text for part in parts if isinstance(text := _object(part).get("text"), str)]
    # JSON may name halves of characters: two that follow each other are one, the others none.
    return "\n".join(texts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
