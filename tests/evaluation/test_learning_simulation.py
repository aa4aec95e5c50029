"""The simulation of learning, with a model that only counts shared words: quick, and it learns from examples alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from evaluation.learning.office import Folder, Shelf
from evaluation.learning.report import FIGURES, picture, precision, table
from evaluation.learning.sheets import Matter, office
from evaluation.learning.simulate import ARMS, Arm, Seen, run
from evaluation.public import public_set
from services.classifier.domain.answer import Answer
from services.classifier.domain.prompt import Prompt
from services.learning import app
from services.learning.domain import Line

WORDS = {"colours": "red green blue pink grey teal", "fruit": "plum pear fig kiwi lime date"}


class WordCounter:
    """Sure of the topic that shares a word with the ticket, and of the first one when none does."""

    name = "words"

    def ask(self, prompt: Prompt) -> Answer:
        ticket = set(re.findall(r"\w+", prompt.user.split("<ticket>")[1]))
        known = [
            set(re.findall(r"\w+", " ".join(example.text for example in shown.examples))) for shown in prompt.shown
        ]
        shared = [len(ticket & words) for words in known]
        best = prompt.shown[shared.index(max(shared))].topic.name
        return Answer(said={"topic": best, "second": best, "urgency": "low", "tone": "calm", "confidence": 0.99})


def folder() -> tuple[Folder, Shelf]:
    lines = [Line("Examples", heading=True), *(Line(f"{name}: {words.split()[0]}") for name, words in WORDS.items())]
    rows = [["topic", "team"], *([name, "team"] for name in WORDS)]
    made = Folder(rows, [["team", "inbox"], ["team", "t@example.com"], ["triage", "r@example.com"]], lines), Shelf()
    app.publish_rules(folder=made[0], shelf=made[1], now=datetime(2026, 1, 1, tzinfo=UTC))
    return made


def stream(rounds: int) -> list[tuple[str, str | None]]:
    pairs = [(word, name) for name, words in WORDS.items() for word in words.split()]
    return [(f"about {word} and round {number}", name) for number in range(rounds) for word, name in pairs]


@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.name)
def test_what_was_corrected_once_is_not_misrouted_again(arm: Arm) -> None:
    seen = list(run(arm, WordCounter(), stream(6), *folder(), seed=1))
    misrouted = sum(one.misrouted for one in seen[-12:])
    assert (misrouted <= 2) == arm.learns
    assert (seen[-1].examples > 2) == arm.learns


def test_table_and_picture_say_what_was_seen() -> None:
    seen = [Seen("a", "b" if number < 50 else "a", number < 50, 2) for number in range(100)]
    runs = {arm.name: [seen, seen] for arm in ARMS}
    rows = table(runs).splitlines()
    assert len(rows) == 2 + 5 * len(runs)
    assert rows[2].split(" | ")[2:] == ["100.0", "100.0", "0.0", "100.0", "2", "100.0", "100.0 |"]
    assert rows[6].split(" | ")[2:] == ["0.0", "0.0", "100.0", "100.0", "2", "0.0", "0.0 |"]
    assert precision(seen) == 50
    drawn = ElementTree.fromstring(picture(runs))
    lines = [part for part in drawn.iter() if part.tag.endswith("polyline")]
    assert len(lines) == len(FIGURES) * len(runs)


def test_a_team_starts_with_the_examples_that_come_to_mind() -> None:
    try:
        public_set("banking77")
    except FileNotFoundError:
        pytest.skip("the public sets are not here")
    matter = Matter("cards", ("card_arrival", "card_linking"), ("card_arrival",))
    made, shelf = office("banking77", [matter], each=2, seed=1)
    assert len(made.lines) == 5
    assert shelf.force is not None
    assert [topic.name for topic in shelf.force.rules.topics] == ["cards"]
