"""Mail to shared inboxes through SES. Never to a customer: code and role are both held to one domain."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from services.dispatch.adapters.inbox.enclosing import enclose
from services.dispatch.adapters.inbox.pages import render
from services.dispatch.domain.attempt import Refused
from services.dispatch.domain.inbox.letters import Letter
from services.dispatch.domain.life.handoff import HandOff
from shared.errors import NotNow

_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""Encoded so that every relay passes it on: 8BITMIME (RFC 6152) is an extension that some lack."""
_PASSING = (
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "LimitExceededException",
    "ServiceUnavailable",
)


class Mailroom:
    """Sends letters to team inboxes. ``client`` is a boto3 ``ses`` client.

    Not ``sesv2``: both send a raw mail as it is on AWS, but the local AWS keeps its headers only through this one.

    ``link`` makes the address of the page where a ticket's actions are, for one inbox.
    """

    def __init__(
        self,
        client: Any,
        *,
        sender: str,
        domains: tuple[str, ...],
        link: Callable[[HandOff, str], str],
        reply_to_customer: bool = False,
    ) -> None:
        self._client, self._sender = client, sender
        self._domains = tuple(domain.casefold() for domain in domains)
        self._link, self._reply_to_customer = link, reply_to_customer

    def send(self, inbox: str, letter: Letter, *, about: HandOff | None = None, picture: bytes = b"") -> str:
        """Send the letter, with a link to the actions on ``about`` or a PNG; answers its Message-ID.

        Raises ValueError for an address outside the teams' own domain, NotNow when SES is busy.
        """
        if not self.may_write_to(inbox):
            raise ValueError(f"{inbox} is in none of {self._domains}: the router writes to team inboxes alone")
        raw = self.raw(inbox, letter, link=self._link(about, inbox) if about else None, picture=picture)
        try:
            self._client.send_raw_email(Source=self._sender, Destinations=[inbox], RawMessage={"Data": raw})
        except ClientError as error:
            if error.response["Error"]["Code"] in _PASSING:
                raise Refused(f"SES is busy: {error}", retry_after=10) from error
            raise
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise Refused(f"SES cannot be reached: {error}", retry_after=15) from error
        except BotoCoreError as error:
            raise NotNow(f"SES does not answer: {error}", retry_after=15) from error
        return self.message_id(letter)

    def may_write_to(self, address: str) -> bool:
        """Whether the address is one plain address in the teams' domain."""
        return bool(_PLAIN_ADDRESS.fullmatch(address)) and address.rpartition("@")[2].casefold() in self._domains

    def message_id(self, letter: Letter) -> str:
        """Stable: a second attempt at the same mail has the same Message-ID."""
        return f"<{letter.ticket_id}.{letter.name}@{self._domains[0]}>"

    def raw(self, inbox: str, letter: Letter, *, link: str | None, picture: bytes = b"") -> bytes:
        """The letter as it is sent. Loop-proof (RFC 3834): marked as automatic, and as ours for our own intake."""
        thread = f"<{letter.ticket_id}@{self._domains[0]}>"
        mail = EmailMessage(policy=_SEVEN_BIT)
        mail["From"] = Address("Ticket Router", addr_spec=self._sender)
        mail["To"] = inbox
        mail["Subject"] = unfolded(letter.subject)
        mail["Message-ID"] = self.message_id(letter)
        # SES writes a Message-ID of its own over ours: the thread hangs on an id that no mail has and all refer to.
        mail["References"] = thread
        mail["In-Reply-To"] = thread
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-Ticket-Router"] = letter.ticket_id
        if letter.urgent:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1 (Highest)"
        if self._reply_to_customer and letter.reply_to and _PLAIN_ADDRESS.fullmatch(letter.reply_to):
            mail["Reply-To"] = letter.reply_to
        mail.set_content(render("letter.txt", letter=letter, link=link))
        mail.add_alternative(render("letter.html", letter=letter, link=link), subtype="html")
        if picture:
            page = mail.get_body(("html",))
            if isinstance(page, EmailMessage):
                page.add_related(picture, "image", "png", cid="<picture>", filename=f"{letter.name}.png")
        for file in letter.enclosed.files:
            enclose(mail, file)
        return mail.as_bytes()


def unfolded(text: str) -> str:
    """Foreign text for a header.

    ``EmailMessage`` decodes encoded words in a header it is given, line breaks inside them included, and what follows
    the break becomes a header of its own: no encoded word may survive.
    """
    return re.sub(r"[\r\n\x00]+", " ", text).replace("=?", "= ?").replace("?=", "? =")
