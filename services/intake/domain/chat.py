"""Finished conversations: whose words they are, and the proof that the chat tool sent them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.ticket import Customer
from services.intake.domain.text import clean, one_line
from services.intake.domain.typed_address import is_address, typed_address
from shared.errors import BadInput

BODY_LIMIT_BYTES = 4 * 1024 * 1024
"""The largest body that the chat takes: Lambda hands over 6 MB (base 64 included), and a tool that is refused a long
conversation switches its webhook off."""
SIGNATURE_WINDOW_S = 300
"""A signed call is taken this many seconds before and after the time it names."""

SPEAKERS = ("customer", "agent", "bot")

_STAMP = re.compile(r"[0-9]{1,12}")
_TOOLS_OWN = re.compile(r"\A(?:intercom|tawk|crisp):(?=.)")
_MOST_FILES = 50
"""Files listed of one message."""


class NotSigned(Exception):
    """The call does not prove that the chat tool sent it."""


@dataclass(frozen=True)
class SentFile:
    """A picture or file in a conversation. It lies with the chat tool; the ticket names it."""

    name: str
    content_type: str = "application/octet-stream"
    size: int = 0
    """Bytes; 0 when the tool does not say."""
    url: str = ""


@dataclass(frozen=True)
class Said:
    """One message of a conversation."""

    speaker: str
    text: str
    at: str = ""
    id: str = ""
    """The tool's id of the message, when it gives one."""
    files: tuple[SentFile, ...] = ()

    @property
    def words(self) -> str:
        """What was said, and each file by its name in square brackets: a picture alone says something too."""
        return "\n".join(filter(None, (self.text, *(f"[{file.name}]" for file in self.files))))


@dataclass(frozen=True)
class Conversation:
    """A finished conversation in the neutral shape."""

    conversation_id: str
    customer: Customer
    messages: tuple[Said, ...]

    @property
    def by_customer(self) -> tuple[Said, ...]:
        """The customer's own messages, not the bot's and not ours."""
        return tuple(said for said in self.messages if said.speaker == "customer" and said.words)

    @property
    def text(self) -> str:
        """The customer's own words, a line a message."""
        return "\n".join(said.words for said in self.by_customer)

    @property
    def state(self) -> str:
        """What tells this state of the conversation from another: all that the customer has said in it."""
        return "\n".join(f"{said.id}\x1f{said.words}" if said.id else said.words for said in self.by_customer)

    @property
    def number_in_tool(self) -> str:
        """The id that the chat tool itself knows the conversation by."""
        return _TOOLS_OWN.sub("", self.conversation_id)

    @property
    def transcript(self) -> str:
        """All of it as people read it, who said what and when; files with the address they have in the tool."""
        return "\n".join(_line(said) for said in self.messages if said.words)


def _line(said: Said) -> str:
    when = f" ({said.at})" if said.at else ""
    files = (f"[{file.name}]{f' {file.url}' if file.url else ''}" for file in said.files)
    return f"{said.speaker.capitalize()}{when}: " + "\n".join(filter(None, (said.text, *files)))


def check_signature(*, secret: str, timestamp: str | None, signature: str | None, body: bytes, now: float) -> None:
    """Check ``v1=<hex HMAC-SHA256 of "<timestamp>.<body>">``. ``now`` in unix seconds.

    Raises NotSigned saying which header is wrong.
    """
    if not timestamp or not signature:
        raise NotSigned("X-Chat-Timestamp and X-Chat-Signature are both needed")
    if not _STAMP.fullmatch(timestamp):
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
    if not conversation.by_customer:
        cure = 'Send at least one message with from "customer" and a text or attachments.'
        raise BadInput("messages", "hold no words of the customer", cure)
    return conversation


def _customer(fields: Mapping[str, object]) -> Customer:
    for name in ("email", "name", "handle"):
        if not isinstance(fields.get(name), str | None):
            raise BadInput(f"customer.{name}", "is not text", "Send it as a string or leave it out.")
    email = typed_address(str(fields.get("email") or ""))
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
    files = _files(place, message.get("attachments"))
    text = message.get("text")
    if not isinstance(text, str) and not (text is None and files):
        raise BadInput(f"{place}.text", "is not text", "Send what was said as a string, or attachments without it.")
    return Said(
        str(message["from"]),
        clean(text or ""),
        one_line(str(message.get("at") or ""), 64),
        one_line(str(message.get("id") or ""), 200),
        files,
    )


def _files(place: str, listed: object) -> tuple[SentFile, ...]:
    if listed is None:
        return ()
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise BadInput(f"{place}.attachments", "is not a list of objects", "Send name, content_type, size and url.")
    return tuple(_file(one) for one in listed[:_MOST_FILES])


def _file(given: Mapping[str, object]) -> SentFile:
    size = given.get("size")
    return SentFile(
        name=one_line(str(given.get("name") or ""), 200) or "file",
        content_type=one_line(str(given.get("content_type") or ""), 100) or "application/octet-stream",
        size=size if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 10**12 else 0,
        url=one_line(str(given.get("url") or ""), 2_000),
    )
