"""Chat tools' own webhooks: their signature, and whose words become the ticket."""

import hashlib
import hmac

import pytest

from services.intake.domain.chat import NotSigned, check_conversation
from services.intake.domain.chat_tools import check_tool_signature, neutral
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


@pytest.mark.parametrize("tool", ["intercom", "tawk"])
@pytest.mark.parametrize(
    "webhook", [[], {}, {"data": 3, "chat": 3}, {"data": {"item": {"source": []}}, "chat": {"messages": [3]}}]
)
def test_another_shape_is_named(tool, webhook):
    with pytest.raises(BadInput):
        check_conversation(neutral(tool, webhook))


@pytest.mark.parametrize(("tool", "prefix"), [("intercom", "sha1="), ("tawk", "")])
def test_the_tools_own_signature(tool, prefix):
    good = prefix + hmac.new(b"secret", b"{}", hashlib.sha1).hexdigest()
    check_tool_signature(tool=tool, secret="secret", signature=good, body=b"{}")
    for signature, body in ((None, b"{}"), (good, b"{ }"), ("é", b"{}")):
        with pytest.raises(NotSigned):
            check_tool_signature(tool=tool, secret="secret", signature=signature, body=body)
