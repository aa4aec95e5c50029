"""``ticket-router eval``: what it takes, what it prints, and what it says when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.evaluate import tickets_in
from cli.main import main
from evaluation.measure import summary
from evaluation.reading import GIVE_UP_AFTER, TRIES, Labelled, Prediction, read_all
from evaluation.sheet import rules_of
from services.classifier.domain.answer import Answer, Refused
from services.classifier.domain.models import OFFLINE
from services.classifier.domain.prompt import Prompt
from shared.errors import NotNow

TICKETS = [
    {"text": "I forgot my password and cannot get in", "topic": "login", "tone": "calm", "urgency": "medium"},
    {"text": "Where is the invoice for May?", "topic": "billing", "tone": "calm", "urgency": "low"},
    {"text": "What is the weather like in Oslo?", "topic": None},
    {"text": "hi", "topic": None},
]
EXAMPLES = [
    {"text": "My password is not accepted", "topic": "login"},
    {"text": "I forgot my password", "topic": "login"},
    {"text": "Please send the invoice for March", "topic": "billing"},
    {"text": "Where do I find my invoice?", "topic": "billing"},
]
KEYS = [
    "n",
    "accuracy",
    "coverage",
    "routed_precision",
    "hold_recall",
    "tone_f1_angry",
    "urgency_f1_high",
    "tokens_in_mean",
    "tokens_out_mean",
    "cost_usd_per_1000",
    "ms_mean",
]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    tickets, examples, topics = tmp_path / "t.jsonl", tmp_path / "e.jsonl", tmp_path / "topics.csv"
    tickets.write_text("".join(json.dumps(row) + "\n" for row in TICKETS))
    examples.write_text("".join(json.dumps(row) + "\n" for row in EXAMPLES))
    topics.write_text('topic,what it covers,team\nlogin,cannot sign in,support\nbilling,"invoices, payments",finance\n')
    return {"tickets": tickets, "examples": examples, "topics": topics, "predictions": tmp_path / "p.jsonl"}


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.delenv("MODEL_URL", raising=False)
    monkeypatch.setattr("sys.argv", ["ticket-router", "eval", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 1
    return dict(json.loads(lines[0]))


def test_it_prints_one_summary_and_writes_one_prediction_a_ticket(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (files["tickets"], "--examples", files["examples"], "--topics", files["topics"])
    assert run(monkeypatch, *words, "--predictions", files["predictions"]) == 0
    found = printed(capsys)
    assert list(found)[: len(KEYS)] == KEYS
    assert (found["n"], found["accuracy"], found["hold_recall"]) == (4, 1.0, 1.0)
    said = [json.loads(line) for line in files["predictions"].read_text().splitlines()]
    assert [each["guess"] for each in said[:2]] == ["login", "billing"]
    assert [each["held"] for each in said[2:]] == [True, True]
    fields = {"guess", "held", "confidence", "tone", "urgency", "tokens_in", "tokens_out", "ms"}
    assert set(said[0]) == fields | {"said", "outcome", "unread", "absent"}
    assert (found["accuracy_as_said"], found["unread"], found["unread_because"]) == (1.0, 0, {})


def test_topics_come_from_the_examples_when_nobody_gives_them(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, files["tickets"], "--examples", files["examples"], "--limit", 2) == 0
    assert printed(capsys)["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "no tickets"),
        ("{", "line 1"),
        ('{"topic": "a"}', "line 1, text"),
        ('{"text": "a"}\n{"text": "b", "topic": 7}', "line 2, topic"),
        ('{"text": "a", "tone": "cross"}', "line 1, tone"),
    ],
)
def test_bad_tickets_are_named_by_line_and_field(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, names: str
) -> None:
    files["tickets"].write_text(text)
    assert run(monkeypatch, files["tickets"], "--examples", files["examples"]) == 2
    assert names in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--examples", "--topics"])
def test_a_file_that_is_not_there_is_said(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert run(monkeypatch, files["tickets"], option, "nowhere.txt") == 2
    assert "nowhere.txt" in capsys.readouterr().err


def test_a_sheet_without_topics_is_refused(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files["topics"].write_text("name,team\nx,y\n")
    assert run(monkeypatch, files["tickets"], "--topics", files["topics"]) == 2
    assert "topic" in capsys.readouterr().err


def test_what_cannot_be_written_is_said_before_anything_is_read(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cli.evaluate._run", lambda *_: pytest.fail("it began to read"))
    assert run(monkeypatch, files["tickets"], "--predictions", "/nowhere/p.jsonl", "--topics", files["topics"]) == 2
    assert "/nowhere/p.jsonl" in capsys.readouterr().err


def test_a_topic_that_stands_twice_and_a_line_without_one_are_said(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files["topics"].write_text("topic,what it covers\nlogin,cannot sign in\nbilling,invoices\nLogin,again\n")
    files["tickets"].write_text('{"text": "hi"}\n\n{"text": "hello", "topic": null}\n')
    assert run(monkeypatch, files["tickets"], "--topics", files["topics"]) == 0
    said = capsys.readouterr()
    assert "line 4: Login is there already" in said.err
    assert "1 lines have no topic" in said.err
    assert json.loads(said.out)["n"] == 2


class Model:
    """Says or raises what it is told to, ticket after ticket."""

    name = "some.model"

    def __init__(self, *answers: object) -> None:
        self.answers, self.calls = list(answers), 0

    def ask(self, prompt: Prompt) -> Answer:
        self.calls += 1
        said = self.answers[min(self.calls, len(self.answers)) - 1]
        if isinstance(said, Exception):
            raise said
        return Answer(said, tokens_in=600, tokens_out=50, latency_ms=10)


SAID = {"topic": "login", "second": "billing", "urgency": "low", "tone": "calm", "confidence": 0.9, "why": "x"}


@pytest.mark.parametrize(
    ("answers", "code", "unread", "why"),
    [
        ((SAID,), 0, 0, None),
        ((NotNow("nobody answers at http://127.0.0.1:9/v1"),), 1, 3, "nobody answers"),
        ((Refused("it answered 404: model not found"),), 1, 3, "404"),
        ((None,), 1, 3, "no usable tool call"),
        ((SAID, None, None, SAID), 0, 1, "no usable tool call"),
        ((SAID, Refused("AccessDeniedException"), SAID), 1, 1, "AccessDenied"),
    ],
    ids=["all read", "dead", "refusing", "never usable", "one unusable", "one refused"],
)
def test_what_was_not_read_is_counted_with_the_reason_and_no_figure_hides_it(
    files: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answers: tuple[object, ...],
    code: int,
    unread: int,
    why: str | None,
) -> None:
    monkeypatch.setattr("cli.evaluate._model", lambda *_: Model(*answers))
    monkeypatch.setattr("cli.evaluate.WORKERS", 1)
    words = (files["tickets"], "--examples", files["examples"], "--topics", files["topics"])
    assert run(monkeypatch, *words, "--predictions", files["predictions"]) == code
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert (found["n"], found["unread"], sum(found["unread_because"].values())) == (4, unread, unread)
    if why is not None:
        assert why in next(iter(found["unread_because"]))
        assert f"some.model: {unread} of 4 tickets could not be read" in said.err
        assert why in said.err
    if unread == 3:
        assert (found["accuracy_as_said"], found["calibration_error"]) == (None, 0.0)


def test_tokens_of_answers_that_could_not_be_used_are_counted(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cli.evaluate._model", lambda *_: Model(None))
    run(monkeypatch, files["tickets"], "--examples", files["examples"], "--limit", 1)
    assert json.loads(capsys.readouterr().out)["tokens_in_mean"] == 1200


def test_a_dead_endpoint_is_not_asked_for_every_ticket(tmp_path: Path) -> None:
    model = Model(NotNow("no answer within 60 s"))
    tickets = [Labelled(f"ticket number {letter * 9}", "login") for letter in "abcdefghijklmnopqrst"]
    said = list(read_all(tickets, rules_of({"login": ""}, []), model))
    assert model.calls == TRIES * GIVE_UP_AFTER
    assert [each.unread for each in said] == ["no answer within 60 s"] * 20


def test_a_topic_that_the_model_did_not_name_is_a_guess_and_not_what_it_said(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The nearest by words stands in for it: that is our accuracy, and not the model's."""
    monkeypatch.setattr("cli.evaluate._model", lambda *_: Model({**SAID, "topic": "passwords", "second": "x"}))
    run(monkeypatch, files["tickets"], "--examples", files["examples"], "--limit", 2)
    found = json.loads(capsys.readouterr().out)
    assert (found["accuracy"], found["accuracy_as_said"]) == (1.0, 0.0)


def test_an_endpoint_where_nobody_is_ends_at_once_with_a_summary_that_says_so(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (files["tickets"], "--examples", files["examples"], "--model-url", "http://127.0.0.1:9")
    assert run(monkeypatch, *words) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["unread"] == 3
    assert "nobody answers at http://127.0.0.1:9/v1" in said.err


def prediction(guess: str | None, *, held: bool, tone: str = "calm", urgency: str = "low") -> Prediction:
    return Prediction(guess, held, 0.9, tone, urgency, 600, 50, 10)


def test_the_figures_mean_what_they_say() -> None:
    tickets = [Labelled("a", "x", "angry", "high"), Labelled("b", "x"), Labelled("c", "y"), Labelled("d", None)]
    said = [
        prediction("X", held=False, tone="angry", urgency="low"),
        prediction("x", held=True),
        prediction("x", held=False),
        prediction("y", held=False),
    ]
    found = summary(tickets, said, OFFLINE)
    assert found["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert (found["coverage"], found["hold_recall"]) == (0.75, 0.0)
    assert found["routed_precision"] == pytest.approx(1 / 3, abs=1e-4)
    assert (found["tone_f1_angry"], found["urgency_f1_high"]) == (1.0, 0.0)


def test_a_share_of_nothing_is_null() -> None:
    found = summary([Labelled("a", None)], [prediction(None, held=True)], OFFLINE)
    assert (found["accuracy"], found["routed_precision"], found["tone_f1_angry"]) == (None, None, None)


def test_the_projects_own_set_is_what_the_page_says() -> None:
    folder = Path(__file__).resolve().parents[2] / "evaluation" / "shop"
    halves = [tickets_in(folder / name) for name in ("tuned.jsonl", "reported.jsonl")]
    assert sum(map(len, halves)) == 300
    assert not {ticket.text for ticket in halves[0]} & {ticket.text for ticket in halves[1]}
    kinds = [json.loads(line)["kind"] for name in ("tuned", "reported") for line in (folder / f"{name}.jsonl").open()]
    assert (kinds.count("must hold"), kinds.count("hostile")) == (60, 40)
