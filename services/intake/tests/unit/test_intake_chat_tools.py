"""Chat tools' own webhooks: their signature, and whose words become the ticket."""

import hashlib
import hmac
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.chat import NotSigned, SentFile, check_conversation
from services.intake.domain.chat_tools import NothingSaid, check_tool_signature, neutral
from shared.errors import BadInput

INTERCOM = {
    "type": "notification_event",
    "topic": "conversation.admin.closed",
    "data": {
        "item": {
            "id": "215468",
            "source": {
                "body": "<p>My <b>invoice</b> is wrong</p>",
                "author": {"type": "user", "id": "u1", "name": "Ann Lee", "email": "ann@acme.example"},
            },
            "conversation_parts": {
                "conversation_parts": [
                    {"part_type": "comment", "body": "<p>Let me look</p>", "author": {"type": "bot"}, "created_at": 1},
                    {"part_type": "assignment", "body": None, "author": {"type": "admin"}},
                    {"part_type": "comment", "body": "<p>It lacks our VAT number</p>", "author": {"type": "user"}},
                    {"part_type": "close", "body": "<p>Done</p>", "author": {"type": "admin"}},
                ]
            },
        }
    },
}
TAWK = {
    "event": "chat:transcript_created",
    "time": "2026-03-02T09:00:00.000Z",
    "chat": {
        "id": "70fe3290-99ad",
        "visitor": {"name": "V1", "email": "ann@acme.example"},
        "messages": [
            {"sender": {"t": "s"}, "type": "msg", "msg": "Welcome!", "time": "2026-03-02T08:50:00.000Z"},
            {"sender": {"t": "v"}, "type": "msg", "msg": "My invoice is wrong", "time": "2026-03-02T08:51:00.000Z"},
            {"sender": {"t": "a", "n": "Lea"}, "type": "msg", "msg": "I will look", "time": "2026-03-02T08:52:00.000Z"},
        ],
    },
}


def test_an_address_mistyped_in_the_tool_loses_no_conversation():
    visitor = {"name": "V1", "email": "ann at acme"}
    conversation = check_conversation(neutral("tawk", {"chat": {**TAWK["chat"], "visitor": visitor}}))
    assert (conversation.customer.email, conversation.customer.name) == (None, "V1")
    assert conversation.text == "My invoice is wrong"


def test_a_message_without_a_sender_is_the_tools_own():
    messages = [{"sender": None, "type": "msg", "msg": "Chat started"}, *TAWK["chat"]["messages"]]
    conversation = check_conversation(neutral("tawk", {"chat": {**TAWK["chat"], "messages": messages}}))
    assert [said.speaker for said in conversation.messages] == ["bot", "bot", "customer", "agent"]


@pytest.mark.parametrize(
    ("tool", "webhook", "conversation_id", "text"),
    [
        ("intercom", INTERCOM, "intercom:215468", "My invoice is wrong\nIt lacks our VAT number"),
        ("tawk", TAWK, "tawk:70fe3290-99ad", "My invoice is wrong"),
    ],
)
def test_the_customers_words_become_the_ticket(tool, webhook, conversation_id, text):
    conversation = check_conversation(neutral(tool, webhook))
    assert conversation.conversation_id == conversation_id
    assert conversation.customer.email == "ann@acme.example"
    assert conversation.text == text


USER, ADMIN = {"type": "user", "id": "u1", "email": "ann@acme.example"}, {"type": "admin", "id": "a1"}
PICTURE = {
    "type": "upload",
    "name": "err.png",
    "content_type": "image/png",
    "filesize": 1200,
    "url": "https://x.example/1",
}


def intercom(source, *parts, **item):
    return {
        "data": {"item": {"id": 7, "source": source, "conversation_parts": {"conversation_parts": [*parts]}, **item}}
    }


def tawk(*messages):
    return {"event": "chat:transcript_created", "chat": {"id": "t1", "visitor": {"name": "V"}, "messages": [*messages]}}


def crisp(content, *, kind="text", speaker="user", event="message:send", **data):
    said = {"session_id": "s1", "type": kind, "content": content, "from": speaker, "fingerprint": 5, **data}
    return {"event": event, "data": {**said, "user": {"nickname": "Ann"}, "timestamp": 1_772_442_000_123}}


@pytest.mark.parametrize(
    ("tool", "webhook", "words"),
    [
        ("intercom", intercom({"body": None, "attachments": [PICTURE], "author": USER}), "[err.png]"),
        (
            "intercom",
            intercom({"body": "Hi", "author": USER}, {"attachments": [PICTURE], "author": USER}),
            "Hi\n[err.png]",
        ),
        ("intercom", intercom({"body": '<p><img src="https://x.example/a%20b.png"></p>', "author": USER}), "[a b.png]"),
        (
            "intercom",
            intercom(
                {"body": "Hi", "author": USER}, {"part_type": "quick_reply", "body": "I want a refund", "author": USER}
            ),
            "Hi\nI want a refund",
        ),
        ("intercom", intercom({"body": "It fails", "author": USER}), "It fails"),
        (
            "intercom",
            intercom({"body": "Gone", "author": USER, "redacted": True}, {"body": "Hi", "author": USER}),
            "Hi",
        ),
        ("intercom", intercom(None, {"body": "Hi", "author": USER}), "Hi"),
        (
            "intercom",
            {"data": {"item": {"id": 7, "conversation_message": {"body": "Old API", "author": USER}}}},
            "Old API",
        ),
        (
            "intercom",
            intercom({"body": "A", "author": ADMIN}, conversation_rating={"rating": 1, "remark": "Bad!"}),
            "Bad!",
        ),
        (
            "tawk",
            tawk(
                {
                    "sender": {"t": "v"},
                    "type": "file",
                    "attchs": [{"content": {"file": {"name": "err.png", "size": 9}}}],
                }
            ),
            "[err.png]",
        ),
        ("tawk", tawk({"sender": {"t": "v"}, "type": "file", "data": {"file": {"name": "e.png"}}}), "[e.png]"),
        (
            "tawk",
            {
                "event": "ticket:create",
                "requester": {"email": "a@b.example"},
                "ticket": {"id": 3, "subject": "VAT", "message": "?"},
            },
            "VAT\n?",
        ),
        ("crisp", crisp("It fails"), "It fails"),
        (
            "crisp",
            crisp({"name": "err.png", "type": "image/png", "url": "https://x.example/2"}, kind="file"),
            "[err.png]",
        ),
        ("crisp", crisp({"type": "audio/webm", "url": "", "duration": 3, "value": "hm"}, kind="field"), "hm"),
        (
            "crisp",
            crisp({"choices": [{"label": "Refund", "selected": True}, {"label": "No"}]}, kind="picker"),
            "Refund",
        ),
    ],
)
def test_whatever_the_customer_sent_is_their_words_or_named(tool, webhook, words):
    assert check_conversation(neutral(tool, webhook)).text == words


def test_a_picture_is_listed_with_what_the_tool_says_of_it():
    (said,) = check_conversation(neutral("intercom", intercom({"attachments": [PICTURE], "author": USER}))).messages
    assert said.files == (SentFile("err.png", "image/png", 1200, "https://x.example/1"),)


@pytest.mark.parametrize("tool", ["intercom", "tawk", "crisp"])
@pytest.mark.parametrize(
    "webhook",
    [
        {},
        {"data": 3, "chat": 3},
        {"data": {"item": {"id": 1, "source": []}}, "chat": {"id": 1, "messages": [3]}},
        {"topic": "ping", "data": {"item": {"type": "ping", "message": "something something interzen"}}},
        intercom({"body": "Hello, can I help?", "author": ADMIN}),
        intercom({"body": "", "author": USER}, {"part_type": "note", "body": "VIP", "author": ADMIN}),
        {"event": "chat:start", "chatId": "1", "message": {"text": "Hi", "type": "msg", "sender": {"type": "visitor"}}},
        {"event": "chat:end", "chatId": "1"},
        tawk({"sender": {"t": "a"}, "type": "msg", "msg": "Hi"}),
        crisp("Hello", speaker="operator"),
        crisp("Hello", event="message:updated"),
        crisp({"text": "joined"}, kind="event", speaker="operator"),
    ],
)
def test_what_brings_no_words_of_a_customer_is_no_error(tool, webhook):
    with pytest.raises(NothingSaid):
        neutral(tool, webhook)


@pytest.mark.parametrize("tool", ["intercom", "tawk", "crisp"])
def test_what_no_tool_sends_is_named(tool):
    with pytest.raises(BadInput):
        neutral(tool, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data(), base=st.sampled_from([("intercom", INTERCOM), ("tawk", TAWK), ("crisp", crisp("Hi"))]))
@settings(max_examples=300, deadline=None)
def test_no_state_that_a_tool_may_send_is_an_error(data, base):
    """Any field of a webhook replaced by anything: a conversation comes of it, or nothing was said."""
    tool, webhook = base[0], json.loads(json.dumps(base[1]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = webhook
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
                place[key] = data.draw(JSON)
                break
            place = place[key]
    with suppress(NothingSaid):
        check_conversation(neutral(tool, webhook))


@pytest.mark.parametrize(
    ("tool", "signature"),
    [
        ("intercom", "sha1=" + hmac.new(b"secret", b"{}", hashlib.sha1).hexdigest()),
        ("tawk", hmac.new(b"secret", b"{}", hashlib.sha1).hexdigest()),
        ("crisp", hmac.new(b"secret", b"[1772442000123;{}]", hashlib.sha256).hexdigest()),
    ],
)
def test_the_tools_own_signature(tool, signature):
    stamp = "1772442000123"
    check_tool_signature(tool=tool, secret="secret", signature=signature, body=b"{}", timestamp=stamp)
    for sent, body in ((None, b"{}"), (signature, b"{ }"), ("é", b"{}"), ("", b"{}")):
        with pytest.raises(NotSigned):
            check_tool_signature(tool=tool, secret="secret", signature=sent, body=body, timestamp=stamp)
