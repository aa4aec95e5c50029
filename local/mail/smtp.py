"""The two SMTP sides: mail that comes in for support, and mail that SES sends out."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formatdate, parseaddr
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

MAIL_LIMIT_BYTES = 40 * 1024 * 1024
"""SES: the largest message it receives."""

_GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class _Server(SMTP):
    """aiosmtpd's server, but patient with long lines: real mail has them, and SES takes them."""

    line_length_limit = 1024 * 1024


async def listen(side: Inbound | Outbox, listening: socket.socket) -> asyncio.Server:
    """Start to take mail for ``side`` on a socket that is bound already. ``close()`` on the answer ends it."""
    return await asyncio.get_running_loop().create_server(
        lambda: _Server(side, data_size_limit=MAIL_LIMIT_BYTES, enable_SMTPUTF8=True, hostname="inbound-smtp.local"),
        sock=listening,
    )


class Inbound:
    """Mail for the support address, stored as an SES receipt rule with an S3 action stores it."""

    def __init__(self, *, support_address: str, s3: Any, bucket: str) -> None:
        self._address, self._s3, self._bucket = support_address.casefold(), s3, bucket

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the support address and its plus-addresses; refuse every other."""
        local, _, domain = address.casefold().rpartition("@")
        if f"{local.partition('+')[0]}@{domain}" != self._address:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail, then say so. 451 when it could not be stored: the sender keeps it and tries again."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        mail_id = secrets.token_hex(20)
        client = session.peer[0] if isinstance(session.peer, tuple) else "127.0.0.1"
        headers = ses_headers(
            content,
            mail_id=mail_id,
            sender=envelope.mail_from or "",
            recipient=envelope.rcpt_tos[0],
            helo=str(session.host_name or "localhost"),
            client=client,
        )
        try:
            await asyncio.to_thread(
                self._s3.put_object, Bucket=self._bucket, Key=f"inbound/{mail_id}", Body=headers + content
            )
        except Exception as error:  # whatever kept it from being stored, the sender must keep the mail
            return f"451 4.3.0 Not stored, try again later ({type(error).__name__})"
        return f"250 OK {mail_id}"


def ses_headers(content: bytes, *, mail_id: str, sender: str, recipient: str, helo: str, client: str) -> bytes:
    """What SES writes on top of a mail it received.

    The stand-in asks no DNS. SPF passes for the envelope sender's domain and nothing is signed, so a mail is
    authenticated (``dmarc=pass``) when that domain is the one in ``From``; a forger differs there.
    """
    author = _domain(parseaddr(str(_headers_of(content).get("From", "")))[1])
    envelope_domain = _domain(sender)
    spf = "pass" if envelope_domain else "none"
    aligned = bool(envelope_domain) and _aligned(envelope_domain, author)
    lines = [
        f"Return-Path: <{sender}>",
        f"Received: from {helo} ([{client}])\r\n by inbound-smtp.eu-central-1.amazonaws.com with SMTP id {mail_id}\r\n"
        f" for {recipient};\r\n {formatdate(time.time())}",
        f"X-SES-Spam-Verdict: {'FAIL' if _GTUBE in content else 'PASS'}",
        f"X-SES-Virus-Verdict: {'FAIL' if _EICAR in content else 'PASS'}",
        f"Received-SPF: {spf} (spfCheck: domain of {sender or helo} designates {client} as permitted sender)"
        f" client-ip={client}; envelope-from={sender}; helo={helo};",
        f"Authentication-Results: amazonses.com;\r\n spf={spf} client-ip={client}; envelope-from={sender}; helo={helo};"
        f"\r\n dkim=none;\r\n dmarc={'pass' if aligned else 'fail'} header.from={author or 'unknown'};",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _headers_of(content: bytes) -> Any:
    return BytesParser(policy=policy.compat32).parsebytes(content, headersonly=True)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold().strip("<> ")


def _aligned(one: str, other: str) -> bool:
    """Relaxed alignment: the same domain or one below the other."""
    return bool(other) and (one == other or one.endswith("." + other) or other.endswith("." + one))


@dataclass(frozen=True)
class Sent:
    """A mail that went out."""

    id: str
    sender: str
    recipients: tuple[str, ...]
    at: float
    raw: bytes
    message: EmailMessage

    def as_dict(self) -> dict[str, Any]:
        """The mail as ``GET /outbox`` lists it."""
        message = self.message
        return {
            "id": self.id,
            "from": str(message.get("From", self.sender)),
            "to": list(self.recipients),
            "subject": str(message.get("Subject", "")),
            "date": str(message.get("Date", "")),
            "received_at": self.at,
            "message_id": str(message.get("Message-ID", "")).strip(),
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": self.part("plain"),
            "html": self.part("html"),
            "attachments": [
                {
                    "name": part.get_filename() or "",
                    "content_type": part.get_content_type(),
                    "size": len(part.get_payload(decode=True) or b""),
                    "content_id": str(part.get("Content-ID", "")).strip("<> "),
                }
                for part in self.attachments()
            ],
            "raw": self.raw.decode("utf-8", "replace"),
        }

    def part(self, kind: str) -> str:
        """The ``plain`` or ``html`` body, or empty."""
        body = self.message.get_body(preferencelist=(kind,))
        if body is None:
            return ""
        payload = body.get_payload(decode=True)
        if not isinstance(payload, bytes):
            return ""
        try:
            text = payload.decode(body.get_content_charset() or "utf-8", "replace")
        except LookupError:
            text = payload.decode("utf-8", "replace")
        return text.replace("\r\n", "\n")

    def attachments(self) -> list[Any]:
        """Every part that is a file, pictures inside the HTML included."""
        return [
            part
            for part in self.message.walk()
            if part.get_filename() or part.get_content_disposition() == "attachment" or part.get("Content-ID")
        ]


class Outbox:
    """Keeps what SES sends, newest last. ``version`` grows with every mail."""

    def __init__(self, *, keep: int = 5000, now: Callable[[], float] = time.time) -> None:
        self._keep, self._now = keep, now
        self.mails: list[Sent] = []
        self.version = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the mail."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
        mail = Sent(secrets.token_hex(8), envelope.mail_from or "", tuple(envelope.rcpt_tos), self._now(), raw, message)
        self.mails = [*self.mails, mail][-self._keep :]
        self.version += 1
        return "250 OK"

    def mail(self, mail_id: str) -> Sent | None:
        """The mail of that id."""
        return next((mail for mail in self.mails if mail.id == mail_id), None)

    def to(self, address: str) -> list[Sent]:
        """The mails an address got, newest first."""
        wanted = address.casefold()
        return [mail for mail in reversed(self.mails) if wanted in map(str.casefold, mail.recipients)]
