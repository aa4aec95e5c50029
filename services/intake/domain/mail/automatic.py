"""Mail that machines send: bounces, delivery reports, absence notes, automatic answers, feedback loops, our own.

Only what a machine writes sets a mail aside: a header that nothing else sets, a report's parts, an empty return path
around what is built like a report. Words, roles and headers that forms, rules and lists set too are evidence: they make
a quiet ticket that says why (ADR 13).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.ticket import Customer
from services.intake.domain.mail.addresses import addresses, first
from services.intake.domain.mail.calendar_answer import is_bare_answer
from services.intake.domain.mail.content import Content
from services.intake.domain.mail.forward import subject_kind
from services.intake.domain.mail.machine_words import (
    answers_automatically,
    asks_for,
    names_absence,
    names_answer,
)
from services.intake.domain.mail.mime import Part, children
from services.intake.domain.mail.sender import NO_REPLY
from services.intake.domain.text import fold_case, one_line

OUR_HEADER = "x-ticket-router"
"""The header our own mails carry."""

_REPORTS = {
    "delivery-status": "a delivery report",
    "feedback-report": "a feedback loop's report",
    "disposition-notification": "a read receipt",
    "global-delivery-status": "a delivery report",
}
_PARTS = {f"message/{kind}": why for kind, why in _REPORTS.items()}
"""Parts that only a machine puts in, whatever they are wrapped in."""
_ANSWER_HEADER = re.compile(
    r"x-(?:[a-z0-9]+-)*?(?:auto-?(?:repl(?:y|ied)|respon[ds](?:e|er)?|respond|answer(?:ed)?)|vacation|out-?of-?office"
    r"|machine-?generated)(?:-(?:from|to|id|by))?"
)
"""Headers that answering machines set, by how they are named."""
_ROLES = re.compile(
    r"^(?:post_?-?master|mail-?(?:er-?)?daemon|mdaemon|mail[-_.]?delivery.*|mail\.?system|bounces?|double-bounce"
    r"|e?-?mail-?admin\w*|abuse|root|mmdf|microsoftexchange[0-9a-f]{16,})(?:[+\-].*)?$"
)
"""Local parts that are a mail system's (RFC 2142, RFC 5321 §4.5.1): people write from them too."""
_DAEMONS = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|mdaemon|double-bounce|microsoftexchange[0-9a-f]{16,})(?:[+\-].*)?$"
)
"""Local parts that nobody writes from."""
_LIST_ROLES = re.compile(
    r"^(.{1,60})-(?:bounces|request|owner|admin|help|confirm|return|errors?|(?:un)?subscribe|ctl)(?:[+\-=].*)?$"
)
_LIST_SERVERS = re.compile(r"^(?:majordomo|listserv|mailman|sympa|ezmlm|fml|listproc)(?:[+\-].*)?$")
_DELIVERY_FIELD = re.compile(
    r"^(?:final-recipient|original-recipient|reporting-mta|remote-mta|diagnostic-code)\s*:", re.I | re.M
)
_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?:^|[\s:>(])[45][0-5]\d[ -](?=[^\d\s])", re.M)
"""What mail servers answer (RFC 3463, RFC 5321 §4.2)."""
_ALONE = re.compile(r"^\s*(?:<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?:?\s*$|<[^\s<>@]{1,64}@[^\s<>@]{1,255}>:)", re.M)
"""An address on a line of its own, or at the head of one: whom a report is about."""
_PASTED_FROM = re.compile(r"^[ \t>]*From:[^\n]{0,80}?([^\s<>@:\"]+@[^\s<>@]+)", re.M)
_AGGREGATE = re.compile(r"\s*(?:\[[^\]]{1,30}\]\s*)?report domain:.{3,255}submitter:", re.I | re.S)
"""The subject that RFC 7489 §7.2.1.1 (DMARC) and RFC 8460 §5.3 (TLS) give their reports."""
_SES_EVENT = re.compile(r"\"?\\?\"(?:notificationType|eventType)\\?\"\s*:\s*\\?\"[A-Z]")
_REACTION = re.compile(r"text/vnd\.google\.email-reaction\+json")
_MOST_LOOKED_AT = 20
_LOOKED_AT = 8_000
"""Characters of the words in which a report shows its shape."""


@dataclass(frozen=True)
class Letter:
    """What is known of a mail when it is asked whether a machine sent it."""

    mail: Part
    content: Content
    customer: Customer
    subject: str
    new: str
    """Its new words."""
    is_ours: Callable[[str], bool]

    @property
    def sender(self) -> str:
        return first(self.mail.raw("from"))[1]

    @property
    def role(self) -> str:
        """The local part of *From*, also of one that is no address."""
        return (self.sender or self.mail.first("from").lower().strip()).partition("@")[0].strip("<> ")

    @property
    def names_person(self) -> bool:
        """Whether somebody else than the sender is named as the one to answer."""
        return self.customer.found_by in ("reply-to", "x-original-from", "form")


def why_machine(letter: Letter) -> str | None:
    """What a machine wrote into the mail, so that it is set aside; None when nothing only machines write is in it."""
    mail = letter.mail
    if mail.first(OUR_HEADER):
        return "our own mail coming back"
    return _by_headers(mail) or _by_parts(letter) or _bounce(letter)


def why_maybe(letter: Letter, *, ours: Sequence[str]) -> str | None:
    """Why a machine may have sent it: evidence that people's mail can carry too; None when there is none."""
    asks = "?" in letter.new or "？" in letter.new
    if letter.sender in ours and not letter.names_person and not asks:
        return "it comes from our own address and names nobody else"
    if asks or subject_kind(letter.subject) == "forward":
        return None
    return _report_by_role(letter) or _list_server(letter) or _generated(letter) or _by_words(letter)


def _by_headers(mail: Part) -> str | None:
    submitted = mail.first("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted == "auto-replied":
        return "Auto-Submitted: auto-replied"
    if mail.first("x-failed-recipients"):
        return "a bounce (X-Failed-Recipients)"
    for name, content in mail.headers:
        said = content[:40].strip().lower()
        if _ANSWER_HEADER.fullmatch(name) and said not in (b"no", b"false", b"0", b"none", b""):
            return f"an automatic answer ({one_line(name, 40)})"
    if mail.first("x-autogenerated").strip().lower() == "reply":
        return "an automatic answer (x-autogenerated)"
    for name in ("precedence", "preference", "x-precedence"):
        if mail.first(name).strip().lower().replace("-", "_") in ("auto_reply", "autoreply"):
            return f"an automatic answer ({name})"
    for name in ("delivered-to", "x-mailer", "x-post-messageclass"):
        value = mail.first(name).lower()
        if "@" not in value and ("autorespon" in value or "vacation" in value):
            return f"an automatic answer ({name})"
    return "a list's own mail" if mail.first("x-list-administrivia").strip().lower() == "yes" else None


def _by_parts(letter: Letter) -> str | None:
    mail = letter.mail
    if mail.content_type == "multipart/report":
        return _REPORTS.get(mail.parameters.get("report-type", "").lower(), "a report")
    for part in (mail, *_near_parts(mail)):
        if part.content_type in _PARTS:
            return _PARTS[part.content_type]
        if _REACTION.fullmatch(part.content_type) or part.disposition == "reaction":
            return "a reaction to a mail" if len(letter.new.split("\n")) == 1 and len(letter.new) < 100 else None
        if part.content_type == "text/calendar" and is_bare_answer(part, letter.content.text(), _names(letter)):
            return "a calendar's answer"
    if any(one.first("x-hmxmroriginalrecipient") for one in (mail, *letter.content.messages)):
        return "a feedback loop's report"
    if _AGGREGATE.match(letter.subject) and letter.content.files:
        return "a report about our domain (RFC 7489)"
    if mail.first("x-amz-sns-message-id") and _SES_EVENT.search(letter.content.text()[:_LOOKED_AT]):
        return "a delivery report (Amazon SES through SNS)"
    return None


def _names(letter: Letter) -> tuple[str, ...]:
    return (letter.customer.name or "", first(letter.mail.raw("from"))[0], letter.sender, letter.subject)


def _near_parts(mail: Part) -> list[Part]:
    """The parts of the mail and of the alternatives in it; not what is inside enclosed mails."""
    outer = children(mail) if mail.content_type in ("multipart/mixed", "multipart/alternative") else []
    return [inner for part in outer[:_MOST_LOOKED_AT] for inner in (part, *_alternatives(part))]


def _alternatives(part: Part) -> list[Part]:
    return children(part)[:_MOST_LOOKED_AT] if part.content_type == "multipart/alternative" else []


def _bounce(letter: Letter) -> str | None:
    if letter.names_person:
        return None
    if letter.mail.first("from").replace(" ", "").endswith("<>"):
        return "a machine's mail (no sender)"
    if _DAEMONS.match(letter.role):
        return "a bounce (from the mail system)"
    if not _has_no_return(letter.mail):
        return None
    words = letter.content.text()[:_LOOKED_AT]
    shaped = _ROLES.match(letter.role) or _is_reporting(letter, words) or _ALONE.search(words)
    return "a bounce (no return path, and built like one)" if shaped else None


def _has_no_return(mail: Part) -> bool:
    """Whether nobody is to be told when it does not arrive (RFC 5321 §4.5.5; Postfix writes its own name there)."""
    path = mail.first("return-path").replace(" ", "").lower()
    return path == "<>" or path.strip("<>").partition("@")[0] == "mailer-daemon"


def _is_reporting(letter: Letter, words: str) -> bool:
    return bool(_DELIVERY_FIELD.search(words) or _STATUS.search(words) or _returns_mail(letter, words))


def _returns_mail(letter: Letter, words: str) -> bool:
    """Whether it brings back a mail that the address it is written to had sent."""
    to = {address for name in ("to", "cc", "delivered-to") for _, address in addresses(letter.mail.raw(name))}
    domains = {address.rpartition("@")[2] for address in to}
    senders = [first(message.raw("from"))[1] for message in letter.content.messages]
    senders += [found.lower() for found in _PASTED_FROM.findall(words)]
    return any(one in to or letter.is_ours(one) or one.rpartition("@")[2] in domains for one in senders if one)


def _report_by_role(letter: Letter) -> str | None:
    words = letter.content.text()[:_LOOKED_AT]
    if _DELIVERY_FIELD.search(words) and not letter.names_person:
        return "it is built like a delivery report"
    if letter.names_person:
        return None
    if _ROLES.match(letter.role) and letter.role not in ("abuse", "root"):
        if _returns_mail(letter, words):
            return "it comes from a mail system's own box and brings back a mail"
        return None if asks_for(letter.new) else "it comes from a mail system's own box and asks nothing"
    if NO_REPLY.match(letter.sender) and _is_reporting(letter, words):
        return "it is built like a delivery report and comes from a box that nobody reads"
    return "it is built like a report about our domain" if _AGGREGATE.match(letter.subject) else None


def _list_server(letter: Letter) -> str | None:
    if _LIST_SERVERS.match(letter.role):
        return "it comes from a list server"
    found = _LIST_ROLES.match(letter.role)
    if found is None:
        return None
    name, domain = found[1], letter.sender.rpartition("@")[2]
    listed = f"{letter.mail.first('list-id')} {letter.mail.first('x-ml-name')}".lower()
    told = fold_case(f"{letter.subject}\n{letter.content.text()[:_LOOKED_AT]}")
    if f"{name}@{domain}" in told or re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", listed):
        return "it comes from a list server, about its list"
    return None


def is_generated(mail: Part) -> bool:
    """Whether a program says that it made the mail: a form, say, that names its writer in the words."""
    return mail.first("auto-submitted").partition(";")[0].strip().lower() not in ("", "no")


def _generated(letter: Letter) -> str | None:
    """A program's notice (RFC 3834 §5.1) from a box that nobody reads. Forms and rules mark theirs so too."""
    submitted = letter.mail.first("auto-submitted").partition(";")[0].strip().lower()
    if submitted in ("", "no") or letter.names_person or _by_rule(letter.mail):
        return None
    if NO_REPLY.match(letter.sender) or _ROLES.match(letter.role):
        return f"a program made it (Auto-Submitted: {one_line(submitted, 40)}), and nobody reads answers"
    return None


def _by_rule(mail: Part) -> bool:
    """Whether a rule of somebody's mailbox sent it on."""
    agent = "rules agent" in mail.first("x-ms-exchange-generated-message-source").lower()
    return bool(mail.first("resent-from")) or agent


def _by_words(letter: Letter) -> str | None:
    mail, words = letter.mail, letter.new
    if letter.customer.found_by in ("x-original-from", "form"):
        return None
    submitted = mail.first("auto-submitted").strip().lower()
    bulk = mail.first("precedence").strip().lower() in ("bulk", "junk")
    headed = bulk or _has_no_return(mail) or mail.first("x-auto-response-suppress") != ""
    named = names_answer(letter.subject)
    marked = headed or submitted not in ("", "no") or named or names_absence(letter.subject)
    unread = headed or NO_REPLY.match(letter.sender) is not None
    if not words.strip():
        return "it has no words, and no return path" if _has_no_return(mail) else None
    if letter.names_person:
        marked = named = False
    return answers_automatically(words, marked=marked, named=named, received=unread)
