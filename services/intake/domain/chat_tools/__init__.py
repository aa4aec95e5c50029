"""The webhooks of widely used chat tools, each in its own room, turned into the neutral conversation.

Whatever a tool may send is taken: a tool that is answered an error switches its webhook off, and then nobody is heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.intake.domain.chat_tools import crisp, intercom, tawk
from services.intake.domain.chat_tools.lenient import NothingSaid
from services.intake.domain.chat_tools.signing import SIGNATURE_HEADERS, check_tool_signature
from shared.errors import BadInput

__all__ = ["SIGNATURE_HEADERS", "NothingSaid", "check_tool_signature", "neutral"]


_TOOLS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "intercom": intercom.neutral,
    "tawk": tawk.neutral,
    "crisp": crisp.neutral,
}


def neutral(tool: str, payload: object) -> dict[str, Any]:
    """The neutral conversation in a tool's webhook, for ``check_conversation``.

    Raises NothingSaid for what the tool may send and nobody needs an answer to, BadInput for what no tool sends.
    """
    if not isinstance(payload, Mapping):
        raise BadInput("body", "is not a JSON object", "Send the tool's webhook as it is.")
    conversation = _TOOLS[tool](payload)
    if not any(_says_something(message) for message in conversation["messages"]):
        raise NothingSaid("the customer said nothing in it")
    return conversation


def _says_something(message: Mapping[str, Any]) -> bool:
    said = str(message["text"]).strip() or message.get("attachments")
    return bool(message["from"] == "customer" and said)
