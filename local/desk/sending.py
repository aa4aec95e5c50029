"""The three ways in, used as any customer's mail client, web form or chat tool would use them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import smtplib
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import formataddr, formatdate, make_msgid
from typing import Any

import httpx

from local.desk.log import Sent
from services.intake.domain.identity import ticket_id
from services.intake.domain.mail import read_mail


class NotSent(Exception):
    """The other side said no, in words a person understands."""


async def send(way: str, fields: Mapping[str, str], endpoints: Mapping[str, Any]) -> Sent:
    """Send a ticket by ``mail``, ``form`` or ``chat``. Raises NotSent with the reason when it was refused."""
    ways = {"mail": _by_mail, "form": _by_form, "chat": _by_chat}
    if way not in ways:
        raise NotSent("Tickets come by mail, form or chat.")
    try:
        found = await ways[way](fields, endpoints)
    except (OSError, smtplib.SMTPException, httpx.HTTPError) as error:
        raise NotSent(f"That did not go through: {error}") from error
    who = fields.get("name") or fields.get("email") or fields.get("handle") or "somebody"
    return Sent(found, way, who, fields.get("subject") or fields.get("message", "")[:80])


async def _by_mail(fields: Mapping[str, str], endpoints: Mapping[str, Any]) -> str:
    address = fields.get("email", "").strip()
    if "@" not in address:
        raise NotSent("A mail needs the customer's address.")
    mail = EmailMessage(policy=SMTPUTF8)
    try:
        mail["From"] = formataddr((fields.get("name", "").strip(), address))
        mail["To"] = str(endpoints["support_address"])
        mail["Subject"] = " ".join(fields.get("subject", "").split())
    except ValueError as error:
        raise NotSent(f"That cannot be put into a mail: {error}") from error
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=address.rpartition("@")[2])
    mail.set_content(fields.get("message", ""))
    await asyncio.to_thread(_smtp, mail, address, endpoints)
    return ticket_id(*read_mail(mail.as_bytes(), staff=()).natural_key)


def _smtp(mail: EmailMessage, sender: str, endpoints: Mapping[str, Any]) -> None:
    host, _, port = str(endpoints["smtp"]).rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as server:
        server.send_message(mail, from_addr=sender, to_addrs=[str(endpoints["support_address"])])


async def _by_form(fields: Mapping[str, str], endpoints: Mapping[str, Any]) -> str:
    body = {name: value for name in ("email", "name", "subject", "message") if (value := fields.get(name, ""))}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        return _ticket_of(await client.post(str(endpoints["form_url"]), json=body, headers=headers))


async def _by_chat(fields: Mapping[str, str], endpoints: Mapping[str, Any]) -> str:
    customer = {name: value for name in ("email", "name", "handle") if (value := fields.get(name, ""))}
    message = {"from": "customer", "text": fields.get("message", ""), "at": datetime.now(UTC).isoformat()}
    conversation = {"conversation_id": f"desk-{uuid.uuid4()}", "customer": customer, "messages": [message]}
    body, timestamp = json.dumps(conversation).encode(), str(int(time.time()))
    signed = hmac.new(str(endpoints["chat_secret"]).encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Chat-Timestamp": timestamp,
        "X-Chat-Signature": f"v1={signed.hexdigest()}",
    }
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        return _ticket_of(await client.post(str(endpoints["chat_url"]), content=body, headers=headers))


def _ticket_of(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if answer.status_code != 202 or "ticket_id" not in said:
        parts = [str(said[key]) for key in ("field", "problem", "cure", "message") if said.get(key)]
        raise NotSent(" – ".join(parts) or f"Intake answered {answer.status_code}.")
    return str(said["ticket_id"])
