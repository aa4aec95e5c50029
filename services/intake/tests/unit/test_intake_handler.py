"""The entry points: what HTTP answers, what a queue message becomes."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import pytest

from services.intake import handler


def call(function, method, path, body=b"", *, base64_encoded=True, **headers):
    event = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.replace("_", "-").lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
        "body": base64.b64encode(body).decode() if base64_encoded else body.decode(),
        "isBase64Encoded": base64_encoded,
    }
    answer = function(event, None)
    return answer["statusCode"], answer["body"]


SECRET = "the chat tool's secret"


def headers_of(function, method, path, **headers):
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": {name.replace("_", "-").lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
    }
    return {name.lower(): value for name, value in function(event, None)["headers"].items()}


def signed(body, *, at=None, secret=SECRET):
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X_Chat_Timestamp": stamp, "X_Chat_Signature": f"v1={digest}"}


def deliver(*bodies):
    records = [
        {"messageId": str(n), "receiptHandle": "r", "body": json.dumps(body), "eventSourceARN": "arn:aws:sqs:x:1:q"}
        for n, body in enumerate(bodies)
    ]
    return handler.inbox({"Records": records}, None)["batchItemFailures"]


def notice(key):
    return {"Records": [{"eventTime": "2026-03-02T09:00:00.123Z", "s3": {"object": {"key": key}}}]}


CHAT = json.dumps(
    {"conversation_id": "c", "customer": {"handle": "ann"}, "messages": [{"from": "customer", "text": "It broke"}]}
).encode()
FORM = {"email": "ann@acme.example", "message": "The export is broken"}


@pytest.mark.parametrize("base64_encoded", [True, False])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps(FORM).encode(), "application/json"),
        (urlencode(FORM).encode(), "application/x-www-form-urlencoded; charset=UTF-8"),
    ],
)
def test_a_form_is_accepted(wired, body, kind, base64_encoded):
    status, answer = call(handler.form, "POST", "/tickets", body, base64_encoded=base64_encoded, content_type=kind)
    assert status == 202
    assert [json.loads(answer)["ticket_id"]] == [event.data.ticket.ticket_id for event in wired.drain()]


def test_the_idempotency_key_of_the_header_counts(wired):
    body = json.dumps(FORM).encode()
    answers = {call(handler.form, "POST", "/tickets", body, Idempotency_Key="k") for _ in range(2)}
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[" * 5000, "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b"{}", "email"),
        (b'{"email": 3, "message": "x"}', "email"),
        (b'{"email": "ann", "message": "x"}', "email"),
        (b'{"email": "ann@acme.example\\nBcc: x@y.example", "message": "x"}', "email"),
        (b'{"email": "ann@acme.example"}', "message"),
        (b'{"email": "ann@acme.example", "message": " \\u0000 "}', "message"),
        (b'{"email": "ann@acme.example", "message": ["x"]}', "message"),
    ],
)
def test_a_wrong_form_is_named_and_nothing_is_kept(wired, body, field):
    status, answer = call(handler.form, "POST", "/tickets", body, content_type="application/json")
    assert (status, json.loads(answer)["field"]) == (400, field)
    assert set(json.loads(answer)) == {"field", "problem", "cure"}
    assert not wired.files.objects
    assert not wired.inbox.messages


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 202), (64 * 1024 + 1, 413)])
def test_the_limit_is_64_kb(wired, size, status):
    empty = json.dumps({**FORM, "message": ""}).encode()
    body = json.dumps({**FORM, "message": "x" * (size - len(empty))}).encode()
    assert call(handler.form, "POST", "/tickets", body)[0] == status


def test_a_form_with_more_fields_than_a_form_has_is_refused(wired):
    body = urlencode([(f"a{n}", "1") for n in range(101)]).encode()
    status, answer = call(handler.form, "POST", "/tickets", body, content_type="application/x-www-form-urlencoded")
    assert (status, json.loads(answer)["field"]) == (400, "body")


def test_a_browser_is_told_on_the_page_that_its_message_is_too_long(wired):
    body = urlencode({**FORM, "message": "a" * 70_000}).encode()
    kinds = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html"}
    status, page = call(handler.form, "POST", "/tickets", body, **kinds)
    assert status == 413
    assert "larger than 64 KB" in page
    assert 'name="idempotency_key"' in page


def test_the_page_is_a_form_that_works_without_script(wired):
    status, page = call(handler.form, "GET", "/contact")
    assert status == 200
    assert 'method="post"' in page
    assert 'name="message"' in page


def test_a_browser_gets_the_error_beside_its_field_and_its_words_back(wired):
    body = urlencode({"email": "ann", "message": "<b>Broken</b>"}).encode()
    kind = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html,*/*"}
    status, page = call(handler.form, "POST", "/tickets", body, **kind)
    assert status == 400
    assert 'id="email-error"' in page
    assert "&lt;b&gt;Broken" in page


def test_the_page_names_every_fault_at_once(wired):
    kind = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html"}
    _, page = call(handler.form, "POST", "/tickets", b"email=&message=", **kind)
    assert 'id="email-error"' in page
    assert 'id="message-error"' in page
    assert 'aria-describedby="message-error message-hint"' in page


def test_the_page_takes_what_a_site_already_knows(wired):
    event = {
        "version": "2.0",
        "rawPath": "/contact",
        "headers": {},
        "queryStringParameters": {"order_number": "A-7", "topic": '"><script>'},
        "requestContext": {"http": {"method": "GET", "path": "/contact"}, "stage": "$default"},
    }
    page = handler.form(event, None)["body"]
    assert 'value="A-7"' in page
    assert page.count("<script") == 1
    assert "&#34;&gt;&lt;script&gt;" in page


@pytest.mark.parametrize("trap", [{"website": "https://spam.example"}, {"started": "now"}])
def test_a_sprung_trap_marks_the_ticket_and_loses_nothing(wired, trap):
    hasty = {"started": f"{time.time():.2f}", "message": "Buy at https://spam.example"}
    fields = {**FORM, **(hasty if "started" in trap else trap)}
    assert call(handler.form, "POST", "/tickets", json.dumps(fields).encode())[0] == 202
    assert wired.drain()[0].data.ticket.flags == ("spam",)


def test_a_form_that_took_its_time_is_not_marked(wired):
    fields = {**FORM, "website": "", "started": f"{time.time() - 60:.2f}", "message": "See https://acme.example"}
    call(handler.form, "POST", "/tickets", json.dumps(fields).encode())
    assert wired.drain()[0].data.ticket.flags == ()


@pytest.mark.parametrize(("changing", "taken"), [("nothing", 3), ("address", 5)])
def test_a_flood_is_held_back_by_address_and_by_ip(wired, changing, taken):
    statuses = [
        call(
            handler.form,
            "POST",
            "/tickets",
            json.dumps({**FORM, "email": f"a{n * (changing == 'address')}@b.cd"}).encode(),
        )[0]
        for n in range(8)
    ]
    assert statuses == [202] * taken + [429] * (8 - taken)


@pytest.mark.parametrize(("origin", "shared"), [("https://shop.example", True), ("https://evil.example", False)])
def test_only_configured_sites_may_post_by_script(wired, origin, shared):
    headers = headers_of(handler.form, "OPTIONS", "/tickets", Origin=origin)
    assert (headers.get("access-control-allow-origin") == origin) is shared


def test_the_page_runs_its_own_script_alone_and_is_framed_by_nobody_else(wired):
    policy = headers_of(handler.form, "GET", "/contact")["content-security-policy"]
    assert "default-src 'none'" in policy
    page = call(handler.form, "GET", "/contact")[1]
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert "connect-src 'self' https://bucket.example;" in policy
    assert policy.endswith("frame-ancestors 'self' https://shop.example")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/chat/intercom", 200),
        ("HEAD", "/chat/nobody", 404),
        ("POST", "/chat/nobody", 404),
        ("POST", "/chat/\u00d9\u00aa1\u0083", 404),
        ("DELETE", "/chat", 404),
    ],
)
def test_every_answer_has_a_body_that_the_gateway_can_pass_on(wired, method, path, status):
    answered, body = call(handler.chat, method, path)
    assert answered == status
    assert isinstance(body, str)
    assert status == 200 or json.loads(body)["field"] == "path"


def test_a_signed_chat_is_accepted(wired):
    status, answer = call(handler.chat, "POST", "/chat", CHAT, **signed(CHAT))
    assert status == 202
    assert json.loads(answer)["ticket_id"] == wired.drain()[0].data.ticket.ticket_id


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(CHAT, secret="wrong"),
        signed(CHAT, at=time.time() - 330),
        signed(CHAT, at=time.time() + 86_400),
        {**signed(CHAT), "X_Chat_Timestamp": "soon"},
        {**signed(CHAT), "X_Chat_Signature": "v1=é"},
        signed(CHAT + b" "),
    ],
    ids=["unsigned", "wrong secret", "stale", "early", "no time", "no hex", "other body"],
)
def test_a_chat_that_is_not_signed_is_refused(wired, headers):
    assert call(handler.chat, "POST", "/chat", CHAT, **headers)[0] == 401
    assert not wired.files.objects


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"conversation_id": ""}, "conversation_id"),
        ({"conversation_id": "\u202e\x00"}, "conversation_id"),
        ({"conversation_id": "c" * 501}, "conversation_id"),
        ({"customer": "ann"}, "customer"),
        ({"customer": {"email": "ann"}}, "customer.email"),
        ({"messages": []}, "messages"),
        ({"messages": [{"from": "bot", "text": "Hi"}]}, "messages"),
        ({"messages": [{"from": "me", "text": "Hi"}]}, "messages[0].from"),
        ({"messages": [{"from": "customer"}]}, "messages[0].text"),
        ({"messages": ["Hi"]}, "messages[0]"),
    ],
)
def test_a_wrong_chat_is_named(wired, change, field):
    body = json.dumps({**json.loads(CHAT), **change}).encode()
    status, answer = call(handler.chat, "POST", "/chat", body, **signed(body))
    assert (status, json.loads(answer)["field"]) == (400, field)


def test_the_inbox_takes_all_it_is_sent_and_gives_back_only_what_failed(wired, mail_of):
    wired.files.objects["inbound/a b"] = mail_of()
    call(handler.form, "POST", "/tickets", json.dumps(FORM).encode())
    lane, key, at = wired.inbox.messages.pop()
    ours = {"lane": lane, "key": key, "received_at": at.isoformat()}
    failed = deliver(
        {"Service": "Amazon S3", "Event": "s3:TestEvent"},
        notice("inbound/a+b"),
        notice("inbound/gone"),
        ours,
        notice("inbound/AMAZON_SES_SETUP_NOTIFICATION"),
    )
    assert failed == [{"itemIdentifier": "2"}]
    assert [event.data.ticket.source for event in wired.bus.events] == ["mail", "form"]


def test_an_event_that_intake_does_not_know_is_not_swallowed(wired):
    detail = {"metadata": {"version": 1}}
    assert deliver({"detail-type": "TicketDispatched", "detail": detail}) == [{"itemIdentifier": "0"}]


def test_a_mail_that_was_set_aside_becomes_a_ticket_when_the_queue_says_so(wired, mail_of):
    wired.files.objects["inbound/1"] = mail_of(Auto_Submitted="auto-replied")
    assert deliver(notice("inbound/1")) == []
    assert [event.detail_type() for event in wired.bus.events] == ["MailSetAside"]
    assert wired.bus.events[0].data.sender == "ann@acme.example"
    told = {"lane": "released", "key": "inbound/1", "received_at": "2026-03-02T09:00:00.123Z"}
    assert deliver(told, told) == []
    assert [event.detail_type() for event in wired.bus.events] == ["MailSetAside", "TicketReceived"]
