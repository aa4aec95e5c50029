"""The hand-off on the deployed system: one outcome of many clicks, one list, nothing twice, the log by index."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from local.demo.send import Sender
from local.demo.watch import Row, Watch, until
from services.dispatch.adapters.effects import Effects
from services.dispatch.domain.attempt import Claim
from services.dispatch.domain.errors import Conflict, NotYourTurn
from shared.errors import NotNow

LANDS_S = 90
NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]


@pytest.fixture
def row(send: Sender, customer: NewCustomer, landed: Landed) -> Row:
    """A ticket with finance."""
    email = customer()
    send.form(email=email, subject="Billing address", message="How do I change my billing address?")
    return landed(email)[0]


def pressed(row: Row, value: str, user: str) -> bytes:
    """What Slack sends when somebody chooses a team of a ticket that nobody has moved yet."""
    payload = {
        "type": "block_actions",
        "user": {"id": user, "name": user.casefold()},
        "actions": [
            {"action_id": "reassign", "block_id": f"{row['ticket_id']}.0", "selected_option": {"value": value}},
        ],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_ten_clicks_of_two_leads_at_once_are_one_correction(send: Sender, watch: Watch, row: Row) -> None:
    buttons = json.dumps(watch.message(row)["blocks"])
    assert '"reassign"' in buttons

    def click(chosen: tuple[str, str]) -> int:
        return send.raw_actions(pressed(row, *chosen)).status_code

    with ThreadPoolExecutor(10) as leads:
        assert set(
            leads.map(click, [("support|login", "U0FINLEAD"), ("product|feature request", "U0SUPLEAD")] * 5)
        ) == {200}

    def moved() -> Row | None:
        found = watch.log.row(row["ticket_id"])
        return found if found and found["destination"]["address"] != "finance" else None

    after = until(moved, seconds=LANDS_S, what="the ticket with its new team")
    assert len(after["corrections"]) == 1
    names = [event["detail-type"] for event in watch.events(row["ticket_id"])]
    assert names.count("TicketCorrected") == 1
    until(lambda: "Moved to" in json.dumps(watch.message(row)["blocks"]), seconds=LANDS_S, what="the old message")
    assert "action_id" not in json.dumps(watch.message(row)["blocks"])


def test_take_ends_the_wait_and_leaves_the_list(watch: Watch, row: Row) -> None:
    watch.press(row, action="take", value="", user="U0FINLEAD").raise_for_status()
    until(lambda: "Taken by" in json.dumps(watch.message(row)["blocks"]), seconds=LANDS_S, what="who took it")
    assert watch.log.row(row["ticket_id"])["taken_by"]["id"] == "U0FINLEAD"  # type: ignore[index]
    assert row["ticket_id"] not in [waiting["ticket_id"] for waiting in watch.log.queue("finance")]
    assert watch.comes_true(lambda: "taken by" in watch.queue_list("finance"))


def test_bump_calls_the_lead_under_the_ticket(watch: Watch, row: Row) -> None:
    watch.press(row, action="bump", value="").raise_for_status()
    note = until(lambda: watch.thread(row), seconds=LANDS_S, what="the note")
    assert "<@U0FINLEAD>" in json.dumps(note)
    assert watch.log.row(row["ticket_id"])["move"] == "priority"  # type: ignore[index]


def test_the_log_answers_by_index(watch: Watch, row: Row) -> None:
    assert row["ticket_id"] in [one["ticket_id"] for one in watch.log.newest(200)]
    assert row["ticket_id"] in [one["ticket_id"] for one in watch.log.of_day(row["received_at"][:10])]
    assert [one["ticket_id"] for one in watch.log.of_customer(row["customer"]["email"].upper())] == [row["ticket_id"]]
    assert row["ticket_id"] in [one["ticket_id"] for one in watch.log.queue("finance")]
    received = [one["received_at"] for one in watch.log.newest(200)]
    assert received == sorted(received, reverse=True)


def test_of_ten_writes_over_the_same_state_one_is_taken(watch: Watch, row: Row) -> None:
    until(lambda: watch.log.events(row["ticket_id"])[1:], seconds=LANDS_S, what="TicketDispatched")
    time.sleep(1)  # the hand-off's own last write
    known = watch.log.get(row["ticket_id"])
    assert known is not None

    def write(_: int) -> bool:
        try:
            return bool(watch.log.save(known))
        except Conflict:
            return False

    with ThreadPoolExecutor(10) as writers:
        assert sum(writers.map(write, range(10))) == 1


def test_an_effect_is_taken_by_one_of_twenty_workers(watch: Watch, row: Row) -> None:
    effects, name, now = Effects(watch.table("dispatch")), f"test.{row['ticket_id']}", datetime.now(UTC)

    def claim(_: int) -> Claim | None:
        try:
            return effects.claim(name, now=now)
        except NotNow:
            return None

    with ThreadPoolExecutor(10) as workers:
        (mine,) = filter(None, workers.map(claim, range(20)))
    assert mine.doubt_until is None
    effects.begin(mine, doubt_until=now + timedelta(minutes=1))
    effects.release(mine)
    again = effects.claim(name, now=now)
    assert again is not None
    assert again.doubt_until is not None
    with pytest.raises(NotNow):  # the first holder has lost it
        effects.begin(mine, doubt_until=now)
    effects.done(name)
    assert effects.claim(name, now=now) is None


def test_turns_are_a_second_apart_after_a_burst(watch: Watch, row: Row) -> None:
    effects, name = Effects(watch.table("dispatch")), f"test.{row['ticket_id']}"
    for number in range(3):
        effects.wait_turn(name, f"{number}", every=30.0, burst=3)
    waits = []
    for who in ("a", "b", "a", "b"):
        with pytest.raises(NotYourTurn) as told:
            effects.wait_turn(name, who, every=30.0, burst=3)
        waits.append(told.value.retry_after or 0)
    assert 0 < waits[0] <= 31
    assert waits[1] == pytest.approx(waits[0] + 30, abs=5)
    assert waits[2:] == pytest.approx(waits[:2], abs=5)  # booked: coming back costs no new turn


def test_counts_lose_nothing(watch: Watch, row: Row) -> None:
    effects = Effects(watch.table("dispatch"))
    with ThreadPoolExecutor(8) as workers:
        counts = list(workers.map(lambda _: effects.count(f"test.{row['ticket_id']}"), range(40)))
    assert sorted(counts) == list(range(1, 41))
    assert effects.counted(f"test.{row['ticket_id']}") == 40


def test_no_role_of_dispatch_may_scan(watch: Watch) -> None:
    iam = watch.client("iam")
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if "dispatch" in role["RoleName"]]
    assert len(roles) >= 5
    for role in roles:
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = json.dumps(iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"])
            assert "dynamodb:Scan" not in document
            assert "dynamodb:*" not in document


def test_the_reports_go_out_once(watch: Watch) -> None:
    client, at = watch.client("lambda"), f"{2100 + uuid.uuid4().int % 7000}-01-15T08:00:00Z"  # a year of our own

    def titles() -> list[str]:
        return [mail["subject"] for mail in watch.inbox("triage@example.com") if at[:4] in mail["subject"]]

    for _ in range(2):
        for period in ("week", "month"):
            name = f"ticket-router-dispatch-{watch.endpoints.stage}-lookBack"
            answer = client.invoke(FunctionName=name, Payload=json.dumps({"period": period, "at": at}))
            assert "FunctionError" not in answer
    assert watch.comes_true(lambda: any(title.startswith("Weekly digest") for title in titles()))
    assert len(titles()) == 1  # the month before January is of the year before
    messages = watch.slack.conversations_history(channel=watch.channel_id("managers"), limit=200)["messages"]
    assert sum(at[:4] in message["text"] and "Weekly digest" in message["text"] for message in messages) == 1


def test_mail_that_is_no_ticket_is_counted_where_the_digest_looks(
    send: Sender, watch: Watch, customer: NewCustomer
) -> None:
    def counted() -> int:
        return len(watch.log.aside(f"{datetime.now(UTC):%Y-%m-%d}"))

    before, email = counted(), customer()
    send.mail(email=email, subject="Away", text="Back on Monday.", headers={"Auto-Submitted": "auto-replied"})
    until(lambda: counted() > before, seconds=LANDS_S, what="the set-aside mail in dispatch's log")
    assert watch.rows(email) == []


def test_what_a_machine_may_have_sent_waits_quietly_in_triage(
    send: Sender, watch: Watch, customer: NewCustomer
) -> None:
    email = customer()
    text = "I am out of the office until Monday. For urgent matters please contact my colleague Ann."
    send.mail(email=email, subject="Automatic reply: Down", text=text)
    until(lambda: len(watch.rows(email)) == 1, seconds=LANDS_S, what="the quiet ticket")
    (row,) = watch.rows(email)
    assert (row["move"], row["team"], row["position"]) == ("hold", "triage", "normal")
    assert row["reasons"][0].startswith("Held quietly: maybe automatic")


def test_an_unknown_ticket_is_no_error_of_the_log(watch: Watch) -> None:
    assert watch.log.row("T-000000000000") is None
    assert watch.log.events("T-000000000000") == []
