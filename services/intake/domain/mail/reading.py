"""From raw RFC 5322 bytes to a ticket's words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.ticket import SUBJECT_LIMIT_CHARS, Customer, Folded
from services.intake.domain.mail.addresses import first
from services.intake.domain.mail.automatic import why_machine
from services.intake.domain.mail.content import Content, File, content_of
from services.intake.domain.mail.doubt import is_generated, why_maybe
from services.intake.domain.mail.folded import Read, read
from services.intake.domain.mail.forward import Forward, find_forwards, subject_kind, writer_of
from services.intake.domain.mail.headers import (
    fingerprint,
    flags_of,
    is_list,
    message_id_of,
    recipients_of,
    references_of,
)
from services.intake.domain.mail.letter import Letter, has_no_return, is_mail_systems
from services.intake.domain.mail.mail import Mail
from services.intake.domain.mail.mime import Part, parse
from services.intake.domain.mail.quoting import new_words
from services.intake.domain.mail.sender import (
    FORM_BOX,
    NO_REPLY,
    customer_in_form,
    customer_of,
    is_disowned,
    staff_check,
)
from services.intake.domain.text import clean, one_line


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
    message_id = message_id_of(mail)
    return Mail(
        customer=said.customer,
        sender=sender,
        subject=one_line(said.subject, SUBJECT_LIMIT_CHARS),
        text=clean(read.text),
        rest=clean(read.rest),
        folded=Folded(lines=read.lines, why=read.why) if read.lines else None,
        natural_key=("mail", message_id or "", sender, fingerprint(mail)),
        message_id=message_id,
        references=references_of(mail),
        recipients=recipients_of(mail),
        forwarded=said.forwarded,
        automatic=automatic,
        maybe_automatic=None if automatic else why_maybe(letter, ours=ours),
        flags=(*flags_of(mail), *(("unreadable",) if unreadable or (content.sealed and not read.text) else ())),
        files=(*content.files, *said.files),
        cut=content.cut,
        disowned=is_disowned(mail),
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
    if not content.messages and _may_be_form(mail, customer.email or "", is_ours):
        customer = customer_in_form(text, is_ours=is_ours) or customer
    marked = content.text(marks=True)
    fresh = new_words(
        marked,
        is_answer=_is_answer(mail, subject),
        is_list=is_list(mail),
        signer=customer.name or customer.email or "",
    )
    readable = [*marked.split("\n"), *content.unsaid()]
    return _Said(customer, subject, read(fresh.text, readable, fresh.why))


def _may_be_form(mail: Part, sender: str, is_ours: Callable[[str], bool]) -> bool:
    """Whether the mail comes from where forms mail from, so that its writer may stand in the words. The address in a
    bounce is not its writer's.
    """
    if is_mail_systems(mail):
        return False
    box = NO_REPLY.match(sender) or FORM_BOX.match(sender)
    return bool(box or is_generated(mail) or has_no_return(mail) or is_ours(sender))


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


def _stranger_in(rest: str, is_ours: Callable[[str], bool]) -> Customer | None:
    """Who wrote the history, if it names somebody by address and none of us."""
    name, address = writer_of(rest.split("\n"))
    if not address or is_ours(address):
        return None
    return Customer(email=address, name=one_line(name, 200) or None, verified=False, found_by="forward")
