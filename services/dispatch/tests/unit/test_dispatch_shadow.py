"""A ticket in shadow is said and not handed off; a team that goes live in the middle loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.ticket_answered import TicketAnswered, TicketAnsweredData
from services.dispatch import app
from services.dispatch.domain.life.handoff import Went
from services.dispatch.domain.reports.outcomes import outcomes_of
from services.dispatch.domain.reports.shadow import Tally, shadowed, was_right
from services.dispatch.domain.row import row_of
from shared.errors import NotNow

ONE, TWO = "T-000000000001", "T-000000000002"


@pytest.fixture
def desk(dispatch: Any) -> Any:
    in_shadow(dispatch)
    return dispatch


def in_shadow(dispatch: Any, *live: str, channel: str | None = "trial") -> None:
    settings = {"shadow": True, "live_teams": live, "shadow_channel": channel}
    dispatch.rules = dispatch.rules.model_copy(update=settings)


def lines(dispatch: Any) -> list[Any]:
    return list(dispatch.slack.top("trial"))


def nobody_was_disturbed(dispatch: Any) -> None:
    assert {name for name in dispatch.slack.channels if dispatch.slack.channels[name]} <= {"trial"}
    assert dispatch.ses.sent == []
    assert not any("<@" in one.words() for one in lines(dispatch))
    assert not any(one.action_ids() for one in lines(dispatch))


@pytest.mark.parametrize("kind", ["route", "priority", "escalate", "hold"])
@pytest.mark.parametrize("team", ["engineering", "privacy", "triage"])
def test_it_is_one_quiet_line(desk: Any, make: Any, kind: str, team: str) -> None:
    desk.decide(make.decided(kind=kind, team=team, shadow=True))
    desk.decide(make.decided(kind=kind, team=team, shadow=True))
    (line,) = lines(desk)
    assert all(word in line.words() for word in (ONE, "Store down", team))
    nobody_was_disturbed(desk)
    assert [type(event).__name__ for event in desk.bus.published] == []
    assert desk.log.get(ONE).state == "shadow"
    assert desk.log.count(team) == 0


def test_nobody_is_reminded_and_no_outcome_is_counted(desk: Any, make: Any) -> None:
    desk.decide(make.decided(kind="escalate", shadow=True))
    desk.tick(days=5)
    assert desk.remind() == []
    nobody_was_disturbed(desk)
    assert outcomes_of([row_of(desk.log.get(ONE)) | {"confidence_before_outcomes": 0.9, "model": "m"}]) == ()


def test_without_a_channel_there_is_only_the_log(desk: Any, make: Any) -> None:
    in_shadow(desk, channel=None)
    desk.decide(make.decided(shadow=True))
    assert desk.slack.channels == {}
    assert desk.log.get(ONE).is_settled


def test_while_slack_is_away_the_line_waits_and_is_then_left_out(desk: Any, make: Any) -> None:
    desk.slack.down = NotNow("Slack is down", retry_after=5)
    with pytest.raises(NotNow):
        desk.decide(make.decided(shadow=True))
    desk.tick(minutes=16)
    desk.decide(make.decided(shadow=True))
    assert desk.log.get(ONE).is_settled
    nobody_was_disturbed(desk)


def test_what_was_only_said_stays_so_and_what_comes_after_is_handed_off(desk: Any, make: Any) -> None:
    desk.decide(make.decided(1, shadow=True))
    in_shadow(desk, "engineering")
    desk.decide(make.decided(2))
    desk.decide(make.decided(1, shadow=True))  # a redelivery
    assert [one.key for one in desk.slack.top("engineering") if one.action_ids()] == [f"{TWO}.0"]
    assert len(lines(desk)) == 1


@pytest.mark.parametrize(("live", "heard"), [((), False), (("engineering",), True)])
def test_who_writes_again_is_heard_once_the_team_is_live(
    desk: Any, make: Any, live: tuple[str, ...], heard: bool
) -> None:
    desk.decide(make.decided(1, shadow=True))
    in_shadow(desk, *live)
    desk.decide(make.decided(2, shadow=not heard, follow_up_to=ONE))
    placed = desk.log.get(TWO)
    assert (placed.state, placed.part_of) == (("waiting", None) if heard else ("shadow", ONE))
    assert bool(desk.slack.top("engineering")) is heard


@pytest.mark.parametrize(("live", "heard"), [((), False), (("engineering",), True)])
def test_a_copy_wakes_the_ticket_it_repeats(desk: Any, make: Any, live: tuple[str, ...], heard: bool) -> None:
    desk.decide(make.decided(1, kind="priority", shadow=True))
    in_shadow(desk, *live)
    desk.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    assert desk.log.get(ONE).state == ("waiting" if heard else "shadow")
    posted = [one for one in desk.slack.channels.get("engineering", []) if one.key.startswith((ONE, TWO))]
    assert [one.key for one in posted] == ([f"{ONE}.0", f"{TWO}.under.{posted[0].ts}"] if heard else [])
    # The same copy once more, long after, wakes nothing.
    before = desk.log.get(ONE)
    desk.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    assert desk.log.get(ONE).shadow == before.shadow


def test_an_old_copy_that_is_replayed_wakes_nothing(desk: Any, make: Any) -> None:
    desk.decide(make.decided(1, shadow=True))
    copy = make.received(make.ticket(2, duplicate_of=ONE))
    desk.copy(copy)
    in_shadow(desk, "engineering")
    desk.copy(copy)
    assert desk.log.get(ONE).state == "shadow"
    nobody_was_disturbed(desk)


def test_back_in_shadow_what_lies_before_a_team_goes_on(desk: Any, make: Any) -> None:
    in_shadow(desk, "engineering")
    desk.decide(make.decided(1))
    in_shadow(desk)
    desk.decide(make.decided(2, shadow=True, follow_up_to=ONE))
    desk.take(ONE)
    assert desk.log.get(ONE).state == "taken"
    assert desk.log.get(TWO).lies_under(desk.log.get(ONE))
    assert lines(desk) == []


def test_an_answer_of_ours_is_kept_and_says_nothing(desk: Any, make: Any) -> None:
    desk.decide(make.decided(shadow=True))
    data = TicketAnsweredData.model_validate(
        {
            "ticket_id": ONE,
            "answered_by": {"id": "eve@example.com"},
            "answered_at": make.start,
            "to_customer": True,
            "raw": {"bucket": "b", "key": "k"},
        }
    )
    answered = TicketAnswered.caused_by(ticket_id=ONE, cause=None, occurred_at=make.start, data=data, key="a")
    desk.settle(app.hear_answer(answered=answered, log=desk.log, now=desk.now))
    assert desk.log.get(ONE).state == "shadow"
    nobody_was_disturbed(desk)


def test_where_people_took_it_is_kept_and_the_last_word_counts(desk: Any, make: Any) -> None:
    desk.decide(make.decided(shadow=True))
    for went in (Went(team="finance"), Went(team="support", topic="how-to")):
        app.hear_where_it_went(ticket_id=ONE, went=went, log=desk.log)
    app.hear_where_it_went(ticket_id="T-UNKNOWN00000", went=went, log=desk.log)
    assert row_of(desk.log.get(ONE))["went"] == {"team": "support", "topic": "how-to"}
    desk.tick(minutes=int(timedelta(days=1).total_seconds() / 60))
    assert len(lines(desk)) == 1


def a_row(
    number: int, *, move: str = "route", topic: str | None = "billing", team: str = "finance", **more: Any
) -> Any:
    return {"ticket_id": f"T-{number:012d}", "state": "shadow", "part_of": None, "move": move, "topic": topic,
            "team": team, "went": None, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("went", "right"),
    [
        ({"team": "Finance", "topic": None}, True),
        ({"team": "support", "topic": None}, False),
        ({"team": "support", "topic": "BILLING"}, True),
        ({"team": "finance", "topic": "refund"}, False),
        ({"team": None, "topic": "billing"}, True),
        ({"team": "ﬁnance", "topic": None}, True),
    ],
)
def test_when_it_would_have_been_right(went: dict[str, Any], right: bool) -> None:
    assert was_right(a_row(1, went=went)) is right


def test_the_digest_counts_only_what_is_known() -> None:
    rows = [
        a_row(1, went={"team": "finance"}), a_row(2, went={"team": "support"}), a_row(3),
        a_row(4, move="hold", topic=None, team="triage", went={"team": "finance"}),
        a_row(5, move="priority", topic="bug", team="engineering", went={"team": "engineering"}),
        a_row(6, part_of="T-000000000001", went={"team": "finance"}), a_row(7, state="waiting"),
    ]  # fmt: skip
    found = shadowed(rows)
    assert (found.tickets, found.whole) == (5, Tally(known=4, sent_on=3, right=2))
    assert found.topics == {"billing": Tally(2, 2, 1), "unclear": Tally(1, 0, 0), "bug": Tally(1, 1, 1)}
    assert (found.moves["priority"], found.whole.held) == (1, 1)
    assert shadowed([]).whole.share is None
