"""A ticket's life on the deployed system: every press once, shown, logged, taught and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cli.log import events_of
from cli.rules import in_force
from cli.stack import find_stack
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until

LANDS_S = 90
NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]


@pytest.fixture
def row(send: Sender, customer: NewCustomer, landed: Landed) -> Row:
    """A ticket with finance, by mail."""
    email = customer()
    send.mail(email=email, subject="Billing address", text="How do I change my billing address?")
    return landed(email)[0]


def state(watch: Watch, row: Row) -> str:
    found = watch.log.row(row["ticket_id"])
    return str(found and found["state"])


def shown(watch: Watch, row: Row, words: str) -> None:
    until(lambda: words in json.dumps(watch.message(row)["blocks"], ensure_ascii=False), seconds=LANDS_S, what=words)


def test_taken_done_opened_given_back_and_undone(watch: Watch, row: Row) -> None:
    for action, after, words in (
        ("take", "taken", "Taken by"),
        ("done", "done", "✅ *Done*"),
        ("undo", "taken", "Undone (done)"),
        ("give_back", "waiting", "Given back"),
    ):
        watch.press(row, action=action).raise_for_status()
        assert state(watch, row) == after
        shown(watch, row, words)
    found = watch.log.row(row["ticket_id"])
    assert found is not None
    assert [step["did"] for step in found["steps"]] == ["taken", "done", "undone", "given back"]


def test_no_ticket_teaches_its_sender_and_an_undo_takes_that_back(watch: Watch, row: Row) -> None:
    sender = row["customer"]["email"]

    def known() -> list[str]:
        return [one.match for one in in_force(find_stack(None)).not_tickets]

    watch.press(row, action="not_a_ticket").raise_for_status()
    shown(watch, row, "🚫 *Not a ticket*")
    until(lambda: sender in known(), seconds=LANDS_S, what="the sender in the rules")
    assert row["ticket_id"] not in [one["ticket_id"] for one in watch.log.queue("finance")]
    watch.press(row, action="undo").raise_for_status()
    until(lambda: sender not in known(), seconds=LANDS_S, what="the sender out of the rules")
    assert state(watch, row) == "waiting"
    kinds = [
        event["detail"]["data"]["correction"]["kind"]
        for event in events_of(find_stack(None), row["ticket_id"])
        if event["detail-type"] == "TicketCorrected"
    ]
    assert kinds == ["not_a_ticket", "undone"]


def test_all_they_sent_comes_into_the_thread(watch: Watch, row: Row) -> None:
    watch.press(row, action="original").raise_for_status()

    def files() -> list[str]:
        return [file["name"] for message in watch.thread(row) for file in message.get("files", [])]

    until(lambda: f"{row['ticket_id']}.eml" in files(), seconds=LANDS_S, what="the original in the thread")
