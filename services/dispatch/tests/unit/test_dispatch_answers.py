"""What our own people write about a ticket is an answer: shown once, it takes the ticket when the customer has it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.ticket import ObjectRef, Person
from contracts.ticket_answered import TicketAnswered, TicketAnsweredData
from services.dispatch import app
from shared.errors import NotNow

ONE, TWO = "T-000000000001", "T-000000000002"
EVE = Person(id="eve@example.com", name="Eve")


def answer(desk: Any, ticket_id: str = ONE, *, to_customer: bool = True, text: str = "Done.", key: str = "a") -> Any:
    data = TicketAnsweredData(
        ticket_id=ticket_id,
        answered_by=EVE,
        answered_at=desk.now,
        text=text,
        message_id="<e@example.com>",
        to_customer=to_customer,
        raw=ObjectRef(bucket="mail", key="inbound/2"),
    )
    return TicketAnswered.caused_by(ticket_id=ticket_id, cause=None, occurred_at=desk.now, data=data, key=key)


def hear(desk: Any, event: Any) -> None:
    desk.settle(app.hear_answer(answered=event, log=desk.log, now=desk.now))


def said(desk: Any) -> list[str]:
    thread = [one for name in desk.slack.channels for one in desk.slack.channels[name] if one.thread]
    return [one.message.text for one in thread]


def test_an_answer_is_shown_and_takes_the_ticket(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="priority"))
    dispatch.tick(minutes=12)
    hear(dispatch, answer(dispatch, text="Please   try\nagain."))
    known = dispatch.log.get(ONE)
    assert (known.state, known.taken_by) == ("taken", EVE)
    assert said(dispatch) == ["Eve answered the customer: “Please try again.”"]
    dispatch.tick(minutes=300)
    assert dispatch.remind() == []
    assert "✉️ Answered by Eve" in dispatch.slack.top("engineering")[0].words()


def test_delivered_twice_it_is_heard_once(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    event = answer(dispatch)
    for _ in range(3):
        hear(dispatch, event)
    assert len(said(dispatch)) == 1
    assert len(dispatch.log.get(ONE).steps) == 1


def test_what_did_not_reach_the_customer_ends_no_wait_and_says_where_they_are(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="priority"))
    hear(dispatch, answer(dispatch, to_customer=False))
    assert dispatch.log.get(ONE).state == "waiting"
    assert said(dispatch) == [
        "Eve wrote to the router only: the customer has not got it. They are reached at: olga1@northwind.example"
    ]
    dispatch.tick(minutes=31)
    assert dispatch.remind() == [ONE]


def test_a_team_with_an_inbox_is_told_by_mail_and_nobody_else_is(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(team="privacy"))
    hear(dispatch, answer(dispatch, to_customer=False))
    call, mail = dispatch.ses.sent[-1]
    assert call["Destinations"] == ["privacy@example.com"]
    assert mail["Subject"] == f"[Answer] Store down · {ONE}"
    assert "olga1@northwind.example" in mail.get_body(("plain",)).get_content().replace("\r\n", " ")


@pytest.mark.parametrize(
    ("before", "state", "taker"),
    [
        ([], "taken", "Eve"),
        (["take"], "taken", "Lena"),
        (["done"], "done", "Lena"),
        (["not_a_ticket"], "no ticket", ""),
    ],
)
def test_an_answer_takes_only_what_waits(dispatch: Any, make: Any, before: list[str], state: str, taker: str) -> None:
    dispatch.decide(make.decided())
    for action in before:
        dispatch.do(action, ONE)
    hear(dispatch, answer(dispatch))
    known = dispatch.log.get(ONE)
    assert (known.state, known.taken_by.name if known.taken_by else "") == (state, taker)
    assert len(said(dispatch)) == 1


def test_an_answer_to_a_follow_up_takes_the_ticket_it_belongs_to(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(make.decided(2, follow_up_to=ONE))
    hear(dispatch, answer(dispatch, TWO))
    assert dispatch.log.get(ONE).taken_by == EVE


def test_an_answer_can_be_undone(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    hear(dispatch, answer(dispatch))
    dispatch.do("undo", ONE)
    assert dispatch.log.get(ONE).state == "waiting"
    hear(dispatch, answer(dispatch))
    assert dispatch.log.get(ONE).state == "waiting"


def test_an_answer_that_overtakes_its_ticket_waits_and_one_to_nothing_is_let_go(dispatch: Any) -> None:
    event = answer(dispatch)
    with pytest.raises(NotNow):
        hear(dispatch, event)
    dispatch.tick(minutes=2)
    hear(dispatch, event)
    assert dispatch.log.stored == {}
