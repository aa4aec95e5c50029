"""What a lesson means for the examples there are: write, merge, replace, ask, and which lines a topic can spare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from services.learning import app
from services.learning.app.learn import write_down
from services.learning.domain import Folder, examples_on, lines_of, plan_for
from services.learning.domain.lesson import KEPT_PER_TOPIC, Lesson, Plan, example_id

Read = Callable[..., Folder]
ADDRESS = "How do I change my billing address?"


def plan(
    read: Read, lines: list[str], lesson: Lesson, *, earlier: str = "", overruled: tuple[tuple[str, str], ...] = ()
) -> Plan:
    draft = read().draft
    assert draft is not None
    doc = lines_of("\n".join(["## Examples", *lines]))
    placed = examples_on(doc, [True] * len(doc), draft.topics)
    ids = frozenset(example_id(topic, text) for topic, text in overruled)
    return plan_for(lesson, placed, earlier=frozenset(earlier.split()), overruled=ids)


def lesson(text: str = ADDRESS, topic: str = "billing", urgency: Any = None) -> Lesson:
    return Lesson("T-1", "new00000", text, topic, urgency)


LEARNED = "(learned from correction old00000)"


@pytest.mark.parametrize(
    ("lines", "what", "write", "remove", "asks"),
    [
        ([], lesson(), True, (), False),
        (["billing: Where is my invoice?"], lesson(), True, (), False),
        (["billing: How can I change the billing address"], lesson(), False, (), False),
        (["bug: How can I change the billing address"], lesson(), False, (), True),
        ([f"bug: {ADDRESS} (learned from correction new00000)"], lesson(), False, (), False),
        # A bump teaches the urgency of a line that the router wrote, and leaves a person's line alone.
        ([f"billing: {ADDRESS} {LEARNED}"], lesson(urgency="high"), True, (1,), False),
        ([f"billing (high): {ADDRESS} {LEARNED}"], lesson(urgency="high"), False, (), False),
        ([f"billing: {ADDRESS}"], lesson(urgency="high"), False, (), False),
    ],
)
def test_write_merge_or_ask(
    read: Read, lines: list[str], what: Lesson, write: bool, remove: tuple[int, ...], asks: bool
) -> None:
    planned = plan(read, lines, what)
    assert (planned.write, planned.remove, bool(planned.ask_about)) == (write, remove, asks)
    assert write or planned.why_not


def test_who_corrects_the_correction_replaces_its_line(read: Read) -> None:
    planned = plan(read, ["bug: x", f"bug: {ADDRESS} {LEARNED}"], lesson(), earlier="old00000")
    assert (planned.write, planned.remove) == (True, (2,))


@pytest.mark.parametrize(
    ("lines", "topic", "write", "remove", "asks"),
    [
        ([f"bug: {ADDRESS}"], "billing", True, (1,), ()),
        ([f"bug: {ADDRESS}"], "bug", False, (), ()),
        (["bug: x", f"bug: {ADDRESS}"], "billing", True, (2,), ()),  # the line moved down meanwhile
        ([f"bug: {ADDRESS}", "billing: How can I change the billing address"], "billing", False, (1,), ()),
        # Somebody has written another line since, or changed the one that was asked about.
        ([f"bug: {ADDRESS}", "outage: How can I change the billing address"], "billing", False, (), ("bug", "outage")),
        (["bug: How can I change the billing address"], "billing", False, (), ("bug",)),
        ([f"billing: {LEARNED}"], "billing", True, (), ()),  # it is gone already
    ],
)
def test_a_yes_takes_out_the_lines_that_were_seen_and_no_other(
    read: Read, lines: list[str], topic: str, write: bool, remove: tuple[int, ...], asks: tuple[str, ...]
) -> None:
    planned = plan(read, lines, lesson(topic=topic), overruled=(("bug", ADDRESS),))
    assert (planned.write, planned.remove) == (write, remove)
    assert tuple(one.example.topic for one in planned.ask_about) == asks


def test_a_topic_keeps_what_differs_most_and_every_line_of_a_person(read: Read) -> None:
    own = ["billing: red green blue", "billing: one two three"]
    words = [f"w{number}a w{number}b w{number}c" for number in range(KEPT_PER_TOPIC)]
    learned = [f"billing: {text} (learned from correction {number:08})" for number, text in enumerate(words)]
    assert plan(read, [*own, *learned[1:]], lesson("quite other words")).remove == ()
    learned[7] = "billing: w3a w3b other (learned from correction 00000007)"
    planned = plan(read, [*own, *learned], lesson("quite other words"))
    assert planned.write
    # Lines 3 and 7 are alike; the older one goes.
    assert planned.remove == (1 + len(own) + 3,)


def test_a_topic_never_keeps_more_than_its_number(folder: Any, shelf: Any, leads: Any, now: datetime) -> None:
    folder.guide = "## Examples\n" + "".join(
        f"- billing: a{n} b{n} c{n} (learned from correction {n:08})\n" for n in range(KEPT_PER_TOPIC + 5)
    )
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    write_down(lesson("something new altogether"), shelf.force.rules, [], folder)
    assert folder.guide.count("learned from correction") == KEPT_PER_TOPIC
    assert "something new altogether" in folder.guide
