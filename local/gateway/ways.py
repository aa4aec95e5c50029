"""The ways in which a model server can be asked for the arguments of a tool, and what each answer means. Data, no I/O.

What is known of servers, 2026-08: llama.cpp takes a ``tool_choice`` object for *auto* with status 200 (llama.cpp issue
26535), Ollama drops any ``tool_choice`` (ollama issue 17921); both enforce ``response_format: json_schema``. So nothing
is assumed of a server by its name: ``probe`` asks it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from local.reader.request import messages_of, understand
from services.classifier.domain.prompt import NONE_OF_THESE

Kind = Literal["forced tool", "json_schema", "required tool", "plain text"]
KINDS: tuple[Kind, ...] = ("forced tool", "json_schema", "required tool", "plain text")
"""In the order in which they are tried: as the product asks, then the one most servers enforce."""
CHANCES = (0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.1)
"""The confidences to choose from where the server enforces lists: llama.cpp's grammar sets no limits to a number."""
WHY_LIMIT_CHARS = 120
"""A reason has an end where the server enforces one: small models fill all the room they have."""


@dataclass(frozen=True)
class Way:
    """How an endpoint is asked."""

    kind: Kind
    enforced: bool = False
    """Whether the server makes the model keep to the schema: topics and chances then stand in it as lists."""

    def __str__(self) -> str:
        return f"{self.kind}, {'schema enforced' if self.enforced else 'schema not enforced'}"


def asked(body: dict[str, Any], way: Way) -> dict[str, Any]:
    """The request as the endpoint takes it. One without a tool stays as it is."""
    function = _function(body)
    if function is None:
        return body
    schema = tight(function["parameters"], body) if way.enforced else function["parameters"]
    tool = {"type": "function", "function": {**function, "parameters": schema}}
    rest = {name: value for name, value in body.items() if name not in ("tools", "tool_choice")}
    if way.kind == "forced tool":
        return {**rest, "tools": [tool], "tool_choice": {"type": "function", "function": {"name": function["name"]}}}
    if way.kind == "required tool":
        return {**rest, "tools": [tool], "tool_choice": "required"}
    if way.kind == "plain text":
        return _told(rest, f"There is no tool: answer with one JSON object of this schema.\n{json.dumps(schema)}")
    strict = {"name": function["name"], "strict": True, "schema": {**schema, "additionalProperties": False}}
    format_ = {"type": "json_schema", "json_schema": strict}
    return _told({**rest, "response_format": format_}, "There is no tool: answer with its JSON alone.")


def tight(schema: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The tool's schema with the topics on offer and the chances as lists: an answer can be nothing else."""
    question = understand(body)
    names = [*(topic.name for topic in question.topics), NONE_OF_THESE] if question else []
    lists: dict[str, dict[str, Any]] = {
        "confidence": {"enum": list(CHANCES)},
        "why": {"type": "string", "maxLength": WHY_LIMIT_CHARS},
    }
    if names:
        lists |= {"topic": {"enum": names}, "second": {"enum": names}}
    # What already names its values is as tight as it gets.
    tightened = {
        name: lists.get(name, field) if "enum" not in field else field for name, field in schema["properties"].items()
    }
    return {**schema, "properties": tightened}


def answered(completion: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The completion as though the tool had been called, whichever way it was asked for.

    What the model said instead of an answer becomes a call that nobody can read: the model was there, and its answer is
    refused as one that cannot be used.
    """
    function, choice = _function(body), _choice(completion)
    if function is None or choice is None:
        return completion
    message = choice.get("message") or {}
    calls = [call for call in message.get("tool_calls") or [] if _name(call) == function["name"]]
    if not calls:
        arguments = json_in(str(message.get("content") or message.get("reasoning_content") or ""))
        call = {"name": function["name"], "arguments": arguments}
        calls = [{"id": f"call_{completion.get('id', '')}", "type": "function", "function": call}]
    said = {"role": "assistant", "content": None, "tool_calls": calls}
    return {**completion, "choices": [{**choice, "message": said}]}


def json_in(text: str) -> str:
    """The JSON object in a text (some models think aloud first, or fence it); the text when there is none."""
    start, end = text.rfind("\n{") + 1 if "\n{" in text else text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _told(body: dict[str, Any], line: str) -> dict[str, Any]:
    """The request with a line more in its system message."""
    messages = messages_of(body)
    told = [
        {**message, "content": f"{message['content']}\n{line}"} if message.get("role") == "system" else message
        for message in messages
    ]
    return {**body, "messages": told}


def _function(body: dict[str, Any]) -> dict[str, Any] | None:
    try:
        function: dict[str, Any] = body["tools"][0]["function"]
        return function if isinstance(function["name"], str) and "properties" in function["parameters"] else None
    except (KeyError, IndexError, TypeError):
        return None


def _choice(completion: dict[str, Any]) -> dict[str, Any] | None:
    try:
        choice = completion["choices"][0]
    except (KeyError, IndexError, TypeError):
        return None
    return choice if isinstance(choice, dict) else None


def _name(call: Any) -> Any:
    try:
        return call["function"]["name"]
    except (KeyError, TypeError):
        return None
