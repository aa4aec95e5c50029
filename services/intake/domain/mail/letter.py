"""A mail that is asked whether a machine sent it, and what the shape of a report is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from contracts.ticket import Customer
from services.intake.domain.mail.addresses import addresses, first
from services.intake.domain.mail.content import Content
from services.intake.domain.mail.mime import Part

ROLES = re.compile(
    r"^(?:post_?-?master|mail-?(?:er-?)?daemon|mdaemon|mail[-_.]?delivery.*|mail\.?system|bounces?|double-bounce"
    r"|e?-?mail-?admin\w*|abuse|root|mmdf|microsoftexchange[0-9a-f]{16,})(?:[+\-].*)?$|^system administrator$"
)
"""Local parts that are a mail system's (RFC 2142, RFC 5321 §4.5.1): people write from them too. Exchange puts *System
Administrator*, blank and all, into an address.
"""

PEOPLES_ROLES = ("abuse", "root")
"""Those of them that forms and people mail from as well."""

_DAEMONS = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|mdaemon|double-bounce|microsoftexchange[0-9a-f]{16,})(?:[+\-].*)?$"
)
"""Local parts that nobody writes from."""

DELIVERY_FIELD = re.compile(
    r"^(?:final-recipient|original-recipient|reporting-mta|remote-mta|diagnostic-code)\s*:", re.I | re.M
)

_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?:^|[\s:>(])[45][0-5]\d[ -](?=[^\d\s])", re.M)
"""What mail servers answer (RFC 3463, RFC 5321 §4.2)."""

_PASTED_FROM = re.compile(r"^[ \t>]*From:[^\n]{0,80}?([^\s<>@:\"]+@[^\s<>@]+)", re.M)

LOOKED_AT = 8_000
"""Characters of the words in which a report shows its shape."""


AGGREGATE = re.compile(r"\s*(?:\[[^\]]{1,30}\]\s*)?report domain:.{3,255}submitter:", re.I | re.S)
"""The subject that RFC 7489 §7.2.1.1 (DMARC) and RFC 8460 §5.3 (TLS) give their reports."""


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
        return role_of(self.mail)

    @property
    def names_person(self) -> bool:
        """Whether somebody else than the sender is named as the one to answer, and it is no mail system's box."""
        named = self.customer.found_by in ("reply-to", "x-original-from", "form")
        return named and not ROLES.match((self.customer.email or "").partition("@")[0])


def role_of(mail: Part) -> str:
    """The local part of *From*, also of one that is no address, without what programs leave around it."""
    sender = first(mail.raw("from"))[1] or mail.first("from").lower().strip()
    return sender.partition("@")[0].strip('<>"\\ ')


def is_daemon(role: str) -> bool:
    """Whether nobody writes from such a local part."""
    return _DAEMONS.match(role) is not None


def is_mail_systems(mail: Part) -> bool:
    """Whether it comes from a box that only a mail system writes from, or from nobody (``From: Postmaster <>``)."""
    role = role_of(mail)
    nobody = mail.first("from").replace(" ", "").endswith("<>")
    return nobody or (ROLES.match(role) is not None and role not in PEOPLES_ROLES)


def has_no_return(mail: Part) -> bool:
    """Whether nobody is to be told when it does not arrive (RFC 5321 §4.5.5; Postfix writes its own name there)."""
    path = mail.first("return-path").replace(" ", "").lower()
    return path == "<>" or path.strip("<>").partition("@")[0] == "mailer-daemon"


def is_reporting(letter: Letter, words: str) -> bool:
    """Whether it has a delivery report's fields or a mail server's answer in it, or brings back a mail."""
    return bool(DELIVERY_FIELD.search(words) or _STATUS.search(words) or returns_mail(letter, words))


def returns_mail(letter: Letter, words: str) -> bool:
    """Whether it brings back a mail that the address it is written to had sent."""
    to = {address for name in ("to", "cc", "delivered-to") for _, address in addresses(letter.mail.raw(name))}
    domains = {address.rpartition("@")[2] for address in to}
    senders = [first(message.raw("from"))[1] for message in letter.content.messages]
    senders += [found.lower() for found in _PASTED_FROM.findall(words)]
    return any(one in to or letter.is_ours(one) or one.rpartition("@")[2] in domains for one in senders if one)
