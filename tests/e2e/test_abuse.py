"""Every public address of the deployed system, abused down to the byte over raw sockets: never a 5xx. Bounded."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import quote, urlsplit

import pytest

from local.demo.send import Sender
from local.stack.endpoints import Endpoints
from shared.testing.abuse import Request, abuses, odd_paths

LONGEST_S = 3.0
"""Seconds that one surface is abused once it is warm; what is left of its requests is not sent, but some always are."""
MOST, FEWEST = 120, 20
PATIENCE_S = 20.0
FORM = json.dumps({"email": "abuse@acme.example", "message": "It broke", "name": "Ann"}).encode()
CHAT = json.dumps(
    {"conversation_id": "abuse", "customer": {"handle": "ann"}, "messages": [{"from": "customer", "text": "It broke"}]}
).encode()
INTERCOM = json.dumps({"data": {"item": {"id": 1, "source": {"body": "Hi", "author": {"type": "user"}}}}}).encode()
PRESS = b"payload=" + quote(json.dumps({"type": "block_actions", "user": {"id": "U1"}, "actions": []})).encode()


def status_of(url: str, request: Request) -> int:
    """Send the bytes as they are, headers in UTF-8; the status line's number. 0: the gateway hung up on them."""
    parts = urlsplit(url)
    path = quote(request.path.encode("utf-8", "replace"), safe="/?=&")
    lines = [f"{request.method} {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"Content-Length: {len(request.body)}"]
    lines += [f"{name}: {' '.join(value.split())}" for name, value in request.headers.items() if "\x00" not in value]
    head = "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n"
    with socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=PATIENCE_S) as wire:
        with suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(head + request.body)
        try:
            answer = wire.recv(64)
        except ConnectionResetError:
            return 0
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


class Surfaces:
    """The public addresses, each with how it is signed and what a good body is."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._to = endpoints

    def requests(self, name: str) -> tuple[str, Iterator[Request]]:
        """The address of a surface, and what it is abused with."""
        if name == "actions":
            url = self._to.slack_actions_url
            prefix = urlsplit(url).path.removesuffix("/slack/actions") + "/actions/"
            tokens = odd_paths(seed=7, number=MOST, prefix=prefix, good="eyJhIjoxfQ.c2ln")
            return url, (Request("POST" if n % 2 else "GET", path, {}, b"do=take") for n, path in enumerate(tokens))
        url, good, sign = {
            "form": (self._to.form_url, FORM, lambda _: {}),
            "chat": (self._to.chat_url, CHAT, self._as_chat),
            "intercom": (f"{self._to.chat_url}/intercom", INTERCOM, self._as_tool),
            "slack": (self._to.slack_actions_url, PRESS, self._as_slack),
        }[name]
        path = urlsplit(url).path
        kinds = ("application/json", "application/x-www-form-urlencoded")
        signed: Callable[[bytes], Mapping[str, str]] = sign
        return url, abuses(seed=7, number=MOST, method="POST", paths=(path,), good=good, kinds=kinds, sign=signed)

    def _as_chat(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        digest = _hex(self._to.chat_secret, stamp.encode() + b"." + body, "sha256")
        return {"x-chat-timestamp": stamp, "x-chat-signature": f"v1={digest}"}

    def _as_tool(self, body: bytes) -> dict[str, str]:
        return {"x-hub-signature": "sha1=" + _hex(self._to.chat_secret, body, "sha1")}

    def _as_slack(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        digest = _hex(self._to.slack_signing_secret, f"v0:{stamp}:".encode() + body, "sha256")
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def _hex(secret: str, content: bytes, digest: str) -> str:
    return hmac.new(secret.encode(), content, getattr(hashlib, digest)).hexdigest()


@pytest.mark.parametrize("name", ["form", "chat", "intercom", "slack", "actions"])
def test_no_bytes_are_an_error_of_ours(endpoints: Endpoints, name: str) -> None:
    url, requests = Surfaces(endpoints).requests(name)
    assert status_of(url, Request("POST", urlsplit(url).path, {}, b"warm up")) < 500
    until, statuses = time.monotonic() + LONGEST_S, Counter[int]()
    for number, request in enumerate(requests):
        if time.monotonic() > until and number >= FEWEST:
            break
        statuses[status_of(url, request)] += 1
    print(f"\nabuse of {name}: {sum(statuses.values())} requests, {dict(sorted(statuses.items()))}")
    assert not [status for status in statuses if status >= 500]
    assert sum(count for status, count in statuses.items() if 400 <= status < 500)


@pytest.mark.parametrize(
    ("stamp", "signature", "body"),
    [
        ("now", "v0=é", b"payload={}"),
        ("²", "v0=0", b"payload={}"),
        ("9" * 400, "v0=0", b"payload={}"),
        ("now", None, b"payload=\xff\xfe"),
    ],
    ids=[
        "a signature that is no ASCII",
        "a stamp that is no number",
        "a stamp too large",
        "a signed body that is no UTF-8",
    ],
)
def test_what_was_a_502_is_refused(endpoints: Endpoints, stamp: str, signature: str | None, body: bytes) -> None:
    at = str(int(time.time())) if stamp == "now" else stamp
    digest = _hex(endpoints.slack_signing_secret, f"v0:{at}:".encode() + body, "sha256")
    headers = {"x-slack-request-timestamp": at, "x-slack-signature": signature or f"v0={digest}"}
    url = endpoints.slack_actions_url
    assert status_of(url, Request("POST", urlsplit(url).path, headers, body)) == (401 if signature else 400)


def test_those_who_send_slowly_keep_nobody_waiting(endpoints: Endpoints, send: Sender) -> None:
    """Ten that never finish their request; a customer's form is taken meanwhile."""
    parts = urlsplit(endpoints.form_url)
    slow = [socket.create_connection((str(parts.hostname), int(parts.port or 80))) for _ in range(10)]
    try:
        for wire in slow:
            wire.sendall(b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        answer = send.form(email="patient@acme.example", message="It broke while others dawdled")
        assert answer.status_code == 202
    finally:
        for wire in slow:
            wire.close()
