"""Where a ticket lies, what is said there, and that nothing is said twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.ticket_corrected_v2 import TicketCorrected
from contracts.ticket_dispatched import TicketDispatched
from services.dispatch.domain.errors import NotYourTurn, TooLate, next_try
from services.dispatch.domain.life.reminding import escalation_waits
from services.dispatch.domain.row import ROW_FIELDS, row_of
from shared.errors import NotNow
from shared.testing.block_kit import mentions

ONE = "T-000000000001"
TWO = "T-000000000002"


@pytest.mark.parametrize(
    ("kind", "team", "channel", "called"),
    [
        ("route", "engineering", "engineering", []),
        ("priority", "engineering", "engineering", ["<@U0ENGLEAD>"]),
        ("escalate", "engineering", "engineering", ["<@U0ENGLEAD>", "<@U0ENGMANAGER>"]),
        ("priority", "support", "support", ["<@U0LEE>"]),
        ("escalate", "finance", "finance", ["<@U0FINLEAD>"]),  # its manager is not in Slack: named, not called
        ("hold", "triage", "triage", []),
    ],
)
def test_each_move_lands_in_its_channel_and_calls_its_people(
    dispatch: Any, make: Any, kind: str, team: str, channel: str, called: list[str]
) -> None:
    dispatch.decide(make.decided(kind=kind, team=team))
    (posted,) = dispatch.slack.top(channel)
    assert mentions(posted.first.blocks) == called
    assert {"take", "reassign"} <= set(posted.action_ids())
    for said in ("Store down", "Olga Petrova", "verified", "Topics, row 3: bug goes to engineering", "calm"):
        assert said in posted.words()


def test_a_manager_slack_does_not_know_is_named(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate", team="finance"))
    assert "boss@example.com (manager)" in dispatch.slack.top("finance")[0].words()


def test_a_team_without_a_channel_gets_a_mail(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="priority", team="privacy", topic="privacy"))
    ((call, mail),) = dispatch.ses.sent
    assert call["Destinations"] == ["privacy@example.com"]
    assert (mail["Subject"], mail["Auto-Submitted"], mail["Importance"]) == (
        f"[Priority] Store down · {ONE}",
        "auto-generated",
        "high",
    )
    assert "dpo@example.com (lead)" in mail.get_body(("plain",)).get_content()
    assert f"https://api.example/actions/{ONE}.0" in mail.get_body(("html",)).get_content()
    assert dispatch.log.get(ONE).place.destination.kind == "inbox"


def test_a_redelivered_event_changes_nothing(dispatch: Any, make: Any) -> None:
    for _ in range(3):
        dispatch.decide(make.decided(kind="escalate"))
    assert len(dispatch.slack.top("engineering")) == 1
    assert len(dispatch.slack.top("managers")) == 1
    assert len({event.metadata.event_id for event in dispatch.bus.published}) == 1


def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(dispatch: Any, make: Any) -> None:
    dispatch.slack.dies_after_posting = True
    with pytest.raises(ConnectionError):
        dispatch.decide(make.decided())
    dispatch.decide(make.decided())
    assert len(dispatch.slack.top("engineering")) == 1
    assert dispatch.log.get(ONE).place.destination.ref == dispatch.slack.top("engineering")[0].ts


def test_two_workers_at_once_post_once(dispatch: Any, make: Any) -> None:
    dispatch.effects.claim(f"{ONE}.0", now=dispatch.now)
    with pytest.raises(NotNow):
        dispatch.decide(make.decided())
    assert dispatch.slack.top("engineering") == []
    dispatch.effects.crash()
    dispatch.decide(make.decided())
    assert len(dispatch.slack.top("engineering")) == 1


def test_reassign_moves_the_ticket_and_says_so_in_both_places(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="priority"))
    dispatch.correct("reassign", ONE, "finance|billing")
    (old,), (new,) = dispatch.slack.top("engineering"), dispatch.slack.top("finance")
    assert old.action_ids() == []
    assert "Moved to finance, in" in old.words()
    assert "by <@U0SUPLEAD>" in old.words()
    assert mentions(new.first.blocks) == ["<@U0FINLEAD>"]
    assert "Lena" in new.words()
    corrected = [event for event in dispatch.bus.published if isinstance(event, TicketCorrected)]
    dispatched = [event for event in dispatch.bus.published if isinstance(event, TicketDispatched)]
    assert [(done.data.correction.before.team, done.data.correction.after.topic) for done in corrected] == [
        ("engineering", "billing")
    ]
    assert [event.data.destination.address for event in dispatched] == ["engineering", "finance"]
    assert dispatched[1].metadata.causation_id == corrected[0].metadata.event_id
    assert set(dispatch.log.events) >= {event.metadata.event_id for event in dispatch.bus.published}


def test_a_held_ticket_goes_its_way_by_one_button(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="hold", team="triage", topic=None))
    assert "reassign.1" in dispatch.slack.top("triage")[0].action_ids()
    done = dispatch.correct("reassign", ONE, "finance|billing")
    assert (done.move.kind, done.topic, done.move.position) == ("route", "billing", "normal")


def test_a_held_ticket_on_top_stays_loud(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="hold", team="triage", topic=None, position="top"))
    dispatch.correct("reassign", ONE, "finance|billing")
    assert dispatch.log.get(ONE).move.kind == "priority"
    assert mentions(dispatch.slack.top("finance")[0].first.blocks) == ["<@U0FINLEAD>"]


def test_two_leads_at_once_have_one_outcome_and_the_second_is_told(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.press("reassign", ONE, "finance|billing", revision=0)
    with pytest.raises(TooLate, match="Lena has already moved it to finance, about billing") as told:
        dispatch.press("reassign", ONE, "support|login", by=make.ben, revision=0)
    assert not told.value.again
    dispatch.deliver()
    assert [len(dispatch.slack.top(name)) for name in ("finance", "support")] == [1, 0]


def test_a_double_click_is_one_correction(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.press("reassign", ONE, "finance|billing", revision=0)
    with pytest.raises(TooLate) as told:
        dispatch.press("reassign", ONE, "finance|billing", revision=0)
    assert told.value.again
    assert dispatch.log.get(ONE).revision == 1


def test_a_second_wish_on_an_old_message_is_no_double_click(dispatch: Any, make: Any) -> None:
    """Nobody may believe that what they chose last was done."""
    dispatch.decide(make.decided())
    dispatch.press("reassign", ONE, "finance|billing", revision=0)
    for action, choice in (("reassign", "support|login"), ("bump", ""), ("split", "finance|billing")):
        with pytest.raises(TooLate, match="You have already moved it to finance, about billing") as told:
            dispatch.press(action, ONE, choice, revision=0)
        assert not told.value.again


def messages(dispatch: Any) -> dict[str, int]:
    return {name: len(posted) for name, posted in dispatch.slack.channels.items()}


@pytest.mark.parametrize(
    ("action", "choice", "after"),
    [
        ("reassign", "finance|billing", ("finance", "billing")),
        ("reassign", "finance|", ("finance", None)),  # not the topic as read, which the person did not mean
        ("bump", "", ("engineering", "bug")),
    ],
)
def test_a_yes_is_said_on_the_bus_and_moves_nothing(
    dispatch: Any, make: Any, action: str, choice: str, after: tuple[str, str | None]
) -> None:
    dispatch.decide(make.decided(kind="route"))
    dispatch.correct(action, ONE, choice)
    dispatch.take(ONE)
    known, posts, events = dispatch.log.get(ONE), messages(dispatch), len(dispatch.bus.published)
    done = dispatch.correct("confirm", ONE, by=make.ben)
    yes, as_v1 = dispatch.bus.published[events:]
    assert (yes.metadata.version, as_v1.metadata.version) == (2, 1)
    assert yes.metadata.event_id == as_v1.metadata.event_id
    said = yes.data.correction
    assert (said.kind, said.corrected_by) == ("reassigned", make.ben)
    assert said.before == said.after == known.corrections[-1].after
    assert (said.after.team, said.after.topic) == after
    assert messages(dispatch) == posts
    assert (done.move, done.topic, done.taken_by) == (known.move, known.topic, make.lena)
    assert "Said to be right with" in dispatch.slack.top(after[0])[0].words()


def test_a_second_yes_is_told_who_was_first_also_to_the_same_person(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.correct("reassign", ONE, "finance|billing")
    dispatch.press("confirm", ONE, revision=1)
    for by, who in ((make.ben, "Lena has"), (make.lena, "You have")):
        for action, choice in (("confirm", ""), ("reassign", "finance|billing"), ("reassign", "engineering|bug")):
            with pytest.raises(TooLate, match=f"{who} already answered that billing is right") as told:
                dispatch.press(action, ONE, choice, by, revision=1)
            assert not told.value.again
    assert dispatch.log.get(ONE).revision == 2


@pytest.mark.parametrize(
    ("action", "choice", "said"),
    [
        ("reassign", "support|login", "moved it to support"),
        ("bump", "", "bumped it"),
        ("split", "support|login", "split"),
    ],
)
def test_a_yes_to_what_was_corrected_since_is_void(
    dispatch: Any, make: Any, action: str, choice: str, said: str
) -> None:
    dispatch.decide(make.decided(kind="route"))
    dispatch.correct("reassign", ONE, "finance|billing")
    dispatch.correct(action, ONE, choice)
    with pytest.raises(TooLate, match=f"Lena has already {said}"):
        dispatch.press("confirm", ONE, by=make.ben, revision=1)
    assert dispatch.log.get(ONE).revision == 2


def test_what_was_not_corrected_cannot_be_said_to_be_right(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    with pytest.raises(TooLate, match="Nothing to change"):
        dispatch.press("confirm", ONE)
    dispatch.correct("split", ONE, "finance|billing")
    with pytest.raises(TooLate):
        dispatch.press("confirm", ONE)
    dispatch.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    dispatch.correct("not_a_copy", TWO)
    with pytest.raises(TooLate):
        dispatch.press("confirm", TWO)


def test_a_wrong_yes_is_undone_by_reassigning(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.correct("reassign", ONE, "finance|billing")
    dispatch.correct("confirm", ONE)
    dispatch.correct("reassign", ONE, "engineering|bug", by=make.ben)
    assert dispatch.log.get(ONE).topic == "bug"
    assert "<@U0FINLEAD>" in dispatch.slack.top("finance")[0].words()


def test_an_inbox_is_told_who_moved_the_ticket_on_and_not_who_answered(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.correct("reassign", ONE, "privacy|privacy")
    dispatch.correct("confirm", ONE)
    dispatch.correct("reassign", ONE, "engineering|bug", by=make.ben)
    moved = next(mail for _, mail in dispatch.ses.sent if mail["Subject"].startswith("[Moved]"))
    said = moved.get_body(("plain",)).get_content()
    assert "Ben" in said
    assert "Lena" not in said


def test_take_on_a_message_that_the_ticket_has_left_takes_nothing(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.correct("reassign", ONE, "finance|billing")
    with pytest.raises(TooLate, match="Lena has already moved it to finance, about billing"):
        dispatch.take(ONE, by=make.ben, revision=0)
    assert dispatch.log.get(ONE).is_open
    dispatch.take(ONE, by=make.ben, revision=1)
    assert dispatch.log.get(ONE).taken_by == make.ben


@pytest.mark.parametrize(
    ("action", "choice"), [("bump", ""), ("split", "finance|billing"), ("reassign", "engineering|outage")]
)
def test_take_counts_while_the_ticket_stays_with_the_team(dispatch: Any, make: Any, action: str, choice: str) -> None:
    dispatch.decide(make.decided())
    dispatch.correct(action, ONE, choice)
    dispatch.take(ONE, by=make.ben, revision=0)
    assert dispatch.log.get(ONE).taken_by == make.ben


def test_a_correction_that_died_before_the_bus_is_said_by_the_next_click(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.bus.dies = True
    with pytest.raises(ConnectionError):
        dispatch.press("reassign", ONE, "finance|billing", revision=0)
    with pytest.raises(TooLate):
        dispatch.press("reassign", ONE, "finance|billing", revision=0)
    dispatch.deliver()
    assert [one.detail_type() for one in dispatch.bus.published if isinstance(one, TicketCorrected)] == [
        "TicketCorrected"
    ]
    assert len(dispatch.slack.top("finance")) == 1


def test_or_by_the_sweep(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.bus.dies = True
    with pytest.raises(ConnectionError):
        dispatch.press("reassign", ONE, "finance|billing", revision=0)
    assert dispatch.remind() == [ONE]
    assert sum(isinstance(one, TicketCorrected) for one in dispatch.bus.published) == 1
    assert len(dispatch.slack.top("finance")) == 1
    assert dispatch.remind() == []


def test_back_and_forth_leaves_one_open_place(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    for choice in ("finance|billing", "engineering|bug", "finance|billing"):
        dispatch.correct("reassign", ONE, choice)
    with_buttons = [p for c in ("engineering", "finance") for p in dispatch.slack.top(c) if p.action_ids()]
    assert len(with_buttons) == 1
    assert with_buttons[0] is dispatch.slack.top("finance")[-1]


def test_take_marks_the_end_of_the_wait(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.tick(minutes=12)
    dispatch.take(ONE)
    (posted,) = dispatch.slack.top("engineering")
    assert "take" not in posted.action_ids()
    assert "Taken by <@U0SUPLEAD>" in posted.words()
    assert "after 12 min" in posted.words()
    with pytest.raises(TooLate, match="Lena has already taken it"):
        dispatch.take(ONE, by=make.ben)
    row = row_of(dispatch.log.get(ONE))
    assert row["taken_by"] == {"id": "U0SUPLEAD", "name": "Lena"}
    assert tuple(row) == ROW_FIELDS


@pytest.mark.parametrize(
    ("kind", "then", "called"), [("route", "priority", ["<@U0ENGLEAD>"]), ("priority", "escalate", ["<@U0ENGMANAGER>"])]
)
def test_bump_raises_one_step_and_calls_whom_nobody_called(
    dispatch: Any, make: Any, kind: str, then: str, called: list[str]
) -> None:
    dispatch.decide(make.decided(kind=kind))
    dispatch.correct("bump", ONE)
    (posted,) = dispatch.slack.top("engineering")
    (note,) = dispatch.slack.thread("engineering", posted.ts)
    assert dispatch.log.get(ONE).move.kind == then
    assert mentions(note.message.blocks) == called


def test_an_escalated_ticket_cannot_be_bumped(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    assert "bump" not in dispatch.slack.top("engineering")[0].action_ids()
    with pytest.raises(TooLate):
        dispatch.press("bump", ONE)


def test_a_copy_is_a_note_in_the_thread_and_calls_nobody(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    copy = make.ticket(2, source="form", duplicate_of=ONE, link_reason="Same customer, same problem")
    for _ in range(2):
        dispatch.copy(make.received(copy))
    (posted,) = dispatch.slack.top("engineering")
    (note,) = dispatch.slack.thread("engineering", posted.ts)
    assert "by the form" in note.words()
    assert "Same customer, same problem" in note.words()
    assert mentions(note.message.blocks) == []
    row = row_of(dispatch.log.get(TWO))
    assert (row["duplicate_of"], row["team"], row["move"]) == (ONE, "engineering", "escalate")
    assert row["destination"]["ref"] == note.ts


def test_a_copy_that_came_first_waits_for_its_original(dispatch: Any, make: Any) -> None:
    dispatch.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    assert dispatch.slack.channels == {}
    dispatch.decide(make.decided())
    assert len(dispatch.slack.thread("engineering", dispatch.slack.top("engineering")[0].ts)) == 1


def test_copies_move_along_with_their_original(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    dispatch.correct("reassign", ONE, "finance|billing")
    assert len(dispatch.slack.thread("finance", dispatch.slack.top("finance")[0].ts)) == 1
    assert dispatch.log.get(TWO).place.team == "finance"


def test_not_a_copy_lets_it_stand_on_its_own(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    dispatch.correct("not_a_copy", TWO)
    (note,) = dispatch.slack.thread("engineering", dispatch.slack.top("engineering")[0].ts)
    assert note.action_ids() == []
    assert "<@U0SUPLEAD> says that it is no copy" in note.words()
    unfolded = dispatch.bus.published[-1]
    assert (unfolded.data.correction.kind, unfolded.data.ticket.ticket_id) == ("unfolded", TWO)
    dispatch.decide(make.decided(2, team="finance", topic="billing"))
    assert len(dispatch.slack.top("finance")) == 1
    assert row_of(dispatch.log.get(TWO))["duplicate_of"] is None
    assert [done["kind"] for done in row_of(dispatch.log.get(TWO))["corrections"]] == ["unfolded"]


def read_as_copy(make: Any, number: int = 2, **told: Any) -> Any:
    return make.decided(number, duplicate_of=ONE, link_reason="Same problem in other words", **told)


def test_a_ticket_read_as_a_copy_is_noted_under_the_original_and_calls_nobody(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    dispatch.decide(read_as_copy(make, kind="escalate"))
    dispatch.decide(read_as_copy(make, kind="escalate"))
    (posted,) = dispatch.slack.top("engineering")
    (note,) = dispatch.slack.thread("engineering", posted.ts)
    assert "Same problem in other words" in note.words()
    assert mentions(note.first.blocks) == []
    assert (dispatch.log.get(TWO).part_of, dispatch.log.get(TWO).move.team) == (ONE, "engineering")
    row = row_of(dispatch.log.get(TWO))
    assert row["duplicate_of"] == ONE
    assert row["tokens_in"] > 0, "it was read, and that is paid for"


def test_a_copy_that_overtakes_its_original_waits_under_it(dispatch: Any, make: Any) -> None:
    dispatch.decide(read_as_copy(make))
    assert dispatch.slack.top("engineering") == []
    dispatch.decide(make.decided())
    (posted,) = dispatch.slack.top("engineering")
    assert len(dispatch.slack.thread("engineering", posted.ts)) == 1


def test_a_copy_of_a_copy_is_one_of_the_first(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(read_as_copy(make))
    dispatch.decide(make.decided(3, duplicate_of=TWO))
    row = row_of(dispatch.log.get("T-000000000003"))
    assert (row["duplicate_of"], row["part_of"]) == (ONE, ONE)


def test_a_louder_copy_raises_its_original_once(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(read_as_copy(make, kind="escalate", text="STILL down, we lose money"))
    dispatch.decide(read_as_copy(make, kind="escalate", text="STILL down, we lose money"))
    assert dispatch.log.get(ONE).move.kind == "escalate"
    (posted,) = dispatch.slack.top("engineering")
    called = [name for note in dispatch.slack.thread("engineering", posted.ts) for name in mentions(note.first.blocks)]
    assert called == ["<@U0ENGLEAD>", "<@U0ENGMANAGER>"]


def test_a_copy_that_was_read_can_be_no_copy(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(read_as_copy(make))
    dispatch.correct("not_a_copy", TWO)
    unfolded = dispatch.bus.published[-1]
    assert (unfolded.data.correction.kind, unfolded.data.ticket.ticket_id) == ("unfolded", TWO)
    dispatch.decide(make.decided(2, team="finance", topic="billing"))
    assert len(dispatch.slack.top("finance")) == 1


def test_a_follow_up_joins_the_thread_and_may_raise(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(make.decided(2, kind="escalate", follow_up_to=ONE, text="STILL down"))
    (posted,) = dispatch.slack.top("engineering")
    words = [note.words() for note in dispatch.slack.thread("engineering", posted.ts)]
    assert any("The customer wrote again" in said and "STILL down" in said for said in words)
    assert dispatch.log.get(ONE).move.kind == "escalate"
    called = [name for note in dispatch.slack.thread("engineering", posted.ts) for name in mentions(note.first.blocks)]
    assert called == ["<@U0ENGLEAD>", "<@U0ENGMANAGER>"]
    dispatch.decide(make.decided(2, kind="escalate", follow_up_to=ONE, text="STILL down"))
    assert len(dispatch.slack.thread("engineering", posted.ts)) == 2


def test_a_follow_up_that_overtook_its_ticket_waits_for_it_and_not_for_ever(dispatch: Any, make: Any) -> None:
    with pytest.raises(NotNow):
        dispatch.decide(make.decided(2, follow_up_to=ONE))
    dispatch.decide(make.decided())
    dispatch.decide(make.decided(2, follow_up_to=ONE))
    assert dispatch.log.get(TWO).part_of == ONE
    dispatch.tick(seconds=61)
    dispatch.decide(make.decided(3, follow_up_to="T-OLDERTHANLOG"))
    assert len(dispatch.slack.top("engineering")) == 2


def test_a_quieter_follow_up_never_lowers(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    dispatch.decide(make.decided(2, kind="route", team="finance", follow_up_to=ONE))
    assert dispatch.log.get(ONE).move.kind == "escalate"
    assert dispatch.slack.top("finance") == []


def test_a_split_off_follow_up_goes_where_its_own_move_says(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.decide(make.decided(2, team="finance", topic="billing", follow_up_to=ONE))
    dispatch.correct("split", TWO)
    (note,) = dispatch.slack.thread("engineering", dispatch.slack.top("engineering")[0].ts)
    assert note.action_ids() == []
    assert "Split off: now in" in note.words()
    assert len(dispatch.slack.top("finance")) == 1


def test_split_makes_a_second_ticket_for_the_second_problem(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.correct("split", ONE, "finance|billing")
    dispatch.settle(ONE)
    (first,), (second,) = dispatch.slack.top("engineering"), dispatch.slack.top("finance")
    assert {"take", "reassign"} <= set(first.action_ids())
    assert {"take", "reassign"} <= set(second.action_ids())
    part = next(one for one in dispatch.log.stored.values() if one.ticket_id != ONE)
    assert part.ticket.ticket_id.startswith("T-")
    assert len(part.ticket.ticket_id) == 14
    assert (part.ticket.follow_up_to, part.topic) == (ONE, "billing")


def test_the_list_is_in_order_and_counts_the_wait(dispatch: Any, make: Any) -> None:
    order = [("route", 3, 1), ("escalate", 2, 2), ("route", 1, 3), ("priority", 4, 4)]
    for kind, minutes, number in order:
        dispatch.decide(
            make.decided(
                number, kind=kind, subject=f"{kind} {number}", received_at=make.start - timedelta(minutes=minutes)
            )
        )
    dispatch.take("T-000000000004", by=make.ben)
    listed = dispatch.slack.listed("engineering")
    lines = next(block["text"]["text"] for block in listed.message.blocks[1:]).split("\n")
    assert [line.split("|")[1].split(">")[0] for line in lines] == ["escalate 2", "route 1", "route 3"]
    assert "3 waiting, the oldest for 3 min" in listed.message.text
    assert "taken by <@U0FINLEAD>" in listed.words()
    assert ("engineering", listed.ts) in dispatch.slack.pins


def test_a_deleted_list_is_made_again(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    dispatch.slack.channels["engineering"] = dispatch.slack.top("engineering")
    dispatch.decide(make.decided(2))
    assert "2 waiting" in dispatch.slack.listed("engineering").message.text


def test_what_nobody_takes_is_raised_to_the_lead_then_to_the_manager_and_then_no_more(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    said = []
    for minutes in (5, 6, 5, 20, 60, 600):
        dispatch.tick(minutes=minutes)
        said.append(bool(dispatch.remind()))
    assert said == [False, True, False, True, False, False]
    notes = dispatch.slack.thread("engineering", dispatch.slack.top("engineering")[0].ts)
    assert [mentions(note.first.blocks) for note in notes] == [["<@U0ENGLEAD>"], ["<@U0ENGMANAGER>"]]
    assert dispatch.log.get(ONE).is_open


def test_the_alarm_hears_of_an_escalation_once_lead_and_manager_were_reminded_and_not_once_it_is_taken(
    dispatch: Any, make: Any
) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    waits = []
    for minutes in (5, 6, 25):
        dispatch.tick(minutes=minutes)
        dispatch.remind()
        waits.append(escalation_waits(dispatch.log.get(ONE)))
    dispatch.take(ONE)
    assert (*waits, escalation_waits(dispatch.log.get(ONE))) == (False, False, True, False)


def test_held_tickets_that_age_are_raised_and_routed_ones_are_not(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="hold", team="triage", topic=None))
    dispatch.decide(make.decided(2))
    dispatch.tick(hours=5)
    assert dispatch.remind() == [ONE]


def test_a_taken_ticket_is_not_raised(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate"))
    dispatch.take(ONE)
    dispatch.tick(hours=5)
    assert dispatch.remind() == []


def test_the_sweep_finishes_what_a_crash_left_half_done(dispatch: Any, make: Any) -> None:
    dispatch.slack.dies_after_posting = True
    with pytest.raises(ConnectionError):
        dispatch.decide(make.decided())
    assert dispatch.remind() == [ONE]
    assert dispatch.log.get(ONE).announced


def test_slack_down_keeps_the_ticket_waiting_then_uses_the_inbox(dispatch: Any, make: Any) -> None:
    dispatch.slack.down = NotNow("Slack is down", retry_after=30)
    with pytest.raises(NotNow) as told:
        dispatch.decide(make.decided())
    assert told.value.retry_after == 30
    assert dispatch.ses.sent == []
    dispatch.tick(minutes=16)
    with pytest.raises(NotNow):  # the list still waits for Slack
        dispatch.decide(make.decided())
    assert dispatch.ses.sent[0][0]["Destinations"] == ["eng@example.com"]
    assert dispatch.log.get(ONE).place.destination.kind == "inbox"
    assert [event.detail_type() for event in dispatch.bus.published] == ["TicketDispatched"]
    dispatch.slack.down = None
    dispatch.decide(make.decided())
    assert len(dispatch.ses.sent) == 1
    assert "1 waiting" in dispatch.slack.listed("engineering").message.text


def test_a_team_without_an_inbox_falls_back_to_triages(dispatch: Any, make: Any) -> None:
    dispatch.tick(minutes=16)
    dispatch.slack.down = NotNow("Slack has no channel #support", retry_after=60)
    with pytest.raises(NotNow):  # the lists still wait for Slack
        dispatch.decide(make.decided(team="support", topic="login"))
    (call, _) = dispatch.ses.sent[0]
    assert call["Destinations"] == ["triage@example.com"]
    assert dispatch.log.get(ONE).place.destination.kind == "inbox"


@pytest.mark.parametrize("inbox", [None, "privacy@partner.example", "olga1@northwind.example", "dpo"])
def test_a_team_that_cannot_be_reached_has_its_tickets_in_triage(dispatch: Any, make: Any, inbox: str | None) -> None:
    teams = [team.model_copy(update={"inbox": inbox} if team.name == "privacy" else {}) for team in make.rules.teams]
    dispatch.rules = make.rules.model_copy(update={"teams": tuple(teams)})
    dispatch.decide(make.decided(team="privacy", topic="privacy"))
    (posted,) = dispatch.slack.top("triage")
    assert "*Team* privacy" in posted.words()
    assert dispatch.ses.sent == []


def test_a_customer_is_not_written_to_though_the_sheet_says_so(dispatch: Any, make: Any) -> None:
    """Our own colleagues are customers too: the inbox of a team is then the address that asks for help."""
    dispatch.decide(make.decided(team="privacy", customer={"email": "Privacy@Example.com", "name": "Pia"}))
    assert dispatch.ses.sent == []
    assert len(dispatch.slack.top("triage")) == 1


@pytest.mark.parametrize("part", ["copy", "follow-up"])
def test_a_long_part_comes_whole_as_a_file_too(dispatch: Any, make: Any, part: str) -> None:
    dispatch.decide(make.decided(1))
    text = "why? " * 2000
    if part == "copy":
        dispatch.copy(make.received(make.ticket(2, text=text, duplicate_of=ONE)))
    else:
        dispatch.decide(make.decided(2, text=text, follow_up_to=ONE))
    assert dispatch.slack.files == {("engineering", "T-000000000002.txt"): text.encode()}
    assert (
        "all of it is in the thread"
        in dispatch.slack.thread("engineering", dispatch.slack.top("engineering")[0].ts)[0].words()
    )


def test_a_long_list_says_what_it_leaves_out_and_keeps_the_loudest(dispatch: Any, make: Any) -> None:
    for number in range(1, 121):
        kind = "escalate" if number > 115 else "route"
        dispatch.decide(make.decided(number, kind=kind, subject=f"ticket {number} " + "&*<" * 40, team="finance"))
    for number in range(1, 12):
        dispatch.take(f"T-{number:012d}")
    listed = dispatch.slack.listed("finance")
    lines = [text for text in listed.words().splitlines() if "Escalate" in text or "Route" in text]
    assert "109 waiting" in listed.message.text
    assert [("Escalate" in text) for text in lines[:6]] == [True] * 5 + [False]
    assert f"… and {109 - len(lines)} more" in listed.words()
    assert "… and others in the last 24 hours" in listed.words()


def test_a_sheet_with_many_topics_fits_into_a_message(dispatch: Any, make: Any) -> None:
    topics = [{"name": f"topic {n:03d} " + "&" * 60, "team": "finance", "row": n + 2} for n in range(200)]
    dispatch.rules = type(make.rules).model_validate({**make.rules.model_dump(), "topics": topics})
    files = [{"name": "&" * 200, "content_type": "text/plain", "size": 1}] * 30
    dispatch.decide(make.decided(subject="&" * 500, text="<" * 9000, attachments=files, customer={"name": "&" * 400}))
    menu = next(
        one for one in dispatch.slack.top("engineering")[0].message.blocks[-1]["elements"] if "option_groups" in one
    )
    about, teams, parts = menu["option_groups"]
    assert about["label"]["text"] == f"It is about ({len(about['options'])} of 200)"
    assert parts["label"]["text"] == f"Split: a second problem is about ({len(parts['options'])} of 200)"
    assert len(teams["options"]) == 4


def test_many_changes_are_counted(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided())
    for choice in ("finance|billing", "engineering|bug") * 4:
        dispatch.correct("reassign", ONE, choice)
    assert "after 4 earlier steps" in dispatch.slack.top("engineering")[-1].words()


def test_a_reminder_by_mail_leads_to_the_actions(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="priority", team="privacy"))
    dispatch.tick(minutes=31)
    dispatch.remind()
    assert f"/actions/{ONE}.0" in dispatch.ses.sent[-1][1].get_body(("plain",)).get_content()


def test_a_long_message_comes_whole_as_a_file(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(text="word " * 20_000))
    assert "Cut here" in dispatch.slack.top("engineering")[0].words()
    assert dispatch.slack.files[("engineering", f"{ONE}.txt")] == ("word " * 20_000).encode()


def test_the_mail_lane_does_all_of_it_too(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(kind="escalate", team="privacy", topic="privacy"))
    dispatch.copy(make.received(make.ticket(2, duplicate_of=ONE)))
    dispatch.correct("reassign", ONE, "finance|billing")
    subjects = [mail["Subject"] for _, mail in dispatch.ses.sent]
    assert subjects == [f"[{word}] Store down · {ONE}" for word in ("Escalate", "Also arrived", "Moved")]
    assert {mail["References"] for _, mail in dispatch.ses.sent} == {f"<{ONE}@example.com>"}
    assert len(dispatch.slack.top("finance")) == 1
    managers = dispatch.slack.top("managers")[0]
    assert mentions(managers.first.blocks) == ["<@U0SUPMANAGER>"]


def test_a_team_that_left_the_sheet_falls_to_triage(dispatch: Any, make: Any) -> None:
    decided = make.decided()
    dispatch.rules = dispatch.rules.model_copy(
        update={"teams": tuple(team for team in dispatch.rules.teams if team.name != "engineering")}
    )
    dispatch.decide(decided)
    assert len(dispatch.slack.top("triage")) == 1
    assert "triage: 1 waiting" in dispatch.slack.listed("triage").message.text


@pytest.mark.parametrize(("name", "lane"), [("platform", "triage"), ("Engineering", "engineering")])
def test_a_renamed_teams_tickets_are_still_listed_and_raised(dispatch: Any, make: Any, name: str, lane: str) -> None:
    """What waits under the old name must not drop out of every list on the day somebody edits the sheet."""
    dispatch.decide(make.decided(1, kind="priority"))
    teams = [team.model_copy(update={"name": name} if team.name == "engineering" else {}) for team in make.rules.teams]
    dispatch.rules = make.rules.model_copy(update={"teams": tuple(teams)})
    dispatch.tick(minutes=31)
    assert dispatch.remind() == [ONE]
    assert "1 waiting" in dispatch.slack.listed(lane).message.text
    assert "Store down" in dispatch.slack.listed(lane).words()


def test_an_outage_of_hours_makes_no_dead_letter() -> None:
    """The queue gives a message up after 50 tries; a Slack that refuses connections asks for 15 s each time."""
    waits = [next_try(15, tries) for tries in range(1, 51)]
    assert waits[0] == 15
    assert sum(waits[:14]) > timedelta(minutes=15).total_seconds()  # the inbox falls in
    assert timedelta(hours=6).total_seconds() < sum(waits) < timedelta(days=4).total_seconds()
    assert next_try(1800, 3) == 1800
    assert next_try(None, 1) == 1


def test_a_busy_channel_is_no_outage(dispatch: Any, make: Any) -> None:
    """Hundreds of tickets of one team at once wait for their turn, however long; none of them goes to the inbox."""
    dispatch.tick(minutes=20)
    dispatch.slack.down = NotYourTurn("engineering is busy", retry_after=300)
    with pytest.raises(NotYourTurn):
        dispatch.decide(make.decided())
    assert dispatch.ses.sent == []
