"""Slack on the wire: what was asked is asked once, and what is known afterwards is not more than what was answered."""

from __future__ import annotations

import io
import json
import socket
import urllib.error
from collections.abc import Callable
from email.message import Message as Headers
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from services.dispatch.adapters import aws
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.adapters.slack.web_api import Slack
from services.dispatch.domain.attempt import Refused
from services.dispatch.domain.inbox.letters import Letter
from services.dispatch.domain.slack.blocks import Message
from shared.errors import NotNow


class Answer(io.BytesIO):
    """What urllib gives back."""

    code = 200

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(json.dumps(body).encode())
        self.headers = Headers()


class Wire:
    """Slack as slack_sdk's urllib sees it. ``after`` is what happens once a post has been carried out."""

    def __init__(self, after: Callable[[], Any]) -> None:
        self.after, self.posts = after, 0

    def urlopen(self, request: Any, **_: Any) -> Any:
        if "conversations.list" in request.full_url:
            return Answer({"ok": True, "channels": [{"name": "support", "id": "C1"}]})
        self.posts += 1
        answer = self.after()
        if isinstance(answer, Exception):
            raise answer
        return answer


def http_error(code: int, body: dict[str, Any]) -> urllib.error.HTTPError:
    return urllib.error.HTTPError("https://slack", code, "", Headers(), io.BytesIO(json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("after", "settled"),
    [
        (lambda: ConnectionResetError("reset"), False),
        (lambda: urllib.error.URLError(ConnectionResetError("reset")), False),
        (lambda: TimeoutError("timed out"), False),
        (lambda: http_error(500, {}), False),
        (lambda: http_error(502, {}), False),
        (lambda: Answer({"ok": False, "error": "internal_error"}), False),
        (lambda: Answer({"ok": False, "error": "fatal_error"}), False),
        (lambda: urllib.error.URLError(ConnectionRefusedError("refused")), True),
        (lambda: urllib.error.URLError(socket.gaierror("no such name")), True),
        (lambda: http_error(429, {"ok": False, "error": "ratelimited"}), True),
        (lambda: Answer({"ok": False, "error": "channel_not_found"}), True),
        (lambda: Answer({"ok": False, "error": "token_revoked"}), True),
        (lambda: Answer({"ok": False, "error": "invalid_blocks"}), True),
    ],
)
def test_a_post_is_asked_for_once_and_only_a_no_is_a_no(
    monkeypatch: pytest.MonkeyPatch, after: Callable[[], Any], settled: bool
) -> None:
    wire = Wire(after)
    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", wire.urlopen)
    slack = Slack(url="https://slack/api/", token=lambda: "x", wait_turn=lambda *_: None)
    with pytest.raises(NotNow) as told:
        slack.post("support", Message("hello"), key="T-1.0")
    assert wire.posts == 1, "slack_sdk posts again by itself after a reset"
    assert isinstance(told.value, Refused) == settled


def test_ses_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert aws.mail_client().meta.config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("error", "settled"),
    [
        (ReadTimeoutError(endpoint_url="ses"), False),
        (ConnectionClosedError(endpoint_url="ses"), False),
        (EndpointConnectionError(endpoint_url="ses"), True),
        (ClientError({"Error": {"Code": "Throttling"}}, "SendRawEmail"), True),
    ],
)
def test_a_mail_without_an_answer_is_no_refusal(error: Exception, settled: bool) -> None:
    class Ses:
        def send_raw_email(self, **_: Any) -> None:
            raise error

    room = Mailroom(Ses(), sender="router@example.com", domains=("example.com",), link=lambda *_: "")
    letter = Letter(subject="x", ticket_id="T-1", name="r0", sign="Route", colour="#000", title="x")
    with pytest.raises(NotNow) as told:
        room.send("team@example.com", letter)
    assert isinstance(told.value, Refused) == settled
