"""A ticket that no model could read lies in triage; when it is read at last it goes on by itself, unless in hand."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.move_decided import MoveDecided
from contracts.ticket_dispatched import TicketDispatched
from services.dispatch.domain.life.reading import ROUTER
from services.dispatch.domain.reports.figures import decided as decided_move
from services.dispatch.domain.row import row_of

ONE, TWO = "T-000000000001", "T-000000000002"


def unread(make: Any, number: int = 1, **more: Any) -> MoveDecided:
    reasons = ("Held: it could not be read: the model did not answer", "Rules revision 41")
    decided: MoveDecided = make.decided(number, kind="hold", team="triage", topic=None, reasons=reasons, **more)
    return _reading(decided, outcome="unread", topic=None, confidence=0.0, candidates=())


def read(make: Any, number: int = 1, **more: Any) -> MoveDecided:
    """What the router decides once the classifier has read it: another event, with another cause."""
    decided: MoveDecided = make.decided(number, **more)
    again = decided.metadata.model_copy(update={"event_id": f"again{number}", "causation_id": f"read-again{number}"})
    return decided.model_copy(update={"metadata": again})


def _reading(decided: MoveDecided, **change: Any) -> MoveDecided:
    reading = decided.data.reading.model_copy(update=change)
    return decided.model_copy(update={"data": decided.data.model_copy(update={"reading": reading})})


def test_it_moves_to_its_team_and_triage_says_where(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    dispatch.decide(read(make))
    (there,) = dispatch.slack.top("engineering")
    assert "bug" in there.words()
    (left,) = dispatch.slack.top("triage")
    assert "Moved to engineering" in left.words().replace("#", "")
    assert ROUTER.name in left.words()
    assert left.action_ids() == [], "nobody presses a button on what is not there any more"


def test_the_bus_hears_where_it_lies_and_nobody_learns_from_it(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    dispatch.decide(read(make))
    assert {type(event).__name__ for event in dispatch.bus.published} == {"TicketDispatched"}
    first, second = dispatch.bus.published
    assert isinstance(second, TicketDispatched)
    assert (first.data.move.team, second.data.move.team) == ("triage", "engineering")
    assert second.metadata.causation_id == "again1"


def test_reports_see_one_decision_and_no_correction(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    dispatch.decide(read(make))
    row = row_of(dispatch.log.get(ONE))
    assert (row["move"], decided_move(row), row["topic"], row["corrections"]) == ("route", "route", "bug", [])


@pytest.mark.parametrize("times", [1, 2, 3])
def test_however_often_it_is_said_it_lies_in_one_place_and_calls_once(dispatch: Any, make: Any, times: int) -> None:
    dispatch.decide(unread(make))
    for _ in range(times):
        dispatch.decide(read(make, kind="escalate", topic="outage"))
        dispatch.decide(unread(make))
    assert len(dispatch.slack.top("engineering")) == 1
    assert len(dispatch.slack.top("triage")) == 1
    assert dispatch.log.get(ONE).pinged == ("U0ENGMANAGER", "U0ENGLEAD")


def test_it_overtook_what_it_follows_and_is_not_thrown_back(dispatch: Any, make: Any) -> None:
    dispatch.decide(read(make))
    dispatch.decide(unread(make))
    assert len(dispatch.slack.top("engineering")) == 1
    assert dispatch.slack.top("triage") == []


@pytest.mark.parametrize("what", ["taken", "moved", "bumped"])
def test_a_ticket_that_somebody_has_in_hand_stays_as_it_is(dispatch: Any, make: Any, what: str) -> None:
    dispatch.decide(unread(make))
    if what == "taken":
        dispatch.take(ONE)
    elif what == "moved":
        dispatch.correct("reassign", ONE, "privacy|privacy")
    else:
        dispatch.correct("bump", ONE)
    before = dispatch.log.get(ONE)
    dispatch.decide(read(make))
    assert dispatch.log.get(ONE) == before
    assert dispatch.slack.top("engineering") == []


@pytest.mark.parametrize("steps", [("take", "give_back"), ("done",), ("not_a_ticket",)], ids="+".join)
def test_what_somebody_gave_back_ended_or_said_to_be_none_stays_as_they_left_it(
    dispatch: Any, make: Any, steps: tuple[str, ...]
) -> None:
    dispatch.decide(unread(make))
    for step in steps:
        dispatch.do(step, ONE)
    before = dispatch.log.get(ONE)
    dispatch.decide(read(make))
    assert dispatch.log.get(ONE) == before


def test_held_again_it_stays_where_it_is_says_why_and_calls_whom_it_must(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    (before,) = dispatch.slack.top("triage")
    held = read(make, kind="priority", team="triage", topic=None, reasons=("Held: the topic is not clear",))
    held = held.model_copy(
        update={"data": held.data.model_copy(update={"move": held.data.move.model_copy(update={"kind": "hold"})})}
    )
    dispatch.decide(held)
    (after,) = dispatch.slack.top("triage")
    assert after.ts == before.ts
    assert "the topic is not clear" in after.words()
    assert "could not be read" not in after.words()
    (note,) = dispatch.slack.thread("triage", after.ts)
    assert "Read at last" in note.words()
    assert "U0SUPLEAD" in note.words()
    assert dispatch.log.get(ONE).pinged == ("U0SUPLEAD",)


def test_in_an_inbox_it_moves_by_mail(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    dispatch.decide(read(make, team="privacy", topic="privacy"))
    assert [call["Destinations"] for call, _ in dispatch.ses.sent] == [["privacy@example.com"]]


def test_a_follow_up_is_read_where_it_lies_and_may_raise_its_ticket(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(unread(make, 2, follow_up_to=ONE))
    assert dispatch.log.get(ONE).move.position == "normal"
    dispatch.decide(read(make, 2, kind="escalate", follow_up_to=ONE))
    assert dispatch.log.get(TWO).part_of == ONE
    assert dispatch.log.get(ONE).move.position == "top"
    assert len(dispatch.slack.top("engineering")) == 1


def test_what_a_customer_raised_by_writing_again_is_not_lowered(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    dispatch.decide(read(make, 2, kind="priority", team="triage", topic=None, follow_up_to=ONE))
    assert dispatch.log.get(ONE).move.position == "top"
    dispatch.decide(read(make, kind="route"))
    assert (dispatch.log.get(ONE).move.team, dispatch.log.get(ONE).move.position) == ("engineering", "top")


def test_a_worker_that_died_after_posting_does_not_post_twice(dispatch: Any, make: Any) -> None:
    dispatch.decide(unread(make))
    dispatch.slack.dies_after_posting = True
    with pytest.raises(ConnectionError):
        dispatch.decide(read(make))
    dispatch.effects.crash()
    dispatch.decide(read(make))
    assert len(dispatch.slack.top("engineering")) == 1
    assert dispatch.log.get(ONE).is_settled
