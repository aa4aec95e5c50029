"""Pairs on stdin, one judgement a line; a line that is no pair is named with the field that is wrong."""

from __future__ import annotations

import io
import json

import pytest

from cli.same_problem import same_problem
from shared.errors import BadInput

PAIR = {"a": {"subject": "Export", "text": "The export is broken."}, "b": {"subject": None, "text": "export broken"}}


def judged(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: str) -> list[dict[str, object]]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    same_problem()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_judgement_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    other = {"a": PAIR["a"], "b": {"text": "Please send the March invoice"}}
    first, second = judged(monkeypatch, capsys, json.dumps(PAIR), "", json.dumps(other))
    assert (first["same"], second["same"]) == (True, False)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("nope", "line 2"),
        ("[1]", "line 2"),
        ("[" * 100_000, "line 2"),
        (json.dumps({"a": PAIR["a"]}), "line 2, b"),
        (json.dumps({"a": "The export is broken.", "b": PAIR["b"]}), "line 2, a"),
        (json.dumps({"a": {"subject": 1}, "b": PAIR["b"]}), "line 2, a.subject"),
        (json.dumps({"a": PAIR["a"], "b": {"text": ["x"]}}), "line 2, b.text"),
    ],
)
def test_a_line_that_is_no_pair_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, field: str
) -> None:
    with pytest.raises(BadInput) as wrong:
        judged(monkeypatch, capsys, json.dumps(PAIR), line)
    assert wrong.value.field == field
