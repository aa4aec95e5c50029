"""``decide``: the move for each line, and the line that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.decide import decide
from shared.errors import BadInput

SAMPLE = Path(__file__).resolve().parents[2] / "rules"
app = typer.Typer()
app.command()(decide)


def line(*, topic: str | None = "billing", email: str = "jo@shop.example", **reading: Any) -> dict[str, Any]:
    ticket = {"text": "Where is the March invoice?", "customer": {"email": email}}
    return {"ticket": ticket, "reading": {"topic": topic} | reading}


def moves(*lines: object) -> list[tuple[str, str, str]]:
    said = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines)
    result = CliRunner().invoke(app, ["--rules", str(SAMPLE)], input=said, catch_exceptions=False)
    return [
        (move["kind"], move["team"], move["position"]) for move in map(json.loads, result.stdout.strip().splitlines())
    ]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: one,
        lambda one: {"metadata": {}, "data": one},
        lambda one: {"detail-type": "TicketClassified", "detail": {"data": one}},
    ],
)
def test_a_line_may_be_the_data_the_envelope_or_the_whole_event(wrapped: Any) -> None:
    assert moves(wrapped(line())) == [("route", "finance", "normal")]


def test_what_decides() -> None:
    assert moves(
        line(topic=None),
        line(topic="shipping"),
        line(confidence=0.2),
        line(urgency="high", tone="angry"),
        line(email="jo@globex.example"),
        line(email="jo@globex.example", topic=None),
        line(email="jo@evil-globex.example", topic=None),
    ) == [
        ("hold", "triage", "normal"),
        ("hold", "triage", "normal"),
        ("hold", "triage", "normal"),
        ("escalate", "finance", "top"),
        ("priority", "engineering", "top"),
        ("priority", "engineering", "top"),
        ("hold", "triage", "normal"),
    ]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("nonsense", "line 2: not JSON"),
        ("[]", "line 2: not a JSON object"),
        ('{"data": []}', "line 2, data"),
        ('{"ticket": {"text": "x"}}', "line 2, reading: is missing"),
        (json.dumps(line(urgency="sometimes")), "line 2, reading.urgency"),
    ],
)
def test_a_line_that_is_none_is_named(bad: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        moves(line(), bad)
