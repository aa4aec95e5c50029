"""``ticket-router reread``: which tickets it asks for, what it says, and how it ends."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from cli import log, reread
from cli.main import main

UNREAD = [
    {"ticket_id": "T-1", "why": "the model refuses: AccessDeniedException"},
    {"ticket_id": "T-2", "why": "the 2 model calls of the day are used up"},
]


class Functions:
    """Lambda, as far as it is used."""

    def __init__(self, answer: dict[str, Any], *, failed: bool = False) -> None:
        self.answer, self.failed, self.asked = answer, failed, list[Any]()

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:
        self.asked.append((FunctionName, json.loads(Payload)))
        body = io.BytesIO(json.dumps(self.answer).encode())
        return {"Payload": body, **({"FunctionError": "Unhandled"} if self.failed else {})}


class Stack:
    stage = "prod"

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def client(self, service: str) -> Functions:
        assert service == "lambda"
        return self.functions


def run(
    monkeypatch: pytest.MonkeyPatch, functions: Functions, *words: str, unread: list[dict[str, Any]] = UNREAD
) -> int:
    monkeypatch.setattr(reread, "find_stack", lambda stage: Stack(functions))
    monkeypatch.setattr(reread, "unread_of", lambda stack: unread)
    monkeypatch.setattr("sys.argv", ["ticket-router", "reread", *words])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize(
    ("words", "asked"), [((), []), (("--unread",), []), (("T-2",), ["T-2"]), (("T-2", "T-1"), ["T-2", "T-1"])]
)
def test_it_asks_for_those_that_are_named_and_else_for_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], asked: list[str]
) -> None:
    functions = Functions({"read": ["T-2"], "unread": ["T-1"], "stopped": None})
    assert run(monkeypatch, functions, *words) == 0
    assert functions.asked == [("ticket-router-classifier-prod-reread", {"ticket_ids": asked})]
    assert json.loads(capsys.readouterr().out) == {"read": ["T-2"], "unread": ["T-1"], "stopped": None, "left": 1}


def test_a_model_that_is_still_away_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, Functions({"read": [], "unread": [], "stopped": "ThrottlingException"})) == 1


def test_a_ticket_that_is_not_unread_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    functions = Functions({})
    assert run(monkeypatch, functions, "T-1", "T-9") == 2
    assert "T-9: not unread" in capsys.readouterr().err
    assert functions.asked == []


def test_a_function_that_broke_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, Functions({"errorMessage": "no rules yet"}, failed=True)) == 1
    assert "no rules yet" in capsys.readouterr().err


def test_where_nothing_is_unread_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    functions = Functions({})
    assert run(monkeypatch, functions, unread=[]) == 0
    assert functions.asked == []
    assert json.loads(capsys.readouterr().out)["left"] == 0


def test_for_people_each_ticket_has_a_line_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = {item["ticket_id"]: item for item in UNREAD}
    reread._say({"read": ["T-2"], "unread": ["T-1"], "stopped": None}, known)
    said = capsys.readouterr().out
    assert "T-2  read" in said
    assert "T-1  still unread: the model refuses: AccessDeniedException" in said
    assert "1 of 2 read" in said


def test_tickets_that_wait_for_the_model_stand_first_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [
        {"ticket_id": "T-1", "since": "2026-11-27T08:00:00Z", "why": "ThrottlingException"},
        {"ticket_id": "T-2", "since": "2026-11-27T09:00:00Z", "why": "ReadTimeoutError"},
    ]
    monkeypatch.setattr(log, "query_all", lambda *_, **__: waiting)
    monkeypatch.setattr(log, "events_of", lambda *_: [])

    class Tables:
        def table(self, service: str) -> None:
            assert service == "classifier"

    rows = log.waiting_rows(Tables())  # type: ignore[arg-type]
    assert [(row["ticket_id"], row["state"], row["reasons"]) for row in rows] == [
        ("T-2", "waiting for the model", ["ReadTimeoutError"]),
        ("T-1", "waiting for the model", ["ThrottlingException"]),
    ]
