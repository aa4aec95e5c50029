"""The lists stay true and short: counted, folded when old, sent to inboxes, and what nobody takes is said to end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.dispatch import app
from services.dispatch.domain.lists.queue import NEWEST, TOP

ONE = "T-000000000001"


def outside(desk: Any) -> Any:
    return app.Outside(desk.log, desk.effects, desk.places, desk.rules, desk.bus, lambda: desk.now)


def come(desk: Any, make: Any, number: int, *, team: str = "finance", **ago: float) -> None:
    at = make.start - timedelta(**ago)
    desk.log.count(team)
    app.dispatch(decided=make.decided(number, team=team, received_at=at), log=desk.log, rules=desk.rules, now=at)


def listed(desk: Any, team: str = "finance") -> str:
    app.list_queues(teams=[team], outside=outside(desk))
    return str(desk.slack.listed(team).words())


def test_what_waited_over_a_week_is_one_line(dispatch: Any, make: Any) -> None:
    for number, days in ((1, 30), (2, 8), (3, 6), (4, 0)):
        come(dispatch, make, number, days=days)
    words = listed(dispatch)
    assert "4 waiting, the oldest for 30 days" in words
    assert "⏳ 2 more have waited for over a week, the first of them Store down · T-000000000001" in words
    assert "T-000000000002" not in words
    assert words.index("T-000000000003") < words.index("T-000000000004")


def test_many_are_counted_and_the_top_and_the_newest_shown(dispatch: Any, make: Any) -> None:
    many = TOP + NEWEST + 200
    for number in range(1, many + 1):
        come(dispatch, make, number, minutes=number)
    words = listed(dispatch)
    assert f"{many} waiting" in words
    assert f"T-{many:012d}" in words, "the one that waited longest"
    assert "T-000000000001" in words, "the one that came last"
    assert "more" in words
    for number in range(1, 31):
        dispatch.mark_taken(f"T-{number:012d}", make.lena)
    assert f"{many - 30} waiting" in listed(dispatch)


def test_the_count_follows_every_step(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    for action, more, engineering, finance in (
        ("take", {}, 0, 0), ("undo", {}, 1, 0), ("done", {}, 0, 0), ("give_back", {}, 1, 0), ("not_a_ticket", {}, 0, 0),
        ("undo", {}, 1, 0), ("reassign", {"choice": "finance|billing"}, 0, 1), ("assign", {"to": make.ben}, 0, 0),
    ):  # fmt: skip
        dispatch.press(action, ONE, **more)
        assert (dispatch.log.count("engineering"), dispatch.log.count("finance")) == (engineering, finance), action


def test_a_team_with_an_inbox_gets_its_list_once_a_day(dispatch: Any, make: Any) -> None:
    team = dispatch.rules.team("privacy")
    app.mail_list(team=team, day="2026-11-22", outside=outside(dispatch))
    assert dispatch.ses.sent == [], "nothing waits"
    come(dispatch, make, 1, team="privacy", days=9)
    come(dispatch, make, 2, team="privacy", hours=2)
    for _ in range(3):
        app.mail_list(team=team, day="2026-11-23", outside=outside(dispatch))
    ((call, mail),) = dispatch.ses.sent
    assert call["Destinations"] == ["privacy@example.com"]
    assert mail["Subject"] == "[Waiting] 2 for privacy"
    said = mail.get_body(("plain",)).get_content()
    assert "Route · Store down · Olga Petrova · 2 h 00 min · T-000000000002" in said
    assert "1 more have waited for over a week" in said
    app.mail_list(team=team, day="2026-11-24", outside=outside(dispatch))
    assert len(dispatch.ses.sent) == 2


@pytest.mark.parametrize(("at", "sent"), [("07:59", False), ("08:00", True), ("08:14", True), ("08:15", False)])
def test_lists_are_sent_in_the_morning(at: str, sent: bool) -> None:
    assert app.is_time_for_lists(datetime.fromisoformat(f"2026-11-23T{at}:00+01:00")) is sent


def test_what_nobody_takes_is_said_to_end_a_week_before_once(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.tick(days=392)
    assert dispatch.remind() == []
    dispatch.tick(days=1)
    assert dispatch.remind() == [ONE]
    thread = [one.message.text for one in dispatch.slack.channels["engineering"] if one.thread]
    assert thread == [
        f"Nobody has taken it for 393 days 0 h: it is deleted on {make.start + timedelta(days=400):%Y-%m-%d}"
    ]
    dispatch.tick(days=1)
    assert dispatch.remind() == []


def test_what_is_taken_is_not_said_to_end(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.take(ONE)
    dispatch.tick(days=395)
    assert dispatch.remind() == []
