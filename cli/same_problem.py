"""``ticket-router same-problem``: whether two tickets of one customer would end as one, and by what."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.evaluate import model_at
from cli.lines import read_lines, write_line
from shared.errors import BadInput


def same_problem(
    model_url: Annotated[str | None, typer.Option(envvar="MODEL_URL", help="An OpenAI-compatible base URL.")] = None,
    model: Annotated[str | None, typer.Option(help="Model id: on Bedrock, or at --model-url.")] = None,
    _: Annotated[bool, typer.Option("--json", help="JSON lines, as always.")] = False,
) -> None:
    """Read pairs of tickets from stdin, one JSON object a line; print whether each pair is one problem.

    Through what intake and the reading would do; the offline reader answers unless --model-url or --model is given.
    """
    from evaluation.intake.path import judge

    reader = model_at(model, model_url)
    for number, pair in read_lines():
        judged = judge(_side(pair, "a", number), _side(pair, "b", number), reader)
        write_line({"same": judged.same, "score": float(judged.same), "by": judged.by})


def _side(pair: dict[str, Any], side: str, number: int) -> tuple[str, str]:
    ticket = pair.get(side)
    if not isinstance(ticket, dict):
        missing = "is missing" if side not in pair else "is not an object"
        raise BadInput(f"line {number}, {side}", missing, f'Write "{side}": {{"subject": "…", "text": "…"}}.')
    return _said(ticket, side, "subject", number), _said(ticket, side, "text", number)


def _said(ticket: dict[str, Any], side: str, name: str, number: int) -> str:
    said = ticket.get(name)
    if not isinstance(said, str | None):
        raise BadInput(f"line {number}, {side}.{name}", "is not text", "Send it as a string, or leave it out.")
    return said or ""
