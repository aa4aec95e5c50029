"""Bad input, on the deployed system: it names the problem, stores nothing twice, loses nothing."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.rules import Rules
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until

NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]
STALE_S = 301


def in_bucket(watch: Watch, prefix: str) -> int:
    bucket = f"tickets-mail-{watch.endpoints.stage}-{watch.endpoints.aws_region}-000000000000"
    return int(watch.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"])


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b'{"email": "a@b.example", ', 400, "body"),
        (b'["a list"]', 400, "body"),
        (b'{"message": "no address"}', 400, "email"),
        (b'{"email": "nobody", "message": "hello there"}', 400, "email"),
        (b'{"email": "a@b.example"}', 400, "message"),
        (b'{"email": "a@b.example", "message": "' + b"x" * 65_536 + b'"}', 413, "body"),
    ],
    ids=["cut off", "a list", "no address", "not an address", "no message", "over 64 KB"],
)
def test_a_bad_form_is_refused_by_name_and_nothing_is_stored(
    send: Sender, watch: Watch, body: bytes, status: int, field: str
) -> None:
    before = in_bucket(watch, "form/")
    answer = send.raw_form(body)
    assert answer.status_code == status
    assert answer.json()["field"] == field
    assert answer.json()["problem"]
    assert in_bucket(watch, "form/") == before


@pytest.mark.parametrize(
    "wrong", [{"secret": "guess"}, {"at": -STALE_S}, {"at": STALE_S}], ids=["unsigned", "stale", "from the future"]
)
def test_a_chat_that_is_not_signed_now_by_us_is_refused(send: Sender, watch: Watch, wrong: dict[str, Any]) -> None:
    before = in_bucket(watch, "chat/")
    when = {"at": time.time() + wrong["at"]} if "at" in wrong else wrong
    answer = send.chat(conversation=uuid.uuid4().hex, customer={"email": "a@b.example"}, texts=["hello"], **when)
    assert answer.status_code == 401
    assert answer.json()["problem"]
    assert in_bucket(watch, "chat/") == before


@pytest.mark.parametrize("body", [b'{"conversation_id": ', b'{"conversation_id": "1", "customer": {}, "messages": []}'])
def test_a_signed_chat_that_says_nothing_is_refused(send: Sender, body: bytes) -> None:
    answer = send.raw_chat(body)
    assert answer.status_code == 400
    assert answer.json()["field"] in ("body", "messages")


def test_a_call_without_any_signature_is_refused(watch: Watch) -> None:
    for url in (watch.endpoints.chat_url, watch.endpoints.slack_actions_url):
        assert httpx.post(url, content=b"{}", trust_env=False).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"secret": "guess"}, {"at": -STALE_S}, {"at": STALE_S}], ids=["unsigned", "stale", "from the future"]
)
def test_a_slack_call_that_is_not_signed_now_by_slack_is_refused(send: Sender, wrong: dict[str, Any]) -> None:
    when = {"at": time.time() + wrong["at"]} if "at" in wrong else wrong
    assert send.raw_actions(b"payload=%7B%7D", **when).status_code == 401


def test_a_signed_slack_call_that_is_nonsense_is_refused(send: Sender) -> None:
    assert send.raw_actions(b"nonsense").status_code == 400


def test_a_mail_nobody_can_decode_is_still_a_ticket_with_the_raw_mail_linked(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email, mark = customer(), uuid.uuid4().hex
    raw = (
        f"From: {email}\r\nTo: support@example.com\r\nSubject: =?x-unknown?Q?Caf=E9?= invoice\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=never\r\nX-Mark: {mark}\r\n\r\n"
    ).encode() + b"\xff\xfe How do I change my billing \x00 address? \x80\x81\r\n"
    send.raw_mail(raw, sender=email)
    (row,) = landed(email)
    received = watch.events(row["ticket_id"])[0]["detail"]["data"]["ticket"]
    stored = watch.client("s3").get_object(Bucket=received["raw"]["bucket"], Key=received["raw"]["key"])
    assert mark.encode() in stored["Body"].read()
    assert "invoice" in row["subject"]


def test_an_empty_mail_is_held_with_the_reason(send: Sender, customer: NewCustomer, landed: Landed) -> None:
    email = customer()
    send.mail(email=email, subject="", text="")
    (row,) = landed(email)
    assert (row["move"], row["team"]) == ("hold", "triage")
    assert row["reasons"][0].startswith("Held:")


def test_redeliveries_are_one_ticket(send: Sender, watch: Watch, customer: NewCustomer, landed: Landed) -> None:
    """Same Message-ID, same Idempotency-Key, same conversation: written once, read once, posted once."""
    by_mail, by_form, by_chat = (customer() for _ in range(3))
    message_id, key, conversation = f"<{uuid.uuid4()}@mail.example>", uuid.uuid4().hex, uuid.uuid4().hex
    ids = set()
    for _ in range(3):
        send.mail(email=by_mail, subject="VAT", text="Can you send the invoice with our VAT number?",
                  headers={"Message-ID": message_id})  # fmt: skip
        ids.add(send.form(key=key, email=by_form, message="Can you send the invoice again?").json()["ticket_id"])
        ids.add(
            send.chat(
                conversation=conversation, customer={"email": by_chat}, texts=["Where do I find my invoice?"]
            ).json()["ticket_id"]
        )
    assert len(ids) == 2
    for email in (by_mail, by_form, by_chat):
        landed(email)
    # Something sent afterwards has landed: what was sent before it has had its time.
    last = customer()
    send.form(email=last, message="Where do I find last year's invoices?")
    landed(last)
    for email in (by_mail, by_form, by_chat):
        (row,) = watch.rows(email)
        kinds = [event["detail-type"] for event in watch.events(row["ticket_id"])]
        assert sorted(kinds) == ["MoveDecided", "TicketClassified", "TicketDispatched", "TicketReceived"]


def test_an_event_delivered_again_has_no_second_effect(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email = customer()
    send.form(email=email, subject=f"Again {uuid.uuid4().hex[:6]}", message="How do I change my billing address?")
    (row,) = landed(email)
    events = until(lambda: _all_four(watch, row), seconds=20, what="four events")
    said = watch.message(row)
    for event in events[:3]:
        watch.client("events").put_events(
            Entries=[
                {
                    "EventBusName": watch.endpoints.bus_name,
                    "Source": event["source"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                }
            ]
        )
    last = customer()
    send.form(email=last, message="How do I change my billing address?")
    landed(last)
    assert watch.log.row(row["ticket_id"]) == row
    history = watch.slack.conversations_history(channel=watch.channel_id("finance"), limit=200)["messages"]
    posted = [message for message in history if row["subject"] in str(message["blocks"][0])]
    assert [message["ts"] for message in posted] == [said["ts"]]
    assert len(watch.events(row["ticket_id"])) == 4


def _all_four(watch: Watch, row: Row) -> list[dict[str, Any]] | None:
    events = watch.events(row["ticket_id"])
    return events if len(events) == 4 else None


@pytest.fixture
def impatient_router_queue(watch: Watch) -> Iterator[str]:
    """The router's inbox, with a visibility timeout that a test can wait for."""
    sqs = watch.client("sqs")
    url = sqs.get_queue_url(QueueName=f"tickets-{watch.endpoints.stage}-router")["QueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    yield url
    sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


def test_what_a_consumer_cannot_handle_is_retried_and_then_lies_in_its_dead_letter_queue(
    watch: Watch, impatient_router_queue: str
) -> None:
    sqs, body = watch.client("sqs"), json.dumps({"detail-type": "TicketClassified", "detail": uuid.uuid4().hex})
    dead = sqs.get_queue_url(QueueName=f"tickets-{watch.endpoints.stage}-router-dead")["QueueUrl"]
    sqs.send_message(QueueUrl=impatient_router_queue, MessageBody=body)

    def buried() -> list[dict[str, Any]]:
        answer = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=1)
        return [message for message in answer.get("Messages", []) if message["Body"] == body]

    (message,) = until(buried, seconds=60, what="the message in the dead-letter queue")
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture
def rules_file(watch: Watch) -> Iterator[Callable[[str, str], None]]:
    """Change a file of the served rules folder by adding to it; put it back afterwards and publish."""
    folder, before = Path(watch.endpoints.rules_dir), dict[Path, str]()

    def add(name: str, text: str) -> None:
        path = folder / name
        before.setdefault(path, path.read_text())
        path.write_text(path.read_text().rstrip("\n") + "\n" + text)

    yield add
    for path, text in before.items():
        path.write_text(text)
    publish(watch)


def publish(watch: Watch) -> Rules:
    """What the schedule does every minute, now."""
    name = f"ticket-router-learning-{watch.endpoints.stage}-publish"
    answer = watch.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    return watch.rules()


def test_a_new_topic_and_team_take_effect_without_a_restart(
    send: Sender,
    watch: Watch,
    customer: NewCustomer,
    landed: Landed,
    rules_file: Callable[[str, str], None],
) -> None:
    revision = watch.rules().revision
    rules_file("teams.csv", "logistics,#logistics,logistics@example.com,U0LOGLEAD,U0LOGMANAGER\n")
    rules_file("topics.csv", 'parcels,"a parcel is late, lost or broken, tracking number",logistics\n')
    rules_file("guide.md", "- parcels: My parcel with tracking number 12345 has not arrived.\n")
    assert publish(watch).revision > revision
    email = customer()
    send.form(email=email, subject="Parcel", message="My parcel with tracking number 98765 has not arrived.")
    (row,) = landed(email)
    assert (row["team"], row["topic"]) == ("logistics", "parcels")
    assert row["destination"]["address"].removeprefix("#") == "logistics"


def test_a_broken_row_keeps_the_last_good_rules_in_force_and_is_shown(
    watch: Watch, rules_file: Callable[[str, str], None]
) -> None:
    before = watch.rules()
    rules_file("topics.csv", 'ghosts,"what nobody owns",no such team\n')
    rules_file("guide.md", "\n## Priority rules\n\n- priority when mood is bad\n")
    after = publish(watch)
    assert after.topics[: len(before.topics)] == before.topics
    assert after.priority_rules == before.priority_rules
    bucket = f"tickets-rules-{watch.endpoints.stage}-{watch.endpoints.aws_region}-000000000000"
    problems = json.loads(watch.client("s3").get_object(Bucket=bucket, Key="problems.json")["Body"].read())
    assert "no such team" in str(problems)
    assert "mood" in str(problems)
