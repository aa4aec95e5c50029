"""From raw RFC 5322 bytes to a ticket's words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from contracts.ticket import SUBJECT_LIMIT_CHARS, Customer, Folded
from services.intake.domain.mail.addresses import addresses, first
from services.intake.domain.mail.automatic import Letter, is_generated, why_machine, why_maybe
from services.intake.domain.mail.content import Content, File, content_of
from services.intake.domain.mail.folded import Read, read
from services.intake.domain.mail.forward import Forward, find_forwards, subject_kind, writer_of
from services.intake.domain.mail.mime import Part, parse
from services.intake.domain.mail.quoting import new_words
from services.intake.domain.mail.sender import NO_REPLY, customer_in_form, customer_of, staff_check
from services.intake.domain.text import clean, one_line

_ID = re.compile(r"<[^<>\s]{1,990}>")
_TICKET_ID = re.compile(r"(?<![\w-])T-[0-9A-HJKMNP-TV-Z]{12}(?!\w)", re.I)
_OF_OURS = re.compile(r"<T-[0-9A-HJKMNP-TV-Z]{12}(?:\.[^@>]{1,80})?@", re.I)
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
    rest: str = ""
    """What was folded away, as people read it: every readable line that is not in the text."""
    folded: Folded | None = None
    message_id: str | None = None
    references: tuple[str, ...] = ()
    """Message-IDs of the mails it answers, oldest first."""
    recipients: tuple[str, ...] = ()
    forwarded: bool = False
    automatic: str | None = None
    """What only a machine writes is in it: it is set aside, with this reason. None: it is a ticket."""
    maybe_automatic: str | None = None
    """Why a machine may have sent it: it is a quiet ticket. None: nothing speaks for it."""
    flags: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), repr=False)
    cut: bool = False
    """True when there were more words than are read."""
    of_stranger: Customer | None = None
    """Who wrote the history that it answers, when that is none of us: where nobody here knows the thread, what they
    wrote is what the mail is about.
    """

    @property
    def thread(self) -> tuple[str, ...]:
        """What it may continue, surest first: ticket ids in addresses and subject, then the mails it replies to."""
        named = _TICKET_ID.findall(" ".join((*self.recipients, self.subject)))
        nearest_first = reversed(self.references)
        return tuple(dict.fromkeys((*(one.upper() for one in named), *nearest_first)))[:_MOST_REFERENCES]

    @property
    def answers_us(self) -> bool:
        """Whether it answers a mail that this product wrote (those name their ticket in their references)."""
        return any(_OF_OURS.match(one) for one in self.references)

    def with_history(self, *, of: Customer) -> Mail:
        """The mail as it is read where nobody knows its thread: what it answers belongs to its words."""
        text = f"{self.text}\n\n{self.rest}".strip()
        return replace(self, customer=of, text=text, rest="", folded=None)


@dataclass(frozen=True)
class _Said:
    """Whose words they are, and which."""

    customer: Customer
    subject: str
    read: Read
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
    is_ours = staff_check((*staff, *ours))
    unreadable = not mail.headers and b"\0" in raw
    said = _who_said_what(mail, content, subject, is_ours=is_ours, trusted=staff_check(staff)(sender))
    read = Read("") if unreadable else said.read
    letter = Letter(mail, content, said.customer, subject, read.text, is_ours)
    automatic = why_machine(letter)
    message_id = _message_id(mail)
    return Mail(
        customer=said.customer,
        sender=sender,
        subject=one_line(said.subject, SUBJECT_LIMIT_CHARS),
        text=clean(read.text),
        rest=clean(read.rest),
        folded=Folded(lines=read.lines, why=read.why) if read.lines else None,
        natural_key=("mail", message_id or "", sender, _fingerprint(mail)),
        message_id=message_id,
        references=_references(mail),
        recipients=_recipients(mail),
        forwarded=said.forwarded,
        automatic=automatic,
        maybe_automatic=None if automatic else why_maybe(letter, ours=ours),
        flags=(*_flags(mail), *(("unreadable",) if unreadable or (content.sealed and not read.text) else ())),
        files=(*content.files, *said.files),
        cut=content.cut,
        of_stranger=_stranger_in(read.rest, is_ours) if _is_answer(mail, subject) and not said.forwarded else None,
    )


def _who_said_what(
    mail: Part, content: Content, subject: str, *, is_ours: Callable[[str], bool], trusted: bool
) -> _Said:
    customer, text = customer_of(mail, is_ours=is_ours), content.text()
    if trusted and (enclosed := _enclosed(mail, content, is_ours)):
        return enclosed
    forwards = find_forwards(text, subject, is_ours=is_ours, by_us=trusted)
    stranger = next((one for one in forwards if (one.address or one.name) and not is_ours(one.address)), None)
    if stranger and trusted:
        return _forwarded(forwards, stranger, _forwarder(mail), text.split("\n"))
    if forwards:
        return _Said(customer, subject, Read(text), forwarded=True)
    unread = NO_REPLY.match(customer.email or "") is not None
    if not content.messages and (unread or is_generated(mail) or is_ours(customer.email or "")):
        customer = customer_in_form(text, is_ours=is_ours) or customer
    marked = content.text(marks=True)
    fresh = new_words(
        marked,
        is_answer=_is_answer(mail, subject),
        is_list=_is_list(mail),
        signer=customer.name or customer.email or "",
    )
    readable = [*marked.split("\n"), *content.unsaid()]
    return _Said(customer, subject, read(fresh.text, readable, fresh.why))


def _forwarder(mail: Part) -> str:
    name, address = first(mail.raw("from"))
    return name or address or "Somebody"


def _forwarded(forwards: Sequence[Forward], stranger: Forward, by: str, readable: Sequence[str]) -> _Said:
    """The words of everybody whose mail was forwarded; the note above them on top of what was folded away."""
    customer = Customer(
        email=stranger.address or None, name=one_line(stranger.name, 200) or None, verified=False, found_by="forward"
    )
    pieces: list[str] = []
    why: list[str] = []
    for one in forwards[forwards.index(stranger) :]:
        signer = one.name or one.address
        fresh = new_words("\n".join(one.lines), is_answer=True, signer=signer)
        why += fresh.why
        who = " ".join(filter(None, (one.name, f"<{one.address}>" if one.address else "")))
        pieces.append(f"{who}:\n{fresh.text}" if pieces else fresh.text)
    said = read("\n\n".join(pieces), readable, ["header of the forward", *why])
    note = forwards[0].note.strip()
    if note:
        said = Read(said.text, f"{by} forwarded this: {said.rest.lstrip()}", ("the forwarder's note", *said.why))
    return _Said(customer, stranger.subject, said, forwarded=True)


def _enclosed(mail: Part, content: Content, is_ours: Callable[[str], bool]) -> _Said | None:
    """The customers' own mails, when one of our people forwarded them as attachments."""
    found: list[_Said] = []
    for message in content.messages:
        customer = customer_of(message, is_ours=is_ours)
        if customer.email and not is_ours(customer.email):
            inner = content_of(message)
            said = _who_said_what(message, inner, message.first("subject"), is_ours=is_ours, trusted=False)
            by = customer.model_copy(update={"found_by": "forward", "verified": False})
            found.append(_Said(by, said.subject, said.read, forwarded=True, files=tuple(inner.files)))
    if not found:
        return None
    texts = [
        found[0].read.text,
        *(f"{one.customer.name or ''} <{one.customer.email}>:\n{one.read.text}".strip() for one in found[1:]),
    ]
    note = content.text().strip()
    rests = [f"{_forwarder(mail)} forwarded this: {note}" if note else "", *(one.read.rest for one in found)]
    why = [*(["the forwarder's note"] if note else []), *(reason for one in found for reason in one.read.why)]
    read_all = Read("\n\n".join(texts), "\n\n".join(filter(None, rests)), tuple(dict.fromkeys(why)))
    files = tuple(file for one in found for file in one.files)
    return _Said(found[0].customer, found[0].subject, read_all, forwarded=True, files=files)


def _is_answer(mail: Part, subject: str) -> bool:
    """Whether it answers a mail: only then there is history in it to fold away."""
    return subject_kind(subject) == "reply" or bool(mail.first("in-reply-to") or mail.first("references"))


def _is_list(mail: Part) -> bool:
    return any(mail.first(name) for name in ("list-id", "list-unsubscribe", "list-post", "mailing-list"))


def _stranger_in(rest: str, is_ours: Callable[[str], bool]) -> Customer | None:
    """Who wrote the history, if it names somebody by address and none of us."""
    name, address = writer_of(rest.split("\n"))
    if not address or is_ours(address):
        return None
    return Customer(email=address, name=one_line(name, 200) or None, verified=False, found_by="forward")


def _message_id(mail: Part) -> str | None:
    value = mail.first("message-id").strip()
    found = _ID.search(value)
    named = found[0] if found else one_line(value, 990)
    return named if named.strip("<> ") else None  # some programs write an empty one


def _references(mail: Part) -> tuple[str, ...]:
    named = _ID.findall(" ".join((mail.first("references"), mail.first("in-reply-to"))))
    return tuple(dict.fromkeys(named))


def _recipients(mail: Part) -> tuple[str, ...]:
    headers = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
    return tuple(dict.fromkeys(address for name in headers for _, address in addresses(mail.raw(name))))


def _fingerprint(mail: Part) -> str:
    """What its writer made, without what servers added on the way and how they end lines: programs use one Message-ID
    for several mails, so that the id alone does not tell a redelivery.
    """
    made = (mail.raw("from"), mail.raw("date"), mail.raw("subject"))
    body = b" ".join(mail.body.split())
    return hashlib.sha256("\x1f".join(made).encode("utf-8", "surrogatepass") + body).hexdigest()


def _flags(mail: Part) -> tuple[str, ...]:
    # SES writes its verdicts on top; headers of that name further down came with the mail.
    verdicts = (("spam", "x-ses-spam-verdict"), ("virus", "x-ses-virus-verdict"))
    return tuple(flag for flag, header in verdicts if mail.first(header).strip().upper() == "FAIL")
