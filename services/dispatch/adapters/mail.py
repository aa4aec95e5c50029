"""Mail to shared inboxes through SES. Never to a customer: code and role are both held to one domain."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from services.dispatch.domain.mail import Letter


class Mailroom:
    """Sends letters to team inboxes. ``client`` is a boto3 ``sesv2`` client."""

    def __init__(self, client: Any, *, sender: str, domain: str) -> None:
        self._client, self._sender, self.domain = client, sender, domain.casefold()

    def send(self, inbox: str, letter: Letter) -> None:
        """Send the letter. Raises ValueError for an address outside the teams' own domain."""
        if not self.may_write_to(inbox):
            raise ValueError(f"{inbox} is not in {self.domain}: the router writes to team inboxes and to nobody else")
        self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [inbox]},
            Content={"Raw": {"Data": self.raw(inbox, letter)}},
        )

    def may_write_to(self, address: str) -> bool:
        """Whether the address is one plain address in the teams' domain."""
        try:
            parsed = Address(addr_spec=address)
        except (ValueError, IndexError):
            return False
        return parsed.domain.casefold() == self.domain and parsed.addr_spec == address

    def raw(self, inbox: str, letter: Letter) -> bytes:
        """The letter as it is sent. Loop-proof (RFC 3834): marked as automatic, and as ours for our own intake."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address("Ticket Router", addr_spec=self._sender)
        mail["To"] = inbox
        mail["Subject"] = _header(letter.subject)
        mail["Message-ID"] = letter.message_id
        mail["References"] = letter.thread
        mail["In-Reply-To"] = letter.thread
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-Ticket-Router"] = letter.thread.strip("<>")
        if letter.urgent:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        mail.set_content(letter.text)
        return mail.as_bytes()


def _header(text: str) -> str:
    # EmailMessage decodes encoded words in a header it is given, line breaks included: take the encoding apart.
    return text.replace("=?", "= ?")
