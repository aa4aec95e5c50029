"""Finished conversations: whose words they are, and the proof that the chat tool sent them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.ticket import Customer
from services.intake.domain.form import is_address
from services.intake.domain.text import clean, one_line
from shared.errors import BadInput

SIGNATURE_WINDOW_S = 300
"""A signed call is taken this many seconds before and after the time it names."""

SPEAKERS = ("customer", "agent", "bot")


class NotSigned(Exception):
    """The call does not prove that the chat tool sent it."""


@dataclass(frozen=True)
class Said:
    """One message of a conversation."""

    speaker: str
    text: str
    at: str = ""


@dataclass(frozen=True)
class Conversation:
    """A finished conversation in the neutral shape."""

    conversation_id: str
    customer: Customer
    messages: tuple[Said, ...]

    @property
    def text(self) -> str:
        """The customer's own words, not the bot's and not ours."""
        return "\n".join(self._words)

    @property
    def _words(self) -> tuple[str, ...]:
        return tuple(said.text for said in self.messages if said.speaker == "customer" and said.text)

    def text_after(self, earlier: Conversation) -> str:
        """The customer's words that an earlier state of the conversation does not have."""
        before = len(earlier._words) if self._words[: len(earlier._words)] == earlier._words else 0
        return "\n".join(self._words[before:])


def check_signature(*, secret: str, timestamp: str | None, signature: str | None, body: bytes, now: float) -> None:
    """Check ``v1=<hex HMAC-SHA256 of "<timestamp>.<body>">``. ``now`` in unix seconds.

    Raises NotSigned saying which header is wrong.
    """
    if not timestamp or not signature:
        raise NotSigned("X-Chat-Timestamp and X-Chat-Signature are both needed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise NotSigned("X-Chat-Timestamp is not a unix time in seconds")
    if abs(now - int(timestamp)) > SIGNATURE_WINDOW_S:
        raise NotSigned("X-Chat-Timestamp is more than 5 minutes from now")
    expected = "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise NotSigned("X-Chat-Signature does not match the body")


def check_conversation(payload: object) -> Conversation:
    """The conversation in ``payload``. Raises BadInput naming the first field that is wrong and the cure."""
    if not isinstance(payload, Mapping):
        raise BadInput("body", "is not a JSON object", "Send one conversation as a JSON object.")
    given = payload.get("conversation_id")
    conversation_id = one_line(str(given), 501) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if not 0 < len(conversation_id) <= 500:
        problem = "is longer than 500 characters" if conversation_id else "is missing"
        raise BadInput("conversation_id", problem, "Send the chat tool's own id of the conversation.")
    customer = payload.get("customer")
    if not isinstance(customer, Mapping):
        raise BadInput("customer", "is missing", "Send an object with email, name or handle.")
    messages = payload.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadInput("messages", "is missing or empty", "Send the messages in order, each with from, text and at.")
    said = tuple(_said(index, message) for index, message in enumerate(messages))
    conversation = Conversation(conversation_id, _customer(customer), said)
    if not conversation.text:
        raise BadInput("messages", "hold no words of the customer", 'Send at least one message with from "customer".')
    return conversation


def _customer(fields: Mapping[str, object]) -> Customer:
    for name in ("email", "name", "handle"):
        if not isinstance(fields.get(name), str | None):
            raise BadInput(f"customer.{name}", "is not text", "Send it as a string or leave it out.")
    email = str(fields.get("email") or "").strip()
    if email and not is_address(email):
        raise BadInput("customer.email", "is not an e-mail address", "Write it like name@example.com or leave it out.")
    return Customer(
        email=email.lower() or None,
        name=one_line(str(fields.get("name") or ""), 200) or None,
        handle=one_line(str(fields.get("handle") or ""), 200) or None,
        verified=False,
        found_by="chat",
    )


def _said(index: int, message: object) -> Said:
    place = f"messages[{index}]"
    if not isinstance(message, Mapping):
        raise BadInput(place, "is not an object", "Send from, text and at.")
    if message.get("from") not in SPEAKERS:
        raise BadInput(f"{place}.from", "is not a speaker", f"Use one of {', '.join(SPEAKERS)}.")
    if not isinstance(message.get("text"), str):
        raise BadInput(f"{place}.text", "is not text", "Send what was said as a string.")
    return Said(str(message["from"]), clean(str(message["text"])), one_line(str(message.get("at") or ""), 64))
