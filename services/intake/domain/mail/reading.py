"""From raw RFC 5322 bytes to a ticket's words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contracts.ticket import SUBJECT_LIMIT_CHARS, Customer
from services.intake.domain.mail.addresses import addresses, first
from services.intake.domain.mail.automatic import why_automatic
from services.intake.domain.mail.content import Content, File, content_of
from services.intake.domain.mail.forward import find_forward, subject_kind
from services.intake.domain.mail.mime import Part, parse
from services.intake.domain.mail.quoting import new_words
from services.intake.domain.mail.sender import customer_of, staff_check
from services.intake.domain.text import clean, one_line

_ID = re.compile(r"<[^<>\s]{1,990}>")
_TICKET_ID = re.compile(r"(?<![\w-])T-[0-9A-HJKMNP-TV-Z]{12}(?!\w)", re.I)
_MOST_REFERENCES = 50
"""Thread keys looked up, nearest first (a DynamoDB batch read takes 100)."""


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
    """Message-IDs of the mails it answers, oldest first."""
    recipients: tuple[str, ...] = ()
    forwarded: bool = False
    automatic: str | None = None
    """Why a machine sent it; None for a person's mail."""
    flags: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), repr=False)
    cut: bool = False
    """True when there were more words than are read."""

    @property
    def thread(self) -> tuple[str, ...]:
        """What it may continue, surest first: ticket ids in addresses and subject, then the mails it replies to."""
        named = _TICKET_ID.findall(" ".join((*self.recipients, self.subject)))
        nearest_first = reversed(self.references)
        return tuple(dict.fromkeys((*(one.upper() for one in named), *nearest_first)))[:_MOST_REFERENCES]


@dataclass(frozen=True)
class _Said:
    """Whose words they are, and which."""

    customer: Customer
    subject: str
    text: str
    forwarded: bool = False
    files: tuple[File, ...] = ()


def read_mail(raw: bytes, *, staff: Sequence[str] = (), ours: Sequence[str] = ()) -> Mail:
    """Read a mail. ``staff``: addresses and domains of our own people; ``ours``: addresses this product writes from.

    Never raises: a mail that cannot be read at all is a ticket without words, flagged "unreadable".
    """
    try:
        return _read(raw, staff, ours)
    except Exception:  # nothing that a stranger sends may stop the inbox; the raw mail is kept for people
        return Mail(Customer(), "", "", "", ("mail", hashlib.sha256(raw).hexdigest()), flags=("unreadable",))


def _read(raw: bytes, staff: Sequence[str], ours: Sequence[str]) -> Mail:
    mail = parse(raw)
    content = content_of(mail)
    subject = one_line(mail.first("subject"), SUBJECT_LIMIT_CHARS)
    sender = first(mail.raw("from"))[1]
    said = _who_said_what(
        mail, content, subject, is_ours=staff_check((*staff, *ours)), trusted=staff_check(staff)(sender)
    )
    message_id = _message_id(mail)
    return Mail(
        customer=said.customer,
        sender=sender,
        subject=one_line(said.subject, SUBJECT_LIMIT_CHARS),
        text=clean(said.text) if mail.headers or b"\0" not in raw else "",
        natural_key=("mail", message_id or _fingerprint(mail), sender),
        message_id=message_id,
        references=_references(mail),
        recipients=_recipients(mail),
        forwarded=said.forwarded,
        automatic=why_automatic(mail, words=content.text(), subject=subject, ours=ours),
        flags=(*_flags(mail), *(("unreadable",) if not mail.headers and b"\0" in raw else ())),
        files=(*content.files, *said.files),
        cut=content.cut,
    )


def _who_said_what(
    mail: Part, content: Content, subject: str, *, is_ours: Callable[[str], bool], trusted: bool
) -> _Said:
    customer, text = customer_of(mail, is_ours=is_ours), content.text()
    if trusted and (enclosed := _enclosed(content, is_ours)):
        return enclosed
    forward = find_forward(text, subject, is_ours=is_ours, by_us=trusted)
    if forward and trusted and (forward.address or forward.name) and not is_ours(forward.address):
        inner = Customer(
            email=forward.address or None, name=one_line(forward.name, 200) or None, verified=False, found_by="forward"
        )
        is_reply = subject_kind(forward.subject) == "reply"
        words = new_words("\n".join(forward.lines), is_reply=is_reply, signer=forward.name or forward.address)
        return _Said(inner, forward.subject, words, forwarded=True)
    if forward:
        return _Said(customer, subject, text, forwarded=True)
    is_reply = subject_kind(subject) == "reply" or bool(mail.first("in-reply-to") or mail.first("references"))
    fresh = content.text(quotes=False)
    return _Said(
        customer, subject, new_words(fresh or text, is_reply=is_reply, signer=customer.name or customer.email or "")
    )


def _enclosed(content: Content, is_ours: Callable[[str], bool]) -> _Said | None:
    """The customer's own mail, when one of our people forwarded it as an attachment."""
    for message in content.messages:
        customer = customer_of(message, is_ours=is_ours)
        if customer.email and not is_ours(customer.email):
            inner = content_of(message)
            subject = message.first("subject")
            said = _who_said_what(message, inner, subject, is_ours=is_ours, trusted=False)
            found = customer.model_copy(update={"found_by": "forward", "verified": False})
            return _Said(found, said.subject, said.text, forwarded=True, files=tuple(inner.files))
    return None


def _message_id(mail: Part) -> str | None:
    value = mail.first("message-id").strip()
    found = _ID.search(value)
    return found[0] if found else one_line(value, 990) or None


def _references(mail: Part) -> tuple[str, ...]:
    named = _ID.findall(" ".join((mail.first("references"), mail.first("in-reply-to"))))
    return tuple(dict.fromkeys(named))


def _recipients(mail: Part) -> tuple[str, ...]:
    headers = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
    return tuple(dict.fromkeys(address for name in headers for _, address in addresses(mail.raw(name))))


def _fingerprint(mail: Part) -> str:
    """Of a mail without a Message-ID: what its writer made, without what servers added on the way."""
    made = (mail.raw("from"), mail.raw("date"), mail.raw("subject"))
    return hashlib.sha256("\x1f".join(made).encode("utf-8", "surrogatepass") + mail.body).hexdigest()


def _flags(mail: Part) -> tuple[str, ...]:
    # SES writes its verdicts on top; headers of that name further down came with the mail.
    verdicts = (("spam", "x-ses-spam-verdict"), ("virus", "x-ses-virus-verdict"))
    return tuple(flag for flag, header in verdicts if mail.first(header).strip().upper() == "FAIL")
