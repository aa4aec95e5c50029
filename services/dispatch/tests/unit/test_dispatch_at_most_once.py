"""A ticket lies in one place and nobody is called for it twice, whichever answer is lost and whoever dies.

Each of these stories doubled something once: seen from outside, while Slack, the model and workers broke.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.errors import NotNow
from shared.testing.block_kit import mentions

ONE = "T-000000000001"
LATE = timedelta(seconds=45)
"""Later than the first retry, sooner than Slack's history may take."""


def tried(dispatch: Any, decided: Any) -> None:
    """The message comes from the queue and goes back to it."""
    with pytest.raises(NotNow):
        dispatch.decide(decided)


def finished(dispatch: Any, decided: Any) -> None:
    """The message comes until it is done with."""
    for _ in range(20):
        try:
            return dispatch.decide(decided)
        except NotNow as error:
            dispatch.tick(seconds=(error.retry_after or 30) + 1)
    raise AssertionError("it never settles")


def in_slack(dispatch: Any) -> list[Any]:
    """The ticket's messages that have buttons, wherever they are."""
    channels = [name for name in dispatch.slack.channels if name != "managers"]
    return [
        one for name in channels for one in dispatch.slack.top(name) if one.key.startswith(ONE) and one.action_ids()
    ]


def called(dispatch: Any, who: str) -> int:
    """How often somebody was called for the ticket."""
    posted = [one for messages in dispatch.slack.channels.values() for one in messages if one.key.startswith(ONE)]
    return sum(f"<@{who}>" in mentions(one.first.blocks) for one in posted)


def test_a_post_that_the_history_does_not_show_yet_is_not_repeated(dispatch: Any, make: Any) -> None:
    decided = make.decided(kind="priority")
    dispatch.slack.loses_answers, dispatch.slack.lag = 1, LATE
    tried(dispatch, decided)
    dispatch.tick(seconds=15)
    tried(dispatch, decided)
    finished(dispatch, decided)
    assert len(in_slack(dispatch)) == 1
    assert called(dispatch, "U0ENGLEAD") == 1


def test_a_second_copy_of_the_event_a_moment_later_does_not_repeat_it_either(dispatch: Any, make: Any) -> None:
    decided = make.decided(kind="priority")
    dispatch.slack.loses_answers, dispatch.slack.lag = 1, timedelta(seconds=10)
    tried(dispatch, decided)
    tried(dispatch, decided)
    finished(dispatch, decided)
    assert len(in_slack(dispatch)) == 1


def test_a_post_that_was_never_made_is_made_once_the_history_would_show_it(dispatch: Any, make: Any) -> None:
    decided = make.decided()
    dispatch.slack.loses_answers = 1
    tried(dispatch, decided)
    dispatch.slack.channels.clear()  # it had not been carried out
    finished(dispatch, decided)
    assert len(in_slack(dispatch)) == 1


def test_a_refusal_is_no_doubt_and_costs_no_wait(dispatch: Any, make: Any) -> None:
    dispatch.slack.down = NotNow("Slack is down", retry_after=1)
    tried(dispatch, make.decided())
    dispatch.slack.down = None
    dispatch.decide(make.decided())
    assert len(in_slack(dispatch)) == 1


def test_the_inbox_does_not_fall_in_for_a_post_that_may_have_worked(dispatch: Any, make: Any) -> None:
    """A backlog: the first try comes after the time at which the inbox may fall in."""
    decided = make.decided()
    dispatch.tick(minutes=16)
    dispatch.slack.loses_answers, dispatch.slack.lag = 1, LATE
    tried(dispatch, decided)
    finished(dispatch, decided)
    assert dispatch.ses.sent == []
    assert len(in_slack(dispatch)) == 1


def test_a_late_success_and_a_slack_that_goes_away_do_not_make_two_places(dispatch: Any, make: Any) -> None:
    """Unknown just before the inbox may fall in; then Slack cannot be asked; then its history lags."""
    decided = make.decided()
    dispatch.tick(minutes=14, seconds=50)
    dispatch.slack.loses_answers, dispatch.slack.lag = 1, timedelta(seconds=45)
    tried(dispatch, decided)
    dispatch.slack.down = NotNow("Slack is down", retry_after=15)
    dispatch.tick(seconds=15)
    tried(dispatch, decided)
    dispatch.slack.down = None
    finished(dispatch, decided)
    dispatch.tick(minutes=5)
    dispatch.remind()
    assert dispatch.ses.sent == []
    assert len(in_slack(dispatch)) == 1


def test_a_doubt_that_outlasts_the_wait_is_one_mail_and_is_closed_when_slack_comes_back(
    dispatch: Any, make: Any
) -> None:
    """Better heard by mail than not at all; the message in Slack then says where the ticket is."""
    decided = make.decided()
    dispatch.slack.loses_answers = 1
    tried(dispatch, decided)
    dispatch.slack.down = NotNow("Slack is down", retry_after=15)
    dispatch.tick(minutes=16)
    tried(dispatch, decided)  # the list waits for Slack
    assert len(dispatch.ses.sent) == 1
    assert dispatch.log.get(ONE).doubts == (0,)
    dispatch.slack.down = None
    finished(dispatch, decided)
    dispatch.remind()
    assert len(dispatch.ses.sent) == 1
    assert in_slack(dispatch) == []
    (left,) = dispatch.slack.top("engineering")
    assert "eng@example.com" in left.words()
    assert dispatch.log.get(ONE).doubts == ()


def test_who_dies_after_the_mail_leaves_a_ticket_that_stays_in_the_inbox(
    dispatch: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES cannot be asked: the same mail may come twice, in one thread. It does not lie in Slack as well."""
    decided = make.decided()
    dispatch.slack.down = NotNow("Slack is down", retry_after=15)
    dispatch.tick(minutes=16)
    sent, save = dispatch.ses.sent, dispatch.log.save

    def dies(handoff: Any, *events: Any, **more: Any) -> Any:
        if handoff.place:
            raise KeyboardInterrupt
        return save(handoff, *events, **more)

    monkeypatch.setattr(dispatch.log, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        dispatch.decide(decided)
    assert len(sent) == 1
    monkeypatch.setattr(dispatch.log, "save", save)
    dispatch.effects.crash()
    dispatch.slack.down = None
    dispatch.tick(minutes=2)
    finished(dispatch, decided)
    assert in_slack(dispatch) == []
    assert dispatch.log.get(ONE).place.destination.kind == "inbox"
    names = [(mail["Message-ID"], mail["References"]) for _, mail in sent]
    assert len(set(names)) == 1


def test_a_note_whose_answer_was_lost_calls_nobody_twice(dispatch: Any, make: Any) -> None:
    decided = make.decided(kind="priority")
    dispatch.decide(decided)
    dispatch.press("bump", ONE)
    dispatch.slack.loses_answers, dispatch.slack.lag = 1, LATE
    tried(dispatch, decided)
    dispatch.tick(seconds=15)
    tried(dispatch, decided)
    finished(dispatch, decided)
    assert called(dispatch, "U0ENGMANAGER") == 1


def test_a_ticket_that_was_moved_while_its_first_post_was_in_doubt_has_its_buttons_in_one_place(
    dispatch: Any, make: Any
) -> None:
    decided = make.decided()
    dispatch.slack.loses_answers, dispatch.slack.lag = 1, LATE
    tried(dispatch, decided)
    dispatch.press("reassign", ONE, "finance|billing")
    finished(dispatch, decided)
    dispatch.tick(minutes=5)
    dispatch.remind()
    assert [one.key for one in in_slack(dispatch)] == [f"{ONE}.1"]


@pytest.mark.parametrize("answer", ["noted", "lost"])
def test_a_manager_of_both_teams_is_called_once_when_the_ticket_moves_to_a_team_without_a_channel(
    dispatch: Any, make: Any, answer: str
) -> None:
    """The managers' channel calls whom a mail cannot; not whom the first team's channel called before."""
    decided = make.decided(team="triage", kind="escalate")
    if answer == "lost":
        dispatch.slack.loses_answers, dispatch.slack.lag = 1, LATE
        tried(dispatch, decided)
    else:
        dispatch.decide(decided)
    dispatch.press("reassign", ONE, "privacy")
    finished(dispatch, decided)
    assert called(dispatch, "U0SUPMANAGER") == 1
