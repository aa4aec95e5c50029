"""What was read from a raw mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from contracts.ticket import Customer, Folded
from services.intake.domain.mail.content import File

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
    disowned: bool = False
    """The domain that it claims to come from did not send it, says the receiving server."""
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
