"""Every way in over HTTP, abused down to the byte: no exception, no 5xx, nothing logged as an error."""

import hashlib
import hmac
import json
import time

import pytest

from services.intake import handler
from shared.testing.abuse import abuses

SECRET = b"the chat tool's secret"
FORM = json.dumps({"email": "ann@acme.example", "message": "It broke", "name": "Ann", "started": "1772442000"}).encode()
CHAT = {
    "conversation_id": "c",
    "customer": {"email": "ann@acme.example", "handle": "ann"},
    "messages": [{"from": "customer", "text": "It broke", "id": "1", "attachments": [{"name": "a", "size": 1}]}],
}
INTERCOM = {"data": {"item": {"id": 1, "source": {"body": "Hi", "author": {"type": "user", "email": "a@b.example"}}}}}
TAWK = {"chat": {"id": 1, "messages": [{"sender": {"t": "v"}, "type": "msg", "msg": "Hi"}], "visitor": {"name": "V"}}}
CRISP = {"event": "message:send", "data": {"session_id": "s", "type": "text", "content": "Hi", "from": "user"}}


def chat_signature(body):
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-chat-timestamp": stamp, "x-chat-signature": f"v1={digest}"}


def tool_signature(body):
    digest = hmac.new(SECRET, body, hashlib.sha1).hexdigest()
    crisp = hmac.new(SECRET, b"[17;" + body + b"]", hashlib.sha256).hexdigest()
    return {
        "x-hub-signature": f"sha1={digest}",
        "x-tawk-signature": digest,
        "x-crisp-signature": crisp,
        "x-crisp-request-timestamp": "17",
    }


def given(payload):
    return json.dumps(payload).encode()


FORM_KINDS = ("application/json", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary=x")
SURFACES = {
    "form": ("form", {"paths": ("/tickets",), "good": FORM, "kinds": FORM_KINDS}),
    "chat": (
        "chat",
        {"paths": ("/chat",), "good": given(CHAT), "kinds": ("application/json",), "sign": chat_signature},
    ),
    **{
        tool: ("chat", {"paths": (f"/chat/{tool}",), "good": given(good), "kinds": ("x",), "sign": tool_signature})
        for tool, good in (("intercom", INTERCOM), ("tawk", TAWK), ("crisp", CRISP))
    },
}
ANSWERS = {200, 202, 400, 401, 404, 413, 429}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("surface", SURFACES)
def test_no_request_is_an_error_of_ours(wired, capsys, surface, seed):
    function, sent = SURFACES[surface]
    statuses = set()
    for request in abuses(seed=seed, number=400, method="POST", **sent):
        answer = getattr(handler, function)(request.event(), None)
        statuses.add(answer["statusCode"])
        json.dumps(answer, ensure_ascii=False).encode()
    assert statuses <= ANSWERS
    assert {200, 202} & statuses, "nothing got as far as the ticket"
    wired.drain()
    assert '"ERROR"' not in capsys.readouterr().out


@pytest.mark.parametrize("headers", [None, {}])
@pytest.mark.parametrize("body", [None, "", "é", "not base 64!"])
@pytest.mark.parametrize(
    ("function", "method", "path"),
    [
        ("form", "POST", "/tickets"),
        ("form", "GET", "/contact"),
        ("form", "OPTIONS", "/tickets"),
        ("form", "DELETE", "/tickets"),
        ("chat", "POST", "/chat"),
        ("chat", "POST", "/chat/intercom"),
        ("chat", "POST", "/chat/nobody\ud800"),
        ("chat", "HEAD", "/chat/intercom"),
        ("chat", "GET", "/chat"),
    ],
)
def test_what_is_missing_is_no_error_of_ours(wired, function, method, path, body, headers):
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": headers,
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "::1"}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": True,
    }
    assert getattr(handler, function)(event, None)["statusCode"] < 500
