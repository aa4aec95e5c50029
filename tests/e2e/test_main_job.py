"""The main job: a ticket by each way in, through five deployed services, to the right team at the right volume."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from local.demo.send import Sender
from local.demo.watch import Row, Watch, pinged, until

LANDS_S = 90
NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]


def place(row: Row) -> tuple[str, str]:
    return row["destination"]["kind"], row["destination"]["address"].removeprefix("#")


def test_an_outage_mail_of_a_vip_escalates_with_lead_and_manager_called_and_lies_on_top(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email, subject = customer("northwind-traders.example"), f"Shop down {uuid.uuid4().hex[:6]}"
    send.mail(email=email, subject=subject, text="Our whole shop shows error 503 and nobody can order anything.")
    (row,) = landed(email)
    assert (row["move"], row["team"], row["topic"]) == ("escalate", "engineering", "outage")
    assert place(row) == ("slack", "engineering")
    message = watch.message(row)
    assert pinged(message) == {"U0ENGLEAD", "U0ENGMANAGER"}
    assert "nobody can order anything" in str(message["blocks"])
    assert row["position"] == "top"
    assert watch.comes_true(lambda: subject in watch.queue_list("engineering"))


def test_a_billing_question_by_form_goes_to_finance_quietly(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email = customer()
    answer = send.form(email=email, subject="Billing address", message="How do I change my billing address?")
    assert answer.status_code == 202
    (row,) = landed(email)
    assert row["ticket_id"] == answer.json()["ticket_id"]
    assert (row["move"], row["team"], row["position"]) == ("route", "finance", "normal")
    assert place(row) == ("slack", "finance")
    assert pinged(watch.message(row)) == set()


def test_an_angry_customer_in_the_chat_gets_priority_and_the_lead_is_called(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email = customer()
    send.chat(
        conversation=uuid.uuid4().hex,
        customer={"email": email, "name": "Max"},
        texts=["The export button does nothing when I pick last month.", "This is ridiculous, I am fed up!"],
    ).raise_for_status()
    (row,) = landed(email)
    assert (row["move"], row["team"], row["tone"]) == ("priority", "engineering", "angry")
    assert pinged(watch.message(row)) == {"U0ENGLEAD"}


@pytest.mark.parametrize("second", ["mail", "form", "chat"])
def test_the_same_problem_by_a_second_lane_is_folded_and_nobody_is_called_twice(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed, second: str
) -> None:
    email, text = customer(), "The export button does nothing when I pick last month. This is ridiculous!"
    send.form(email=email, subject="Export", message=text).raise_for_status()
    (first,) = landed(email)
    if second == "mail":
        send.mail(email=email, subject="Export", text=text)
    elif second == "form":
        send.form(email=email, subject="Export", message=text).raise_for_status()
    else:
        send.chat(conversation=uuid.uuid4().hex, customer={"email": email}, texts=[text]).raise_for_status()
    rows = landed(email, 2)
    (copy,) = [row for row in rows if row["duplicate_of"]]
    assert copy["duplicate_of"] == first["ticket_id"]
    assert copy["reasons"], "a copy says why it was judged the same"
    (note,) = until(lambda: watch.thread(first), seconds=20, what="a note under the first")
    assert pinged(note) == set()
    kinds = [event["detail-type"] for event in watch.events(copy["ticket_id"])]
    assert "TicketClassified" not in kinds, "a copy is not read again"


def test_hi_is_held_in_triage_with_the_reason(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email = customer()
    send.chat(conversation=uuid.uuid4().hex, customer={"email": email}, texts=["hi"]).raise_for_status()
    (row,) = landed(email)
    assert (row["move"], row["team"], row["topic"]) == ("hold", "triage", None)
    assert place(row) == ("slack", "triage")
    assert row["reasons"][0].startswith("Held: too little to go on")


def test_a_feature_request_goes_to_product(send: Sender, watch: Watch, customer: NewCustomer, landed: Landed) -> None:
    email = customer()
    send.mail(email=email, subject="Idea", text="It would be great to schedule reports by the hour. Please add that.")
    (row,) = landed(email)
    assert (row["move"], row["team"]) == ("route", "product")


def test_a_team_without_a_channel_gets_a_mail(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email, subject = customer(), f"My data {uuid.uuid4().hex[:6]}"
    send.form(email=email, subject=subject, message="Please delete all data you hold about me under the GDPR.")
    (row,) = landed(email)
    assert (row["move"], row["team"]) == ("route", "privacy")
    assert place(row) == ("inbox", "privacy@example.com")

    def arrived() -> list[dict[str, Any]]:
        return [mail for mail in watch.inbox("privacy@example.com") if subject in mail["subject"]]

    (mail,) = until(arrived, seconds=20, what="the mail in the privacy inbox")
    assert "delete all data" in mail["text"]
    assert email not in mail["to"], "the product never writes to a customer"
    headers = {name.casefold(): value for name, value in dict(mail["headers"]).items()}
    assert headers["auto-submitted"] == "auto-generated"
    assert headers["x-ticket-router"] == row["ticket_id"]
    assert row["ticket_id"] in headers["references"]


def test_a_misroute_is_one_click_and_a_similar_ticket_is_sorted_right_because_of_it(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    first, second = customer(), customer()
    send.mail(email=first, subject="Delivery address", text="How do I change my delivery address?")
    (before,) = landed(first)
    assert before["team"] == "finance", "the offline reader takes it for a matter of money"
    assert watch.press(before, action="reassign", value="support|how-to").status_code == 200

    def moved() -> Row | None:
        row = watch.log.row(before["ticket_id"])
        return row if row and row["team"] == "support" and place(row) == ("slack", "support") else None

    after = until(moved, seconds=LANDS_S, what="the ticket in #support")
    (correction,) = after["corrections"]
    assert (correction["before"]["team"], correction["after"]["team"]) == ("finance", "support")
    assert "delivery address" in str(watch.message(after)["blocks"])
    until(
        lambda: [e for e in watch.rules().examples if e.topic == "how-to" and "delivery address" in e.text],
        seconds=LANDS_S,
        what="the lesson among the published examples",
    )
    send.form(email=second, subject="New delivery address", message="Where do I change my delivery address?")
    (similar,) = landed(second)
    assert (similar["team"], similar["topic"]) == ("support", "how-to")


def test_a_trace_names_every_step_and_its_cause(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email = customer()
    send.form(email=email, subject="VAT", message="Can you send the March invoice with our VAT number on it?")
    (row,) = landed(email)
    kinds = ["TicketReceived", "TicketClassified", "MoveDecided", "TicketDispatched"]

    def complete() -> list[dict[str, Any]] | None:
        events = watch.events(row["ticket_id"])
        return events if len(events) == len(kinds) else None

    events = until(complete, seconds=20, what="four events")
    assert [event["detail-type"] for event in events] == kinds
    metadata = [event["detail"]["metadata"] for event in events]
    assert [each["causation_id"] for each in metadata] == [None, *(each["event_id"] for each in metadata[:-1])]
    assert {each["correlation_id"] for each in metadata} == {row["ticket_id"]}
