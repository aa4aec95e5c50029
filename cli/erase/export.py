"""``ticket-router export``: all that is kept of a customer, in a folder to hand out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.erase.everywhere import Everywhere
from cli.erase.forget import progress
from cli.erase.found import Found
from cli.erase.who import Who
from cli.lines import write_line
from shared.errors import BadInput

_ABOUT = """What is kept of {who}.

{parts}

Tables, Slack, Doc and dead letters as JSON, one file a place; mails, forms, chats and files as they came in.
"""


def export(
    customer: Annotated[
        list[str], typer.Argument(help="Addresses or chat handles of one customer, or single tickets' numbers.")
    ],
    to: Annotated[Path, typer.Option(help="A new or empty folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Hand out all that is kept of a customer. Nothing is changed; tickets of others that name them are left out."""
    who = Who.of(customer)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BadInput("--to", f"{to} is there already and not empty", "Name a new folder")
    there = Everywhere.of(stage)
    with progress("Looking everywhere") as seen:
        traces = there.traces_of(who, seen)
        found = {name: [one for one in some if not one.of_another] for name, some in there.find(traces, seen).items()}
    written = {name: len(some) for name, some in found.items() if some}
    for name, some in found.items():
        _write(to, name, some)
    if written:
        parts = "\n".join(f"  {name:<28}{number:>5}" for name, number in written.items())
        (to / "ABOUT.txt").write_text(_ABOUT.format(who=who, parts=parts), encoding="utf-8")
    if as_json:
        write_line({"tickets": sorted(traces.tickets), "written": written, "to": str(to)})
    elif written:
        print(f"{to}: {len(traces.tickets)} ticket(s), {sum(written.values())} things of {who}. See {to / 'ABOUT.txt'}")
    else:
        print(f"Nothing is kept of {who}.")


def _write(folder: Path, name: str, found: list[Found]) -> None:
    if not found:
        return
    folder.mkdir(parents=True, exist_ok=True)
    plain = [one for one in found if not isinstance(one.content, bytes)]
    if plain:
        said: list[dict[str, Any]] = [{"what": one.what, "where": one.where, "content": one.content} for one in plain]
        file = folder / f"{name.replace(' ', '-')}.json"
        file.write_text(json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    for one in found:
        if isinstance(one.content, bytes):
            file = folder / name.replace(" ", "-") / re.sub(r"[^\w./-]", "_", one.key).lstrip("/.").replace("..", "_")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(one.content)
