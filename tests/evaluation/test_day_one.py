"""The first-day sheets: whole, apart from one another, and about topics that exist."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from evaluation.day_one import dress, groups, names, own_sheet


@pytest.mark.parametrize("name", [*names("trained"), *names("reported")])
def test_every_ticket_and_example_has_a_topic_of_its_sheet_and_some_have_none(name: str) -> None:
    rules, tickets = own_sheet(name, 2)
    assert {ticket.topic for ticket in tickets} == {topic.name for topic in rules.topics} | {None}
    assert max(Counter(example.topic for example in rules.examples).values()) <= 2
    assert own_sheet(name, 0)[0].examples == ()


def test_what_is_reported_was_not_learned_from() -> None:
    assert not {group.name for group in groups(0)} & {group.name for group in groups(1)}
    assert not set(names("trained")) & set(names("reported"))
    learned = {ticket.text for name in names("trained") for ticket in own_sheet(name, 2)[1]}
    assert not learned & {ticket.text for name in names("reported") for ticket in own_sheet(name, 2)[1]}


def test_a_question_dressed_as_mail_still_asks_it() -> None:
    chance = random.Random(1)
    dressed = [dress(chance, "where is my refund") for _ in range(50)]
    assert len(set(dressed)) > 10
    assert sum("here is my refund" in text for text in dressed) > 35
