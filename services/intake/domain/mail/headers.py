"""What a mail's headers say of its place among others: its id, what it answers, whom it went to, what made it."""

from __future__ import annotations

import hashlib
import re

from services.intake.domain.mail.addresses import addresses
from services.intake.domain.mail.mime import Part
from services.intake.domain.text import one_line, seen

_ID = re.compile(r"<[^<>\s]{1,990}>")


def is_list(mail: Part) -> bool:
    """Whether a mailing list passed it on."""
    return any(mail.first(name) for name in ("list-id", "list-unsubscribe", "list-post", "mailing-list"))


def message_id_of(mail: Part) -> str | None:
    """Its Message-ID; None when it has none, or an empty one."""
    value = mail.first("message-id").strip()
    found = _ID.search(seen(value))
    named = found[0] if found else one_line(value, 990)
    return named if named.strip("<> @") else None  # some programs write an empty one


def references_of(mail: Part) -> tuple[str, ...]:
    """The mails it answers, oldest first."""
    named = _ID.findall(seen(" ".join((mail.first("references"), mail.first("in-reply-to")))))
    return tuple(dict.fromkeys(named))


def recipients_of(mail: Part) -> tuple[str, ...]:
    """Everybody it went to, as far as headers tell, each once."""
    headers = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
    return tuple(dict.fromkeys(address for name in headers for _, address in addresses(mail.raw(name))))


def fingerprint(mail: Part) -> str:
    """What its writer made, without what servers added on the way and how they end lines: programs use one Message-ID
    for several mails, so that the id alone does not tell a redelivery.
    """
    made = (mail.raw("from"), mail.raw("date"), mail.raw("subject"))
    body = b" ".join(mail.body.split())
    return hashlib.sha256("\x1f".join(made).encode("utf-8", "surrogatepass") + body).hexdigest()


def flags_of(mail: Part) -> tuple[str, ...]:
    """Why a person should look: spam and virus, by the verdicts of the receiving server."""
    # SES writes its verdicts on top; headers of that name further down came with the mail.
    verdicts = (("spam", "x-ses-spam-verdict"), ("virus", "x-ses-virus-verdict"))
    return tuple(flag for flag, header in verdicts if mail.first(header).strip().upper() == "FAIL")
