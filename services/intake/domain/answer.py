"""Whether a mail of our own people answers a ticket: it is then no ticket, and no word of the customer's.

What our people forward, what only bears our address (a web form's mail, an absence note) and what a customer who is one
of us writes about their own ticket is none. What cannot be tied to a ticket that we know is a ticket: nobody unheard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from contracts.ticket import Customer, Person
from services.intake.domain.identity import are_colleagues, customer_key
from services.intake.domain.linking import Known
from services.intake.domain.mail import Mail
from services.intake.domain.mail.doubt import OWN_ADDRESS
from services.intake.domain.text import one_line

_NUMBER = re.compile(r"(?<![\w-])T-[0-9A-HJKMNP-TV-Z]{12}(?![\w-])", re.I)
_IN_OUR_ID = re.compile(r"<(T-[0-9A-HJKMNP-TV-Z]{12})(?:\.[^@>]{1,80})?@", re.I)
"""The Message-IDs that hand-off mails name in their References."""
_MOST_KEYS = 50
_DISOWNED = "it says that it comes from one of us, and its domain did not send it"


def may_be_answer(mail: Mail, *, is_ours: Callable[[str], bool]) -> bool:
    """Whether one of us wrote it, in their own words and name."""
    by_itself = mail.customer.found_by == "from" or not mail.customer.email
    return bool(
        mail.sender
        and is_ours(mail.sender)
        and by_itself
        and not (mail.forwarded or mail.automatic)
        and mail.maybe_automatic in (None, OWN_ADDRESS)
    )


def why_doubted(mail: Mail) -> str | None:
    """Why an answer is left to a person: anybody can write our name into *From*."""
    return _DISOWNED if mail.disowned else None


def keys_of(mail: Mail) -> tuple[str, ...]:
    """What the mail may refer to, surest first: its addresses and subject, the mails it replies to, our own Message-IDs
    among them, and the one ticket that it quotes (a phone may leave all headers out).
    """
    ours = [found[1].upper() for one in reversed(mail.references) if (found := _IN_OUR_ID.match(one))]
    quoted = {found.upper() for found in _NUMBER.findall(mail.rest)}
    return tuple(dict.fromkeys((*mail.thread, *ours, *(quoted if len(quoted) == 1 else ()))))[:_MOST_KEYS]


def answered(mail: Mail, keys: Sequence[str], known: Mapping[str, Known]) -> Known | None:
    """The ticket that the mail answers; None when we know none, or when its customer is who writes."""
    found = next((known[key] for key in keys if key in known), None)
    by_customer = found is not None and found.customer == customer_key(Customer(email=mail.sender))
    return None if by_customer else found


def reaches_customer(mail: Mail, ticket: Known, *, is_ours: Callable[[str], bool]) -> bool:
    """Whether the customer, or somebody of the customer's own domain, is among those it was sent to."""
    others = [customer_key(Customer(email=one)) for one in mail.recipients if not is_ours(one)]
    if not ticket.customer or "@" not in ticket.customer:
        return bool(others)
    return any(are_colleagues(other, ticket.customer) for other in others)


def answerer(mail: Mail) -> Person:
    """Who answered."""
    return Person(id=mail.sender, name=one_line(mail.customer.name or "", 200))
