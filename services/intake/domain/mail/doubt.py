"""Evidence that a machine may have sent a mail, in what people's mail can carry too: roles, shapes and words.

It makes a quiet ticket that says why. A question, a person to answer to, or words that ask or tell more, and it is an
ordinary one (ADR 14).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.forward import subject_kind
from services.intake.domain.mail.letter import (
    AGGREGATE,
    DELIVERY_FIELD,
    LOOKED_AT,
    PEOPLES_ROLES,
    ROLES,
    Letter,
    has_no_return,
    is_daemon,
    is_reporting,
    returns_mail,
)
from services.intake.domain.mail.machine_words import (
    answers_automatically,
    asks_for,
    is_titled,
    names_absence,
    names_answer,
    tells_of_no_arrival,
    tells_of_no_delivery,
)
from services.intake.domain.mail.mime import Part
from services.intake.domain.mail.sender import NO_REPLY
from services.intake.domain.text import fold_case, one_line

OWN_ADDRESS = "it comes from our own address and names nobody else"
"""Why a mail from our own address is doubted: our people answer in its name, and so do machines of ours."""
_LIST_ROLES = re.compile(
    r"^(?:owner|request)-(.{1,60})$|^(.{1,60})-(?:bounces|request|owner|admin|help|confirm|return|errors?|(?:un)?subscribe|ctl)(?:[+\-=].*)?$"
)

_LIST_SERVERS = re.compile(r"^(?:majordomo|listserv|mailman|sympa|ezmlm|fml|listproc)(?:[+\-].*)?$")


def why_maybe(letter: Letter, *, ours: Sequence[str]) -> str | None:
    """Why a machine may have sent it: evidence that people's mail can carry too; None when there is none."""
    asks = "?" in letter.new or "？" in letter.new
    if letter.sender in ours and not letter.names_person and not asks:
        return OWN_ADDRESS
    if asks or subject_kind(letter.subject) == "forward":
        return None
    return _report_by_role(letter) or _list_server(letter) or _generated(letter) or _by_words(letter)


def _report_by_role(letter: Letter) -> str | None:
    words = letter.content.text()[:LOOKED_AT]
    if DELIVERY_FIELD.search(words) and not letter.names_person:
        return "it is built like a delivery report"
    if is_daemon(letter.role) and is_reporting(letter, words):
        return "it comes from a box that nobody writes from, and is built like a report"
    if letter.names_person:
        return None
    if _returns_undelivered(letter, words):
        return "it tells of a mail that did not arrive, and is built like a report"
    if ROLES.match(letter.role) and letter.role not in PEOPLES_ROLES:
        if returns_mail(letter, words):
            return "it comes from a mail system's own box and brings back a mail"
        return None if asks_for(letter.new) else "it comes from a mail system's own box and asks nothing"
    if NO_REPLY.match(letter.sender) and is_reporting(letter, words):
        return "it is built like a delivery report and comes from a box that nobody reads"
    return "it is built like a report about our domain" if AGGREGATE.match(letter.subject) else None


def _returns_undelivered(letter: Letter, words: str) -> bool:
    """A bounce of a gateway that has a box of any name and knows no standard: subject and words tell of a mail that did
    not arrive, it answers nothing, and names somebody else's address on a line of its own or brings a mail back.
    """
    mail = letter.mail
    if mail.first("in-reply-to") or mail.first("references") or subject_kind(letter.subject) == "forward":
        return False
    if not (tells_of_no_arrival(letter.subject) and tells_of_no_delivery(words)):
        return False
    if letter.content.messages:
        return True
    if asks_for(letter.new):
        return False
    others = [one for one in _ADDRESSED.findall(words) if one.lower() != letter.sender]
    return bool(others or returns_mail(letter, words))


_ADDRESSED = re.compile(
    r"^(?=[^\n]{0,300}$)(?:[\w -]{0,20}recipient[^\n:]{0,5}:|[^\W\d_]{2,20}:)?[ \t]*"
    r"<?([^\s<>@]{1,64}@[^\s<>@]{1,255})(?:>?:?[ \t]*$|>:)",
    re.M | re.I,
)
"""Whom a report is about: an address on a line of its own, behind a word or *recipient*, or at the head of a line."""


def _list_server(letter: Letter) -> str | None:
    if _LIST_SERVERS.match(letter.role):
        return "it comes from a list server"
    found = _LIST_ROLES.match(letter.role)
    if found is None:
        return None
    name, domain = found[1] or found[2], letter.sender.rpartition("@")[2]
    listed = f"{letter.mail.first('list-id')} {letter.mail.first('x-ml-name')}".lower()
    told = fold_case(f"{letter.subject}\n{letter.content.text()[:LOOKED_AT]}")
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
    if letter.mail.first("x-ms-exchange-generated-message-source"):
        return "Exchange made it, and no rule of somebody's mailbox"
    if NO_REPLY.match(letter.sender) or ROLES.match(letter.role):
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
    headed = bulk or has_no_return(mail) or mail.first("x-auto-response-suppress") != ""
    named = names_answer(letter.subject)
    marked = headed or submitted not in ("", "no") or named or names_absence(letter.subject)
    unread = headed or NO_REPLY.match(letter.sender) is not None
    if not words.strip():
        return "it has no words, and no return path" if has_no_return(mail) else None
    if letter.names_person:
        marked = named = False
    titled = named and is_titled(letter.subject)
    return answers_automatically(words, marked=marked, named=named, titled=titled, received=unread)
