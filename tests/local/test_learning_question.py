"""The question learning asks in Slack: within Slack's limits, its buttons are dispatch's, and it shows the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from cli.rules import rules_in
from contracts.rules import Example
from local.slack import create_app
from services.dispatch.adapters.slack.press import Press, presses_in
from services.dispatch.domain.choice import Choice, choices
from services.learning.adapters.slack import ASKED_ABOUT, SlackLeads, problem_blocks, question_blocks
from services.learning.app import Question
from services.learning.domain import Problem
from services.learning.domain.lesson import Lesson, Placed
from services.learning.domain.problem import too_many
from shared.errors import NotNow
from shared.testing.block_kit import violations

FOLDER = Path(__file__).resolve().parents[2] / "rules"
RULES = rules_in(FOLDER)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PROBLEM = Problem("Doc", "Urgent words", 1, "x and y", "*x and y* is no word.", "Put commas between the words.")
DOC = "https://docs.example/d"


def pressed(button: dict[str, Any]) -> list[Press]:
    payload = {"type": "block_actions", "user": {"id": "U1"}, "actions": [button]}
    return presses_in(urlencode({"payload": json.dumps(payload)}).encode())


def placed(line: int = 7, topic: str = "refund", text: str = "where is my invoice", *, alone: bool = True) -> Placed:
    return Placed(Example(example_id=f"e{line}", topic=topic, text=text, line=line), at=line + 20, alone=alone)


def question(*against: Placed, topic: str = "billing", text: str = "Where is <my> invoice & receipt?") -> Question:
    return Question(Lesson("T-0123456789AB", "1a2b3c4d", text, topic), against or (placed(),), 2, DOC)


def buttons(asked: Question) -> list[dict[str, Any]]:
    *_, actions = question_blocks(asked, RULES)
    return [{**button, "block_id": actions["block_id"]} for button in actions["elements"]]


def labels(asked: Question) -> list[str]:
    return [button["text"]["text"] for button in buttons(asked)]


def test_a_team_with_a_bar_in_its_name_is_a_choice_like_any() -> None:
    teams = [
        team.model_copy(update={"name": "EMEA | 50%7C Sales"} if team.name == "finance" else {}) for team in RULES.teams
    ]
    topics = [
        one.model_copy(update={"team": "EMEA | 50%7C Sales"} if one.team == "finance" else {}) for one in RULES.topics
    ]
    rules = RULES.model_copy(update={"teams": tuple(teams), "topics": tuple(topics)})
    *_, actions = question_blocks(question(), rules)
    (press,) = pressed({**actions["elements"][0], "block_id": actions["block_id"]})
    assert press.choice == Choice("EMEA | 50%7C Sales", "refund")
    offered = choices(rules)
    assert Choice("EMEA | 50%7C Sales") in offered
    assert [Choice.of(choice.value) for choice in offered] == offered


def test_the_leads_are_reached_in_a_channel_that_is_named_by_its_id(
    serve: Callable[[Starlette], str], tmp_path: Path
) -> None:
    (tmp_path / "teams.csv").write_text("team,slack channel\ntriage,C0TRIAGE12\n")
    app = create_app(rules_dir=tmp_path, bot_token="xoxb-1", signing_secret="s")
    triage = RULES.team("triage")
    assert triage is not None
    rules = RULES.model_copy(update={"teams": (triage.model_copy(update={"channel": "C0TRIAGE12"}),)})
    SlackLeads(url=f"{serve(app)}/api/", token="xoxb-1").tell([PROBLEM], rules, kept_last_good=False)
    assert len(app.state.slack.messages["C0TRIAGE12"]) == 1


def test_a_file_too_many_is_told_as_such() -> None:
    problems = [too_many("Sheet", "Ticket rules", ["Copy of Ticket rules"])]
    said = json.dumps(problem_blocks(problems, RULES, False), ensure_ascii=False)
    assert "a file too many" in said
    assert "*Ticket rules* counts; I do not read *Copy of Ticket rules*" in said


def test_the_first_button_moves_the_ticket_back() -> None:
    (press,) = pressed(buttons(question())[0])
    assert (press.action, press.ticket_id, press.revision) == ("reassign", "T-0123456789AB", 2)
    assert press.choice is not None
    assert (press.choice.team, press.choice.topic) == ("finance", "refund")


def test_the_second_button_says_yes() -> None:
    (press,) = pressed(buttons(question())[1])
    assert (press.action, press.ticket_id, press.revision) == ("confirm", "T-0123456789AB", 2)
    assert press.choice is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question(), ["It is refund: move it back", "It is billing: replace line 7"]),
        (question(placed(12), placed(3)), ["It is refund: move it back", "It is billing: replace lines 3 and 12"]),
        (
            question(placed(3, "bug"), placed(4), placed(9)),
            ["It is bug: move it back", "It is refund: move it back", "It is billing: replace lines 3, 4 and 9"],
        ),
        # What cannot be done whole is not offered.
        (question(placed(alone=False)), ["It is refund: move it back"]),
        (question(*map(placed, range(1, ASKED_ABOUT + 2))), ["It is refund: move it back"]),
    ],
)
def test_the_labels_say_what_a_press_does(asked: Question, expected: list[str]) -> None:
    assert labels(asked) == expected


def test_a_long_topic_is_cut_and_never_what_the_button_does() -> None:
    back, yes = labels(question(placed(topic="o" * 200), topic="n" * 200))
    assert (back.endswith("…: move it back"), yes.endswith("…: replace line 7")) == (True, True)
    assert max(len(back), len(yes)) <= 75


@pytest.mark.parametrize(
    "asked",
    [
        question(),
        question(
            *(placed(n, f"{'&' * 80}{n}", "<" * 400) for n in range(1, ASKED_ABOUT + 1)),
            topic="&" * 200,
            text="&" * 240,
        ),
    ],
)
def test_the_question_stays_within_slacks_limits(asked: Question) -> None:
    assert violations("Same words", question_blocks(asked, RULES)) == []


def test_people_may_look_first() -> None:
    said = question_blocks(question(), RULES)[0]["text"]["text"]
    assert f"“It is billing” takes line 7 out of <{DOC}|the Doc>" in said


class Office:
    """A workspace on a real socket, and learning in it."""

    def __init__(self, serve: Callable[[Starlette], str]) -> None:
        app = create_app(rules_dir=FOLDER, bot_token="xoxb-1", signing_secret="s")
        self.space = app.state.slack
        self.leads = SlackLeads(url=f"{serve(app)}/api/", token="xoxb-1")

    def message(self) -> dict[str, Any]:
        channel = next(one for one in self.space.directory.channels.values() if one.name == "triage")
        (message,) = self.space.timeline(channel)
        return dict(message.as_slack())


@pytest.fixture
def office(serve: Callable[[Starlette], str]) -> Office:
    return Office(serve)


def test_the_question_shows_its_answer_and_has_no_buttons_then(office: Office) -> None:
    asked = office.leads.ask(question(), RULES)
    assert asked is not None
    assert [block["type"] for block in office.message()["blocks"]] == ["section", "section", "section", "actions"]
    for _ in range(2):  # a redelivery
        office.leads.close(json.loads(json.dumps(asked)), "Lena answered: it is billing. Learnt. <!channel>")
    blocks = office.message()["blocks"]
    assert [block["type"] for block in blocks] == ["section", "section", "section", "context"]
    assert blocks[-1]["elements"][0]["text"] == "⚖️ Lena answered: it is billing. Learnt. &lt;!channel&gt;"


def test_a_question_that_somebody_deleted_holds_nothing_up(office: Office) -> None:
    asked = office.leads.ask(question(), RULES)
    assert asked is not None
    office.leads.close({**asked, "ts": "1795424040.000001"}, "Lena answered.")
    office.space.bot_token = "xoxb-2"
    with pytest.raises(NotNow, match="invalid_auth"):
        office.leads.close(asked, "Lena answered.")


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
