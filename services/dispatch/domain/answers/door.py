"""Where a person answers a ticket: the link of the Doc's Settings for its source, else their own mail program."""

from __future__ import annotations

import re
from urllib.parse import quote

from contracts.rules import Rules
from contracts.ticket import Ticket
from services.dispatch.domain.words import cut, line, subject_of

SUBJECT_CHARS = 120
LINK_CHARS = 2000
"""A longer link is cut by some mail programs and browsers; the ticket's values are short enough in practice."""

_VALUE = re.compile(r"\{(message_id|conversation_id|customer|subject|ticket_id)\}")
_SCHEME = re.compile(r"(https://|mailto:)", re.I)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\?&]+@[^\s@<>()\[\],;:\"\\?&]+\.[^\s@<>()\[\],;:\"\\?&]+")
_UNSAFE = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", "`": "%60", " ": "%20"})


def answer_link(ticket: Ticket, rules: Rules) -> str | None:
    """Where to answer this ticket; None when nobody can be written to.

    A link of the Doc that needs what the ticket does not have (a Message-ID, a conversation) is no use for it.
    """
    written = next((one.template for one in rules.answer_links if one.source == ticket.source), "")
    if written.casefold().rstrip() == "mailto:" or not _SCHEME.match(written):
        return _by_mail(ticket)
    values = _values(ticket)
    needed = _VALUE.findall(written)
    if not all(values[name] for name in needed):
        return _by_mail(ticket)
    link = _VALUE.sub(lambda found: quote(values[found[1]], safe=""), written).translate(_UNSAFE)
    link = re.sub(r"[\x00-\x20\x7f]", "", link)
    return link if len(link) <= LINK_CHARS else _by_mail(ticket)


def _by_mail(ticket: Ticket) -> str | None:
    """A mail to the customer, begun: subject and number are there, and the thread it belongs to (RFC 6068)."""
    address = (ticket.customer.email or "").strip()
    if not _ADDRESS.fullmatch(address):
        return None
    fields = {"subject": answer_subject(ticket)}
    if ticket.source == "mail" and (message_id := _values(ticket)["message_id"]):
        fields["In-Reply-To"] = f"<{message_id}>"
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"mailto:{quote(address, safe='@')}?{asked}"


def answer_subject(ticket: Ticket) -> str:
    """The subject of an answer: the customer's own behind one Re:, and the ticket's number."""
    subject = re.sub(r"^(\s*(re|aw|sv|antw)\s*:)+\s*", "", subject_of(ticket), flags=re.I)
    return f"Re: {cut(subject, SUBJECT_CHARS)} [{ticket.ticket_id}]"


def _values(ticket: Ticket) -> dict[str, str]:
    return {
        "message_id": line(ticket.message_id or "").strip("<> "),
        "conversation_id": line(ticket.conversation_id or ""),
        "customer": line(ticket.customer.email or ""),
        "subject": cut(subject_of(ticket), SUBJECT_CHARS),
        "ticket_id": ticket.ticket_id,
    }
