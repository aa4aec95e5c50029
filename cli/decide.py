"""``ticket-router decide``: the router's decision in a shell, without AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli.lines import read_lines, write_line
from cli.rules import rules_in
from contracts.ticket_classified import TicketClassifiedData
from services.router.domain import decide_move
from shared.errors import BadInput

_SPELLED = {"email": "mail", "e-mail": "mail", "web": "form"}


def decide(
    rules: Annotated[Path, typer.Option(help="Rules folder: topics.csv, teams.csv and guide.md.", metavar="DIR")],
    as_json: Annotated[bool, typer.Option("--json", help="As without it: one JSON move a line.")] = True,  # noqa: ARG001
) -> None:
    """Read {"ticket", "reading"} objects (the data of TicketClassified) from stdin, print the move a line.

    What a hand-written line leaves out (ticket id, time of arrival, confidence) is filled in.
    """
    in_force = rules_in(rules)
    for number, line in read_lines():
        data = classified(line, number)
        write_line(decide_move(data.ticket, data.reading, in_force).model_dump(mode="json"))


def classified(line: dict[str, Any], number: int) -> TicketClassifiedData:
    """The line as TicketClassified's data. Raises BadInput naming the line and the field."""
    for wrapping in ("detail", "data"):  # the event as EventBridge delivers it, or the envelope alone
        line = _part(line, wrapping, number) if wrapping in line else line
    ticket, reading = _part(line, "ticket", number), _part(line, "reading", number)
    filled = {
        "ticket_id": ticket.get("id") or f"line-{number}",
        "received_at": datetime.now(UTC),
        "customer": {},
        **ticket,
        "source": _SPELLED.get(str(ticket.get("source", "mail")).casefold(), ticket.get("source", "mail")),
    }
    read = {"topic": None, "urgency": "medium", "tone": "calm", "confidence": 1.0, **reading}
    try:
        return TicketClassifiedData.model_validate({"ticket": filled, "reading": read})
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"]))
        raise BadInput(
            f"line {number}, {field}", fault["msg"], "See contracts/schemas/TicketClassified.v1.json"
        ) from None


def _part(line: dict[str, Any], name: str, number: int) -> dict[str, Any]:
    part = line.get(name)
    if not isinstance(part, dict):
        raise BadInput(f"line {number}, {name}", "is missing", 'Each line is {"ticket": {…}, "reading": {…}}')
    return part
