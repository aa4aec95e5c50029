"""Mutated mails, forms and chats through the handlers: no unhandled exception, nothing that cannot be carried on.

``INTAKE_FUZZ`` is the number of mutants per lane (``INTAKE_FUZZ=10000`` for the long run); the seed is fixed, so that a
failure can be run again.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import time
from pathlib import Path

import pytest

from services.intake.domain.mail import read_mail
from services.intake.handler import chat_api, form_api

MUTANTS = int(os.environ.get("INTAKE_FUZZ", "400"))
MAILS = sorted((Path(__file__).parents[1] / "golden").glob("*.eml"))
PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"=?utf-8?b?",
    b"?=",
    b"=?utf-8?q?=0D=0A?=",
    b"--b",
    b"--b--",
    b">",
    b"<",
    b'"',
    b"(",
    b"@",
    b",",
    b":",
    b";",
    b"%",
    b"=",
    b"From: x@y.example\n",
    b"---------- Forwarded message ---------\n",
    b"On 1/1/2026 10:00, x wrote:\n",
    b"begin 644 x\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Transfer-Encoding: base64\n",
    b"charset=utf-16",
    b"charset=idna",
    b"charset=undefined",
    b"\x78\x9f\x3e\x22",
    b"{",
    b"}",
    b"[",
    b"null",
    b"true",
    b"1e999",
    b"\\ud800",
    b"<blockquote type=cite>",
    b"<!--",
]


def mutants(seeds, count, name):
    chance = random.Random(name)
    for _ in range(count):
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content) + 1)
            action = chance.randrange(5)
            if action == 0:
                content[at : at + chance.randint(1, 40)] = b""
            elif action == 1:
                content[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 1, 3, 200))
            elif action == 2 and content:
                content[at % len(content)] = chance.randrange(256)
            elif action == 3:
                content[at:at] = content[at : at + chance.randint(1, 300)]
            else:
                content = content[:at] if chance.random() < 0.3 else content
        yield bytes(content)


def can_be_carried_on(event):
    detail = event.model_dump_json().encode()
    assert len(detail) < 256 * 1024


def test_mails(world):
    for number, raw in enumerate(mutants([path.read_bytes() for path in MAILS], MUTANTS, "mails")):
        event = world.mail(raw, f"inbound/{number}")
        if event:
            can_be_carried_on(event)
        assert "unreadable" not in read_mail(raw).flags or b"\0" in raw


def call(function, path, body, **headers):
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": headers,
        "requestContext": {"http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    return function(event, None)["statusCode"]


FORMS = [
    json.dumps({"email": "ann@acme.example", "name": "Ann", "subject": "Export", "message": "It is broken"}).encode(),
    b"email=ann%40acme.example&message=It+is+broken&name=Ann&website=&started=1700000000",
]
CHAT = {
    "conversation_id": "c",
    "customer": {"email": "ann@acme.example"},
    "messages": [{"from": "customer", "text": "Hi"}],
}


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_forms(wired, kind, monkeypatch):
    monkeypatch.setattr(form_api, "_hold_back_floods", lambda email, now: None)
    for number, body in enumerate(mutants(FORMS, MUTANTS, kind)):
        headers = {"content-type": kind, "idempotency-key": str(number)}
        assert call(form_api.answer, "/tickets", body, **headers) in (202, 400, 413)
    for event in wired.drain():
        can_be_carried_on(event)


def test_chats(wired):
    for body in mutants([json.dumps(CHAT).encode()], MUTANTS, "chats"):
        stamp = str(int(time.time()))
        digest = hmac.new(wired.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"x-chat-timestamp": stamp, "x-chat-signature": f"v1={digest}"}
        assert call(chat_api.answer, "/chat", body, **headers) in (202, 400, 413)
    for event in wired.drain():
        can_be_carried_on(event)
