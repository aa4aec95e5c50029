"""The question learning asks in Slack: within Slack's limits, and its button is one that dispatch understands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from cli.rules import rules_in
from contracts.rules import Example
from services.dispatch.adapters.press import Press, presses_in
from services.learning.adapters.slack import problem_blocks, question_blocks
from services.learning.app import Question
from services.learning.domain import Problem
from services.learning.domain.lesson import Lesson

RULES = rules_in(Path(__file__).resolve().parents[2] / "rules")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def pressed(button: dict[str, Any]) -> list[Press]:
    payload = {"type": "block_actions", "user": {"id": "U1"}, "actions": [button]}
    return presses_in(urlencode({"payload": json.dumps(payload)}).encode())


def question(link: str | None = "https://docs.example/d") -> Question:
    lesson = Lesson("T-0123456789AB", "1a2b3c4d", "Where is <my> invoice & receipt?", "billing")
    return Question(lesson, Example(example_id="e", topic="refund", text="where is my invoice", line=7), 2, link)


def test_the_button_moves_the_ticket_back() -> None:
    *_, actions = question_blocks(question(), RULES)
    button = {**actions["elements"][0], "block_id": actions["block_id"]}
    (press,) = pressed(button)
    assert (press.action, press.ticket_id, press.revision) == ("reassign", "T-0123456789AB", 2)
    assert press.choice is not None
    assert (press.choice.team, press.choice.topic) == ("finance", "refund")


def test_the_other_opens_the_doc_and_is_no_press_to_dispatch() -> None:
    *_, actions = question_blocks(question(), RULES)
    button = {**actions["elements"][1], "block_id": actions["block_id"]}
    assert button["url"] == "https://docs.example/d"
    assert pressed(button) == []
    assert len(question_blocks(question(link=None), RULES)[-1]["elements"]) == 1


@pytest.mark.parametrize("count", [1, 15, 300])
def test_what_is_told_stays_within_slacks_limits(count: int) -> None:
    problems = [
        Problem("Doc", "Examples", number, "<!channel> & so on " * 40, f"*{number}* <x>", "", fatal=number == 9)
        for number in range(1, count + 1)
    ]
    blocks = problem_blocks(problems, RULES, kept_last_good=count > 9)
    assert len(blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks)
    assert not any("<!channel>" in block["text"]["text"] or "<x>" in block["text"]["text"] for block in blocks)
