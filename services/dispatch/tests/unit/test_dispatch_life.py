"""A whole life: waiting, taken, done, and every way back. Each once, told to whoever pressed second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.ticket_corrected_v2 import TicketCorrected
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.reports.figures import figures
from services.dispatch.domain.reports.period import Period
from services.dispatch.domain.row import row_of
from shared.testing.block_kit import mentions

ONE = "T-000000000001"


@pytest.fixture
def desk(dispatch: Any, make: Any) -> Any:
    dispatch.decide(make.decided(kind="priority"))
    return dispatch


def message(desk: Any, channel: str = "engineering") -> Any:
    return desk.slack.top(channel)[-1]


def offered(desk: Any) -> set[str]:
    """Every button and every option of ⋯."""
    found = set()
    for block in message(desk).message.blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            found.add(element["action_id"])
            found |= {one["value"] for one in element.get("options", [])}
    return found - {"more", "original"}


def corrections(desk: Any) -> list[TicketCorrected]:
    return [event for event in desk.bus.published if isinstance(event, TicketCorrected)]


STATES: list[tuple[list[str], str, str, set[str]]] = [
    ([], "waiting", "🟠 *Priority*", {"take", "reassign", "assign", "bump", "lower", "not_a_ticket"}),
    (["take"], "taken", "✋ *<@U0SUPLEAD>* · 🟠 *Priority*",
     {"done", "reassign", "undo", "give_back", "assign", "lower", "not_a_ticket"}),
    (["take", "done"], "done", "✅ *Done*", {"give_back", "undo", "not_a_ticket"}),
    (["done"], "done", "✅ *Done*", {"give_back", "undo", "not_a_ticket"}),
    (["take", "give_back"], "waiting", "🟠 *Priority*",
     {"take", "reassign", "undo", "assign", "bump", "lower", "not_a_ticket"}),
    (["take", "done", "give_back"], "waiting", "🟠 *Priority*",
     {"take", "reassign", "undo", "assign", "bump", "lower", "not_a_ticket"}),
    (["not_a_ticket"], "no ticket", "🚫 *Not a ticket*", {"undo"}),
    (["lower"], "waiting", "🔵 *Route*", {"take", "reassign", "undo", "assign", "bump", "not_a_ticket", "done"}),
    (["take", "undo"], "waiting", "🟠 *Priority*",
     {"take", "reassign", "assign", "bump", "lower", "not_a_ticket"}),
    (["not_a_ticket", "undo"], "waiting", "🟠 *Priority*",
     {"take", "reassign", "assign", "bump", "lower", "not_a_ticket"}),
]  # fmt: skip


@pytest.mark.parametrize(("presses", "state", "head", "buttons"), STATES)
def test_the_message_shows_the_state_and_offers_what_fits(
    desk: Any, presses: list[str], state: str, head: str, buttons: set[str]
) -> None:
    for action in presses:
        desk.do(action, ONE)
    assert desk.log.get(ONE).state == state
    assert message(desk).message.blocks[0]["text"]["text"].startswith(head)
    assert offered(desk) == buttons
    listed = desk.slack.listed("engineering").words()
    assert ("1 waiting" in listed) == (state == "waiting")
    assert ONE in message(desk).words()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("take", "take", "Lena has already taken it"),
        ("take", "done", "Lena has already taken it"),
        ("done", "done", "Lena has already marked it done"),
        ("done", "take", "Lena has already marked it done"),
        ("not_a_ticket", "take", "Lena has already said that it is not a ticket"),
        ("lower", "bump", "Lena has already lowered it"),
        ("bump", "undo", "Lena has already bumped it"),
    ],
)
def test_whoever_presses_second_is_told_who_was_first(desk: Any, make: Any, first: str, second: str, told: str) -> None:
    desk.press(first, ONE, revision=0, step=0)
    with pytest.raises(TooLate, match=told) as late:
        desk.press(second, ONE, by=make.ben, revision=0, step=0)
    assert not late.value.again
    assert len(desk.log.get(ONE).steps) == 1


@pytest.mark.parametrize("action", ["done", "lower", "not_a_ticket", "bump"])
def test_a_double_click_is_one(desk: Any, action: str) -> None:
    desk.press(action, ONE, revision=0, step=0)
    with pytest.raises(TooLate) as late:
        desk.press(action, ONE, revision=0, step=0)
    assert late.value.again
    assert len(desk.log.get(ONE).steps) == 1


def test_assigned_the_colleague_is_called_in_the_thread_once(desk: Any, make: Any) -> None:
    desk.do("assign", ONE, to=make.ben)
    known = desk.log.get(ONE)
    assert (known.state, known.taken_by) == ("taken", make.ben)
    (note,) = [one for one in desk.slack.channels["engineering"] if one.thread]
    assert mentions(note.first.blocks) == ["<@U0FINLEAD>"]
    desk.settle(ONE)
    assert len([one for one in desk.slack.channels["engineering"] if one.thread]) == 1


def test_given_back_it_is_reminded_of_anew(desk: Any) -> None:
    desk.tick(minutes=200)
    desk.remind()
    desk.do("take", ONE)
    desk.tick(minutes=60)
    desk.do("give_back", ONE)
    assert desk.remind() == []
    desk.tick(minutes=31)
    assert desk.remind() == [ONE]


def test_an_undo_is_possible_for_ten_minutes(desk: Any) -> None:
    desk.do("take", ONE)
    desk.tick(minutes=10, seconds=1)
    with pytest.raises(TooLate, match="ten minutes"):
        desk.press("undo", ONE)
    desk.settle(ONE)
    assert "undo" not in offered(desk)


def test_that_something_is_no_ticket_is_undone_at_any_time(desk: Any) -> None:
    desk.do("not_a_ticket", ONE)
    desk.tick(days=3)
    desk.do("undo", ONE)
    assert desk.log.get(ONE).state == "waiting"


def test_an_undone_move_brings_the_ticket_back_with_its_taker_topic_and_reasons(desk: Any, make: Any) -> None:
    desk.do("take", ONE, by=make.ben)
    before = desk.log.get(ONE)
    desk.do("reassign", ONE, choice="finance|billing")
    assert desk.log.get(ONE).why == ("Moved here from engineering by Lena: it is about billing",)
    desk.do("undo", ONE, by=make.ben)
    after = desk.log.get(ONE)
    assert (after.move, after.taken_by, after.topic, after.urgency) == (
        before.move, before.taken_by, before.topic, before.urgency
    )  # fmt: skip
    assert [len([one for one in desk.slack.top(name) if one.action_ids()]) for name in ("engineering", "finance")] == [
        1, 0
    ]  # fmt: skip
    first, undone = corrections(desk)
    assert undone.data.correction.kind == "undone"
    assert undone.data.correction.undoes == first.metadata.event_id
    assert (undone.data.correction.before.team, undone.data.correction.after.team) == ("finance", "engineering")
    assert [event.metadata.version for event in desk.bus.published if event.detail_type() == "TicketCorrected"] == [
        2, 1, 2
    ]  # fmt: skip


def test_an_undone_bump_is_not_said_any_more(desk: Any) -> None:
    desk.press("bump", ONE)
    desk.press("undo", ONE)
    desk.deliver()
    assert desk.log.get(ONE).move.kind == "priority"
    assert [one for one in desk.slack.channels["engineering"] if one.thread] == []


@pytest.mark.parametrize(
    ("kind", "position", "after"),
    [("escalate", None, ("priority", "top", "medium")), ("priority", None, ("route", "normal", "medium")),
     ("hold", "top", ("hold", "normal", "low"))],
)  # fmt: skip
def test_lower_is_one_step_and_says_what_it_teaches(
    dispatch: Any, make: Any, kind: str, position: str | None, after: tuple[str, str, str]
) -> None:
    dispatch.decide(make.decided(kind=kind, team="triage" if kind == "hold" else "engineering", position=position))
    dispatch.do("lower", ONE)
    move, (event,) = dispatch.log.get(ONE).move, corrections(dispatch)
    done = event.data.correction
    assert (move.kind, move.position, done.after.urgency) == after
    assert done.kind == "lowered"


def test_not_a_ticket_is_in_no_number(desk: Any, make: Any) -> None:
    desk.do("not_a_ticket", ONE)
    rows = [row_of(desk.log.get(ONE))]
    week = Period("week", make.start - timedelta(days=1), make.start + timedelta(days=6))
    found = figures(rows, [], week, now=make.start)
    assert (found.tickets, found.no_tickets, dict(found.moves)) == (0, 1, {})


def test_an_undone_correction_counts_as_none(desk: Any, make: Any) -> None:
    desk.do("reassign", ONE, choice="finance|billing")
    desk.do("undo", ONE)
    week = Period("week", make.start - timedelta(days=1), make.start + timedelta(days=6))
    found = figures([row_of(desk.log.get(ONE))], [], week, now=make.start)
    assert (found.tickets, found.reassigned, dict(found.pairs)) == (1, 0, {})


@pytest.mark.parametrize("over", ["done", "not_a_ticket"])
def test_the_customer_who_writes_again_is_heard(desk: Any, make: Any, over: str) -> None:
    desk.do("take", ONE, by=make.ben)
    desk.do(over, ONE)
    later = desk.tick(minutes=5)
    desk.decide(make.decided(2, kind="hold", team="triage", follow_up_to=ONE, received_at=later))
    known = desk.log.get(ONE)
    assert known.state == "waiting"
    note = next(one for one in desk.slack.channels["engineering"] if one.key.startswith(f"{ONE}.note.reopened"))
    assert mentions(note.first.blocks) == ["<@U0FINLEAD>"]
    desk.do("done", ONE)
    desk.settle(ONE)
    assert desk.log.get(ONE).state == "done"


@pytest.mark.parametrize("more", [{"maybe_automatic": "Precedence: bulk"}, {"early": True}])
def test_a_machine_or_an_older_mail_opens_nothing(desk: Any, make: Any, more: dict[str, Any]) -> None:
    at = desk.now if more.pop("early", False) else None
    desk.do("done", ONE)
    at = at or desk.tick(minutes=5)
    desk.decide(make.decided(2, kind="hold", team="triage", follow_up_to=ONE, received_at=at, **more))
    assert desk.log.get(ONE).state == "done"


def test_an_old_row_without_steps_is_shown_and_pressed(desk: Any, make: Any) -> None:
    old = desk.log.get(ONE).model_dump(mode="json")
    for name in ("steps", "before", "done_by", "done_at", "no_ticket", "waits_since", "holds"):
        old.pop(name)
    desk.log.stored[ONE] = type(desk.log.get(ONE)).model_validate(old)
    desk.do("take", ONE)
    assert desk.log.get(ONE).state == "taken"
