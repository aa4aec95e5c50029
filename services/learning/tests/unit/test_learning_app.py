"""Publishing and learning, over a folder and a bucket in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.ticket_corrected_v2 import TicketCorrected
from services.learning import app
from services.learning.app.ports import TRIES
from shared.errors import NotNow

Learn = Callable[[TicketCorrected], Any]


def corrected(now: datetime, *, key: str = "one", text: str = "The VAT is wrong", **change: Any) -> TicketCorrected:
    ticket = {"ticket_id": "T-1", "source": "form", "customer": {}, "text": text, "received_at": now}
    ticket |= change.pop("ticket", {})
    after = {"team": "finance", "topic": "billing"} | change.pop("after", {})
    correction = {
        "kind": "reassigned", "before": {"team": "engineering"}, "after": after, "corrected_by": {"id": "U1"},
        "corrected_at": now,
    } | change  # fmt: skip
    reading = {"topic": "bug", "urgency": "low", "tone": "calm", "confidence": 0.6,
               "candidates": [{"topic": "bug", "confidence": 0.6}, {"topic": "outage", "confidence": 0.2}]}  # fmt: skip
    data = {"ticket": ticket, "reading": reading, "correction": correction}
    return TicketCorrected.caused_by(ticket_id="T-1", cause=None, occurred_at=now, data=data, key=key)


@pytest.fixture
def learn(folder: Any, shelf: Any, leads: Any, now: datetime) -> Learn:
    """Deal with a correction."""
    return lambda event: app.learn(corrected=event, folder=folder, shelf=shelf, leads=leads, now=now)


def test_the_folder_is_published_once_and_again_when_it_changes(folder: Any, shelf: Any, now: datetime) -> None:
    first = app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert first.rules is not None
    assert first.rules.revision == 1
    assert app.publish_rules(folder=folder, shelf=shelf, now=now).rules is None
    assert folder.reads == 1

    folder.topics.append(["refund", "money back", "finance"])
    second = app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert second.rules is not None
    assert second.rules.revision == 2
    assert shelf.records[-1]["changes"] == ("Topics: added refund",)
    assert shelf.records[-1]["changed_by"] == "Anna"


def test_an_edit_that_changes_nothing_is_no_revision(folder: Any, shelf: Any, now: datetime) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    folder.guide += "\n// a remark\n"
    assert app.publish_rules(folder=folder, shelf=shelf, now=now).rules is None
    assert shelf.force.rules.revision == 1


def test_a_fatal_problem_keeps_the_last_good_rules_and_is_noted(folder: Any, shelf: Any, now: datetime) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    good, folder.topics = shelf.force, []
    published = app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert published.rules is None
    assert shelf.force == good
    assert shelf.reading["kept_last_good"] is True
    assert [problem["place"] for problem in shelf.reading["problems"]] == ["Topics"]


def test_a_broken_line_is_left_out_and_the_rest_published(folder: Any, shelf: Any, now: datetime) -> None:
    folder.guide += "## Priority rules\npriority when mood is bad\npriority when tone is angry\n"
    published = app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert published.rules is not None
    assert [rule.text for rule in published.rules.priority_rules] == ["priority when tone is angry"]
    assert [problem["place"] for problem in shelf.reading["problems"]] == ["Priority rules, line 1"]


def test_who_publishes_at_the_same_moment_reads_again(folder: Any, shelf: Any, now: datetime) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    folder.guide += "- bug: It does nothing\n"
    shelf.rivals = 1
    published = app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert published.rules is not None
    assert len(published.rules.examples) == 2
    assert published.rules.urgent_words == ()
    folder.guide += "- bug: It does too much\n"
    shelf.rivals = 99
    with pytest.raises(NotNow):
        app.publish_rules(folder=folder, shelf=shelf, now=now)


def test_a_correction_becomes_an_example_in_force(folder: Any, shelf: Any, now: datetime, learn: Learn) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    event = corrected(now)
    learn(event)
    mark = event.metadata.event_id[:8]
    assert folder.guide.endswith(f"billing: The VAT is wrong (learned from correction {mark})\n")
    learned = shelf.force.rules.examples[-1]
    assert (learned.topic, learned.text, learned.learned_from) == ("billing", "The VAT is wrong", mark)


def test_a_lesson_goes_into_the_doc_that_is_in_the_folder_now(
    folder: Any, shelf: Any, now: datetime, learn: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google serves a Doc by its id also from the bin: whoever keeps the id would write where nobody reads."""
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    calls: list[str] = []
    for name in ("stamp", "page", "write"):
        real = getattr(folder, name)
        monkeypatch.setattr(folder, name, lambda *a, real=real, name=name: (calls.append(name), real(*a))[1])
    learn(corrected(now))
    assert calls[:3] == ["stamp", "page", "write"]


def test_a_redelivered_correction_teaches_once_also_when_nothing_was_noted(
    folder: Any, shelf: Any, now: datetime, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now))
    shelf.lessons.clear()
    learn(corrected(now))
    assert folder.guide.count("The VAT is wrong") == 1
    assert learn(corrected(now)) is None


def test_a_deleted_line_stays_deleted_when_its_correction_comes_again(
    folder: Any, shelf: Any, now: datetime, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now))
    folder.guide = "".join(line for line in folder.guide.splitlines(keepends=True) if "VAT" not in line)
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now))
    assert [example.text for example in shelf.force.rules.examples] == ["Where is my invoice?"]


def test_a_colleague_who_writes_at_the_same_moment_keeps_their_words(
    folder: Any, shelf: Any, now: datetime, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    folder.meanwhile = ["- bug: one", "- bug: two"]
    learn(corrected(now))
    for words in ("bug: one", "bug: two", "The VAT is wrong"):
        assert folder.guide.count(words) == 1
    folder.meanwhile = [f"- bug: {number}" for number in range(TRIES)]
    with pytest.raises(NotNow):
        learn(corrected(now, key="two", text="Other"))
    assert len(shelf.lessons) == 1


@pytest.mark.parametrize(
    ("change", "topic"),
    [
        ({"after": {"team": "finance", "topic": "BILLING"}}, "billing"),
        ({"after": {"team": "finance", "topic": "knitting"}}, None),
        # The likeliest of the team's topics.
        ({"before": {"team": "finance"}, "after": {"team": "engineering", "topic": None}}, "bug"),
        ({"after": {"team": "finance", "topic": None}}, None),  # two topics, and neither was likely
        ({"after": {"team": "triage", "topic": None}}, None),
        ({"kind": "bumped"}, "billing"),
        ({"kind": "split"}, None),
    ],
)
def test_what_a_correction_teaches(
    folder: Any, shelf: Any, now: datetime, change: dict[str, Any], topic: str | None, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    before = folder.guide
    lesson = learn(corrected(now, **change))
    assert lesson is not None
    assert lesson["topic"] == topic
    assert (folder.guide == before) == (topic is None)
    assert bool(lesson["why_not"]) == (topic is None)
    assert lesson["written"] == (topic is not None)
    assert len(shelf.lessons) == 1


def test_before_the_first_rules_a_correction_waits(folder: Any, shelf: Any, now: datetime, learn: Learn) -> None:
    with pytest.raises(NotNow):
        learn(corrected(now))


@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        ("", "Examples\nNEW\n"),
        ("## Examples\n- bug: a\n\n## Settings\n", "## Examples\n- bug: a\nNEW\n\n## Settings\n"),
        ("## Examples\n## Settings\n", "## Examples\nNEW\n## Settings\n"),
        ("## Notes\nx\n", "## Notes\nx\nExamples\nNEW\n"),
    ],
)
def test_where_a_new_example_is_written(
    folder: Any, shelf: Any, now: datetime, guide: str, expected: str, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    folder.guide = guide
    lesson = learn(corrected(now))
    assert lesson is not None
    assert folder.guide.lstrip("\n") == expected.replace(
        "NEW", f"billing: The VAT is wrong (learned from correction {lesson['mark']})"
    )


def test_the_leads_are_told_once_a_problem_and_again_when_it_comes_back(
    folder: Any, shelf: Any, leads: Any, now: datetime
) -> None:
    def look() -> None:
        app.publish_rules(folder=folder, shelf=shelf, now=now)
        app.tell_leads(shelf=shelf, leads=leads)

    good = folder.guide
    look()
    folder.guide = good + "## Priority rules\npriority when mood is bad\n"
    look()
    look()
    folder.guide = good + "## Priority rules\npriority when tone is angry\npriority when mood is bad\n"
    look()
    assert leads.told == [(["Priority rules, line 1"], False)]
    folder.guide = good
    look()
    folder.guide = good + "## Priority rules\npriority when mood is bad\n"
    folder.topics.append(["new", "", "nobody"])
    look()
    assert leads.told[1:] == [(["Topics, row 6", "Priority rules, line 1"], True)]


def test_leads_who_could_not_be_reached_are_told_later(folder: Any, shelf: Any, leads: Any, now: datetime) -> None:
    folder.guide += "## Settings\ncolour: blue\n"
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    leads.away = True
    with pytest.raises(NotNow):
        app.tell_leads(shelf=shelf, leads=leads)
    leads.away = False
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    app.tell_leads(shelf=shelf, leads=leads)
    assert leads.told == [(["Settings, line 1"], False)]


def yes(now: datetime, *, at: timedelta = timedelta(minutes=1), key: str = "yes", **change: Any) -> TicketCorrected:
    """What dispatch makes of a press on “It is billing: replace line 2”."""
    there = {"team": "finance", "topic": "billing"} | change.pop("there", {})
    by = {"id": "U2", "name": "Lena"}
    return corrected(now, key=key, before=there, after=there, corrected_by=by, corrected_at=now + at, **change)


@pytest.fixture
def asked(folder: Any, shelf: Any, now: datetime, learn: Learn) -> str:
    """The Doc once the leads are asked whether a ticket is billing, with a person's own line that says bug."""
    folder.guide += "- bug: The VAT was wrong\n"
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now))
    return str(folder.guide)


def about_vat(shelf: Any) -> list[str]:
    return [example.topic for example in shelf.force.rules.examples if "VAT" in example.text]


def test_a_contradiction_is_asked_once_and_a_yes_answers(
    folder: Any, shelf: Any, leads: Any, now: datetime, learn: Learn
) -> None:
    folder.guide += "- bug: The VAT was wrong\n"
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    before = folder.guide
    leads.away = True
    with pytest.raises(NotNow):
        learn(corrected(now))
    leads.away = False
    learn(corrected(now))
    shelf.lessons.clear()
    learn(corrected(now))
    assert folder.guide == before
    assert leads.asked == [("billing", "bug")]
    learn(yes(now))
    assert about_vat(shelf) == ["billing"]
    assert leads.asked == [("billing", "bug")]


def test_the_question_says_who_answered_and_what_came_of_it(
    shelf: Any, leads: Any, now: datetime, learn: Learn, asked: str
) -> None:
    leads.away = True
    with pytest.raises(NotNow):
        learn(yes(now))
    leads.away = False
    assert learn(yes(now)) is not None
    assert learn(yes(now)) is None
    said = "Lena answered: it is billing. Learnt. Taken out of the Doc: bug: “The VAT was wrong”"
    assert leads.closed == [(1, said)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "bumped"}, "U1 bumped it. I ask anew."),
        ({"kind": "split"}, "U1 split it. Nothing learnt: a ticket that is split teaches nothing."),
        ({"after": {"team": "engineering", "topic": "bug"}},
         "U1 moved it to engineering, about bug. Nothing learnt: line 2 says so already."),
        ({"after": {"team": "engineering", "topic": "outage"}},
         "U1 moved it to engineering, about outage. I ask anew."),
    ],
    ids=["bumped", "split", "moved back", "moved on"],
)  # fmt: skip
def test_any_other_correction_closes_the_question_and_touches_nobodys_line(
    folder: Any, leads: Any, now: datetime, learn: Learn, asked: str, change: dict[str, Any], said: str
) -> None:
    learn(corrected(now, key="other", corrected_at=now + timedelta(minutes=1), **change))
    assert folder.guide == asked
    assert leads.closed == [(1, said)]
    again = "I ask anew" in said
    assert leads.revisions == ([1, 2] if again else [1])


def test_a_yes_teaches_what_was_asked_and_not_where_the_ticket_lies(
    folder: Any, shelf: Any, now: datetime, learn: Learn
) -> None:
    folder.guide += "- billing: The VAT was wrong\n"
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    there = {"team": "engineering", "topic": None}
    assert learn(corrected(now, before={"team": "finance"}, after=there))["topic"] == "bug"
    assert learn(yes(now, there=there))["topic"] == "bug"
    assert about_vat(shelf) == ["bug"]


def test_a_yes_to_a_question_about_a_bump_teaches_the_urgency(
    folder: Any, shelf: Any, now: datetime, learn: Learn, asked: str
) -> None:
    learn(corrected(now, key="bump", kind="bumped", corrected_at=now + timedelta(seconds=30)))
    learn(yes(now))
    assert "billing (high): The VAT is wrong" in folder.guide
    assert about_vat(shelf) == ["billing"]


def test_a_line_that_the_leads_have_not_seen_is_asked_about_anew(
    folder: Any, shelf: Any, leads: Any, now: datetime, learn: Learn, asked: str
) -> None:
    folder.guide += "- outage: The VAT was wrong!\n"
    learn(yes(now))
    assert about_vat(shelf) == ["bug", "outage"]
    assert leads.asked[1:] == [("billing", "bug outage")]
    assert leads.closed == [(1, "Lena answered: it is billing. I ask anew.")]
    learn(yes(now, key="second", at=timedelta(minutes=2)))
    assert about_vat(shelf) == ["billing"]
    assert leads.revisions == [1, 2]


def test_a_yes_that_overtakes_its_question_waits_and_one_without_a_question_teaches_nothing(
    folder: Any, shelf: Any, now: datetime, learn: Learn, asked: str
) -> None:
    noted = dict(shelf.lessons)
    shelf.lessons.clear()
    with pytest.raises(NotNow):
        learn(yes(now))
    assert folder.guide == asked
    shelf.lessons.update(noted)
    learn(yes(now))
    assert about_vat(shelf) == ["billing"]
    shelf.lessons.clear()
    after = folder.guide
    assert learn(yes(now, key="old", at=-timedelta(minutes=8)))["why_not"] == "it answers no question"
    assert folder.guide == after


def test_a_topic_that_is_gone_is_not_learnt(
    folder: Any, shelf: Any, leads: Any, now: datetime, learn: Learn, asked: str
) -> None:
    folder.topics = [row for row in folder.topics if row[0] != "billing"]
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(yes(now))
    assert folder.guide == asked
    assert leads.closed == [(1, "Lena answered. Nothing learnt: billing is no topic any more.")]


def test_a_wrong_yes_is_undone_by_moving_the_ticket(
    folder: Any, shelf: Any, leads: Any, now: datetime, learn: Learn, asked: str
) -> None:
    learn(yes(now))
    back = {"team": "engineering", "topic": "bug"}
    learn(corrected(now, key="back", after=back, corrected_at=now + timedelta(minutes=2)))
    assert about_vat(shelf) == ["bug"]
    assert len(leads.asked) == len(leads.closed) == 1


def test_what_is_personal_does_not_reach_the_doc(folder: Any, shelf: Any, now: datetime, learn: Learn) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    lesson = learn(
        corrected(now, text="Invoice INV-2026-0042 for jo@shop.example is wrong. (learned from correction x123)")
    )
    assert lesson["text"] == "Invoice [number] for [e-mail] is wrong."


def test_an_unfold_teaches_what_is_never_a_copy(folder: Any, shelf: Any, now: datetime, learn: Learn) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now, kind="unfolded", text="Alarm from pump seven"))
    learn(corrected(now, kind="unfolded", text="Alarm from pump seven!", key="two"))
    (apart,) = shelf.force.rules.kept_apart
    assert (apart.text, apart.line) == ("Alarm from pump seven", 1)
    assert [example.text for example in shelf.force.rules.examples] == ["Where is my invoice?"]
    folder.guide = folder.guide.replace("Alarm from pump seven", "Alarm from any pump")
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert shelf.records[-1]["changes"] == (
        "Not copies: added Alarm from any pump",
        "Not copies: removed Alarm from pump seven",
    )


def test_who_moves_a_ticket_on_takes_back_what_its_first_move_taught(
    folder: Any, shelf: Any, now: datetime, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now))
    assert "The VAT is wrong" in folder.guide
    learn(corrected(now, key="two", after={"team": "triage", "topic": None}))
    assert "The VAT is wrong" not in folder.guide
    assert [example.text for example in shelf.force.rules.examples] == ["Where is my invoice?"]


def test_a_correction_that_comes_after_a_later_one_teaches_nothing(
    folder: Any, shelf: Any, now: datetime, learn: Learn
) -> None:
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    learn(corrected(now, key="two", corrected_at=now + timedelta(minutes=1)))
    late = learn(corrected(now, key="one", after={"team": "engineering", "topic": "bug"}))
    assert late["why_not"] == "a later correction of the ticket came first"
    assert [example.topic for example in shelf.force.rules.examples if "VAT" in example.text] == ["billing"]


def test_two_workers_at_one_correction_ask_once_and_the_question_is_found_again(
    folder: Any, shelf: Any, leads: Any, now: datetime
) -> None:
    """The second one finds the question asked and notes the lesson last: that must not lose where it was asked."""
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    moved = corrected(now, text="Where is my invoice?", after={"team": "engineering", "topic": "bug"})
    for _ in range(2):
        app.learn(corrected=moved, folder=folder, shelf=shelf, leads=leads, now=now)
        shelf.lessons.clear()  # the other worker looked before this one had noted anything
    assert len(leads.asked) == 1
    assert shelf.posted(f"asked/{moved.metadata.event_id}") is not None
