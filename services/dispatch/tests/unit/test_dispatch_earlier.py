"""The hand-off says what else the customer wrote about, as it stood when the ticket came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.dispatch.domain.life.earlier import LOOKED_AT

OLGA = {"customer": {"email": "olga@northwind.example", "name": "Olga"}}


def line(desk: Any, channel: str = "engineering") -> str:
    words = desk.slack.top(channel)[-1].words().splitlines()
    return next((one for one in words if one.startswith("🕘")), "")


def come(desk: Any, make: Any, number: int, days: float, team: str = "finance", **more: Any) -> None:
    at = make.start - timedelta(days=days)
    desk.decide(make.decided(number, team=team, received_at=at, **{**OLGA, **more}))


def test_a_first_ticket_says_nothing(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(**OLGA))
    assert line(dispatch) == ""


def test_one_earlier_ticket_is_named_with_team_state_and_link(dispatch: Any, make: Any) -> None:
    come(dispatch, make, 2, 2)
    come(dispatch, make, 1, 0, team="engineering", customer={"email": "OLGA@northwind.example"})
    link = dispatch.log.get("T-000000000002").place.link
    assert line(dispatch) == f"🕘 1 earlier ticket: <{link}|T-000000000002> (with finance, open) 2 days ago"


def test_more_are_counted_and_the_open_ones_named(dispatch: Any, make: Any) -> None:
    for number, days in ((2, 9), (3, 5), (4, 1)):
        come(dispatch, make, number, days, team="privacy")
    dispatch.do("done", "T-000000000003")
    come(dispatch, make, 1, 0, team="engineering")
    assert line(dispatch) == (
        "🕘 3 earlier tickets: the last T-000000000004 (with privacy, open) 1 day ago"
        " · also open: T-000000000002 (with privacy, open)"
    )


@pytest.mark.parametrize("other", ["a part", "no ticket", "somebody else's", "later"])
def test_what_is_no_earlier_ticket_is_not_counted(dispatch: Any, make: Any, other: str) -> None:
    if other == "a part":
        come(dispatch, make, 2, 3, **{"customer": {"email": "x@y.example"}})
        come(dispatch, make, 3, 2, follow_up_to="T-000000000002")
    elif other == "no ticket":
        come(dispatch, make, 2, 2)
        dispatch.do("not_a_ticket", "T-000000000002")
    else:
        more = {"customer": {"email": "ben@northwind.example"}} if other == "somebody else's" else {}
        come(dispatch, make, 2, -2 if other == "later" else 2, **more)
    come(dispatch, make, 1, 0, team="engineering")
    assert line(dispatch) == ""


def test_a_customer_with_very_many_is_read_no_further(dispatch: Any, make: Any) -> None:
    for number in range(2, LOOKED_AT + 10):
        come(dispatch, make, number, number / 24)
    come(dispatch, make, 1, 0, team="engineering")
    assert line(dispatch).startswith(f"🕘 {LOOKED_AT} or more earlier tickets")


def test_an_inbox_is_told_as_well(dispatch: Any, make: Any) -> None:
    come(dispatch, make, 2, 2)
    come(dispatch, make, 1, 0, team="privacy")
    said = dispatch.ses.sent[-1][1].get_body(("plain",)).get_content()
    assert "1 earlier ticket, the last 2 days ago: T-000000000002 (with finance, open)" in said
