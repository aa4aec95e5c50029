"""From raw RFC 5322 bytes to a ticket's words."""

from __future__ import annotations

import email
import email.policy
import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr

from contracts.rules import address_matches
from contracts.ticket import SUBJECT_LIMIT_CHARS, Customer
from services.intake.domain.text import clean, one_line

_TAG = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.S | re.I)
_BREAK = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.I)
_ID = re.compile(r"<[^<>\s]+>")
_QUOTE = re.compile(r"^(On .{5,200} wrote:|-{2,} ?Original Message ?-{2,}|From: .+@.+)\s*$", re.M)
_FORWARD = re.compile(
    r"^-{3,} ?(Forwarded message|Original Message) ?-{3,}\s*$|^Begin forwarded message:\s*$", re.M | re.I
)
_TICKET_ID = re.compile(r"(?<![\w-])T-[0-9A-HJKMNP-TV-Z]{12}(?!\w)", re.I)
_MOST_REFERENCES = 50
"""Thread keys looked up, nearest first (a DynamoDB batch read takes 100)."""


@dataclass(frozen=True)
class File:
    """An attachment with its bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """What was read from a raw mail."""

    customer: Customer
    sender: str
    subject: str
    text: str
    natural_key: tuple[str, ...]
    message_id: str | None = None
    references: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    forwarded: bool = False
    automatic: str | None = None
    """Why a machine sent it; None for a person's mail."""
    flags: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), repr=False)

    @property
    def thread(self) -> tuple[str, ...]:
        """What it may continue, surest first: ticket ids in addresses and subject, then the mails it replies to."""
        named = _TICKET_ID.findall(" ".join((*self.recipients, self.subject)))
        return tuple(dict.fromkeys((*(one.upper() for one in named), *self.references)))[:_MOST_REFERENCES]


def read_mail(raw: bytes, *, staff: Sequence[str] = (), ours: Sequence[str] = ()) -> Mail:
    """Read a mail. ``staff``: addresses and domains of our own people; ``ours``: addresses this product writes from.

    Never raises: what cannot be read is left out and flagged "unreadable".
    """
    try:
        return _read(raw, staff, ours)
    except Exception:
        key = ("mail", hashlib.sha256(raw).hexdigest())
        return Mail(Customer(), "", "", "", key, flags=("unreadable",))


def _read(raw: bytes, staff: Sequence[str], ours: Sequence[str]) -> Mail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    name, sender = parseaddr(_header(message, "From"))
    sender = sender.lower()
    text, files = _content(message)
    subject = one_line(_header(message, "Subject"), SUBJECT_LIMIT_CHARS)
    verified = bool(re.search(r"\bdmarc=pass\b", _header(message, "Authentication-Results"), re.I))
    customer = Customer(email=sender or None, name=one_line(name, 200) or None, verified=verified, found_by="from")
    reply_to_name, reply_to = parseaddr(_header(message, "Reply-To"))
    if "@" in reply_to and reply_to.lower() != sender:
        customer = Customer(email=reply_to.lower(), name=reply_to_name or customer.name, found_by="reply-to")
    forward = _FORWARD.search(text)
    forwarded = False
    if forward and any(address_matches(sender, one) for one in staff):
        inner = text[forward.end() :]
        found = re.search(r"^(?:From|Von|De): *(.+)$", inner, re.M)
        if found and "@" in found.group(1):
            inner_name, inner_address = parseaddr(found.group(1))
            customer = Customer(email=inner_address.lower(), name=inner_name or None, found_by="forward")
            text, forwarded = inner.partition("\n\n")[2], True
    if not forwarded:
        quote = _QUOTE.search(text)
        text = text[: quote.start()] if quote else text
        text = "\n".join(line for line in text.split("\n") if not line.startswith(">"))
    message_id = next(iter(_ID.findall(_header(message, "Message-ID"))), None)
    references = tuple(reversed(_ID.findall(_header(message, "References") + _header(message, "In-Reply-To"))))
    verdicts = (("spam", "X-SES-Spam-Verdict"), ("virus", "X-SES-Virus-Verdict"))
    return Mail(
        customer=customer,
        sender=sender,
        subject=subject,
        text=clean(text),
        natural_key=("mail", message_id or hashlib.sha256(raw).hexdigest(), sender),
        message_id=message_id,
        references=references,
        recipients=tuple(
            address.lower() for _, address in getaddresses([_header(message, "To"), _header(message, "Cc")])
        ),
        forwarded=forwarded,
        automatic=_automatic(message, sender, ours),
        flags=tuple(flag for flag, header in verdicts if _header(message, header).strip().upper() == "FAIL"),
        files=tuple(files),
    )


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    return str(value) if value is not None else ""


def _content(message: EmailMessage | Message) -> tuple[str, list[File]]:
    plain, marked, files = "", "", []
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        name, kind = part.get_filename(), part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(File(one_line(name or "attachment", 200), kind, content))
            continue
        words = content.decode(part.get_content_charset("utf-8"), "replace")
        if kind == "text/html":
            marked = marked or html.unescape(_TAG.sub("", _BREAK.sub("\n", words)))
        else:
            plain = plain or words
    return clean(plain or marked), files


def _automatic(message: Message, sender: str, ours: Sequence[str]) -> str | None:
    if sender in ours:
        return "our own mail coming back"
    submitted = _header(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {one_line(submitted, 60)}"
    if message.get_content_type() == "multipart/report":
        return "a delivery report"
    if sender.partition("@")[0] == "mailer-daemon" or _header(message, "Return-Path").strip() == "<>":
        return "a bounce"
    return None
