"""The three ways in, as a customer's mail client, a web form and a chat tool use them."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

import httpx

from local.stack.endpoints import Endpoints

PATIENCE_S = 30.0
"""The first call of a function waits for its cold start."""


class Sender:
    """Sends tickets to a running stack."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._to = endpoints
        self._http = httpx.Client(timeout=PATIENCE_S, trust_env=False)

    def mail(
        self, *, email: str, text: str, subject: str = "", name: str = "", headers: dict[str, str] | None = None
    ) -> str:
        """Send a mail; answer its Message-ID. Returns once the other side has it stored (SMTP 250)."""
        message = EmailMessage()
        message["From"] = f"{name} <{email}>" if name else email
        message["To"] = self._to.support_address
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=email.rpartition("@")[2])
        for header, value in (headers or {}).items():
            del message[header]
            message[header] = value
        message.set_content(text)
        self.raw_mail(message.as_bytes(), sender=email)
        return str(message["Message-ID"])

    def raw_mail(self, raw: bytes, *, sender: str = "customer@example.org") -> None:
        """Send bytes as a mail, whatever they are."""
        host, _, port = self._to.smtp.partition(":")
        with smtplib.SMTP(host, int(port), timeout=PATIENCE_S) as smtp:
            smtp.sendmail(sender, [self._to.support_address], raw)

    def form(self, *, key: str | None = None, **fields: str) -> httpx.Response:
        """Post the contact form as JSON."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._http.post(self._to.form_url, json=fields, headers=headers)

    def raw_form(self, body: bytes, *, content_type: str = "application/json") -> httpx.Response:
        """Post bytes to the form's address, whatever they are."""
        return self._http.post(self._to.form_url, content=body, headers={"Content-Type": content_type})

    def chat(
        self,
        *,
        conversation: str,
        texts: list[str],
        customer: dict[str, str],
        at: float | None = None,
        secret: str | None = None,
    ) -> httpx.Response:
        """Hand over a finished conversation, signed. ``at`` and ``secret`` are for those who want to get it wrong."""
        said = datetime.now(UTC).isoformat()
        body: dict[str, Any] = {
            "conversation_id": conversation,
            "customer": customer,
            "messages": [{"from": "customer", "text": text, "at": said} for text in texts],
        }
        return self.raw_chat(json.dumps(body).encode(), at=at, secret=secret)

    def raw_chat(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> httpx.Response:
        """Post bytes to the chat's address, signed."""
        timestamp = str(int(time.time() if at is None else at))
        key = (self._to.chat_secret if secret is None else secret).encode()
        signature = hmac.new(key, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Chat-Timestamp": timestamp,
            "X-Chat-Signature": f"v1={signature}",
        }
        return self._http.post(self._to.chat_url, content=body, headers=headers)

    def raw_actions(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> httpx.Response:
        """Post bytes to the address of Slack's interactions, signed as Slack signs."""
        timestamp = str(int(time.time() if at is None else at))
        key = (self._to.slack_signing_secret if secret is None else secret).encode()
        signature = hmac.new(key, f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signature}",
        }
        return self._http.post(self._to.slack_actions_url, content=body, headers=headers)
