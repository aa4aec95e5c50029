"""Customers who write in three ways and try again, and leads who press buttons."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from local.slack.workspace import Workspace
from tests.chaos.simulation.aws import Aws
from tests.chaos.simulation.functions import MAIL_BUCKET, STAGE, SUPPORT, Functions, as_json, request
from tests.chaos.simulation.hub import Hub

TOPICS = ("outage", "bug", "billing", "refund", "login", "how-to", "integrations", "feature request", "privacy", "")
TRY_AGAIN_S = 20.0


def reading_of(text: str) -> dict[str, Any]:
    """What a model makes of a ticket of ours: it says so itself."""
    words = text.rpartition("<ticket>")[2]
    told = dict(part.split("=", 1) for part in words.split("[[")[1].split("]]")[0].split("; ")) if "[[" in words else {}
    return {
        "topic": told.get("topic") or "none of these",
        "second": "bug",
        "urgency": told.get("urgency", "low"),
        "tone": told.get("tone", "calm"),
        "confidence": 0.97,
        "why": "it says so",
    }


@dataclass
class People:
    """Everybody outside."""

    hub: Hub
    aws: Aws
    functions: Functions
    space: Workspace
    signing_secret: str
    accepted: dict[str, float] = field(default_factory=dict)
    """Ticket id → when it was accepted (forms and chats)."""
    mails: int = 0
    pressed: int = 0

    def write(self, number: int) -> None:
        """One customer has a problem."""
        draw = self.hub.random
        lane = draw.choice(("form", "chat", "mail"))
        tone, urgency = draw.choice((("calm", "low"), ("calm", "low"), ("angry", "high"), ("calm", "high")))
        topic = draw.choice(TOPICS)
        long = "It goes on and on. " * 200 if draw.random() < 0.1 else ""
        says = f"[[topic={topic}; urgency={urgency}; tone={tone}]]"
        text = f"My problem number {number} is {number * 7919 % 100_003}: {says} {long}"
        email = f"customer{number}@c{number}.example"
        getattr(self, f"_by_{lane}")(number, email, text)

    def _by_form(self, number: int, email: str, text: str) -> None:
        body = as_json({"email": email, "subject": f"Problem {number}", "message": text})
        headers = {"content-type": "application/json", "idempotency-key": f"key-{number}"}
        self._post("form", request("/tickets", body, headers))

    def _by_chat(self, number: int, email: str, text: str) -> None:
        said = {"from": "customer", "text": text, "at": "2026-11-23T09:00:00Z"}
        body = as_json({"conversation_id": f"chat-{number}", "customer": {"email": email}, "messages": [said]})
        self._post("chat", None, body=body)

    def _post(self, name: str, event: dict[str, Any] | None, body: str = "") -> None:
        sent = event or self._signed_chat(body)

        def over(answer: Any) -> None:
            if answer and answer["statusCode"] == 202:
                self.accepted.setdefault(json.loads(answer["body"])["ticket_id"], self.hub.now)
            else:
                self.hub.after(TRY_AGAIN_S, lambda: self._post(name, event, body))

        self.functions.start("intake", name, sent, timeout=15, over=over)

    def _signed_chat(self, body: str) -> dict[str, Any]:
        stamp = str(int(self.hub.now))
        secret = self.aws.secrets["/chat"]
        signature = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"x-chat-timestamp": stamp, "x-chat-signature": f"v1={signature}", "content-type": "application/json"}
        return request("/chat", body, headers)

    def _by_mail(self, number: int, email: str, text: str) -> None:
        key = f"inbound/m{number}"
        raw = (
            f"From: C {number} <{email}>\r\nTo: {SUPPORT}\r\nSubject: Problem {number}\r\n"
            f"Message-ID: <m{number}@c.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        )
        self.aws.objects[(MAIL_BUCKET, key)] = raw.encode()
        self.mails += 1
        notice = {"s3": {"object": {"key": key}}, "eventTime": datetime.fromtimestamp(self.hub.now, UTC).isoformat()}
        queue = self.aws.queues[f"tickets-{STAGE}-intake"]
        for _ in range(2 if self.hub.random.random() < 0.1 else 1):
            queue.send(as_json({"Records": [notice]}))

    def press(self) -> None:
        """A lead presses something that can be seen somewhere."""
        shown = [
            (message, element, block["block_id"])
            for messages in self.space.messages.values()
            for message in messages.values()
            for block in message.blocks
            if block.get("type") == "actions"
            for element in block["elements"]
        ]
        if not shown:
            return
        message, element, block_id = self.hub.random.choice(shown)
        name = element["action_id"].partition(".")[0]
        if name not in ("take", "bump", "reassign"):
            return
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
        if element["type"] == "button":
            action["value"] = element.get("value", "")
        else:
            options = element.get("options") or [o for g in element["option_groups"] for o in g["options"]]
            action["selected_option"] = self.hub.random.choice(options)
        payload = {
            "type": "block_actions",
            "user": {"id": "U0SUPLEAD", "name": "lena"},
            "channel": {"id": message.channel},
            "actions": [action],
        }
        self.pressed += 1
        body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int(self.hub.now))
        signed = hmac.new(self.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signed}"}
        self.functions.start("dispatch", "slack_actions", request("/slack/actions", body, headers), timeout=10)
