"""``ticket-router rules``: read a rules folder the way learning does, before it goes live."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from contracts.rules import Rules
from services.learning.domain import Folder, Pages, lines_of, read_folder
from shared.errors import BadInput

FILES = ("topics.csv", "teams.csv", "guide.md")
"""The Sheet's two tabs and the Doc, as files."""

app = typer.Typer(help="Check a rules folder, or try it on the logged tickets.", no_args_is_help=True)


@app.command("check")
def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of topics.csv, teams.csv and guide.md.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a problem.")] = False,
) -> None:
    """Name every problem with its place and cure. Exit code 2 when one of them would keep the rules from going live."""
    folder = read_dir(directory)
    for problem in folder.problems:
        if as_json:
            print(json.dumps(problem.as_dict(), ensure_ascii=False))
        else:
            print(f"{'fatal' if problem.fatal else 'note '}  {problem}")
            print(f"       {problem.document}: {problem.quote}" if problem.quote else f"       {problem.document}")
    if not as_json:
        print(_summary(folder), file=sys.stderr)
    if folder.draft is None:
        raise typer.Exit(2)


def read_dir(directory: Path) -> Folder:
    """Read the folder's three files. Raises BadInput when the folder or a file is not there or not UTF-8 text."""
    if not directory.is_dir():
        raise BadInput(str(directory), "there is no such folder", f"Name a folder with {', '.join(FILES)}")
    topics, teams, guide = (_text(directory / name) for name in FILES)
    return read_folder(Pages(topics=_rows(topics), teams=_rows(teams), guide=lines_of(guide)))


def rules_in(directory: Path) -> Rules:
    """The rules of a folder, as revision 1. Raises BadInput naming the first fatal problem when there are none."""
    folder = read_dir(directory)
    if folder.draft is None:
        fatal = next(problem for problem in folder.problems if problem.fatal)
        raise BadInput(fatal.place, fatal.wrong.rstrip("."), fatal.cure)
    return folder.draft.as_rules(revision=1, published_at=datetime.now(UTC))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(str(path), "there is no such file", f"A rules folder has {', '.join(FILES)}") from None
    except (UnicodeDecodeError, OSError) as error:
        raise BadInput(str(path), f"it cannot be read ({error})", "Save it as UTF-8 text") from None


def _rows(text: str) -> list[list[str]]:
    # A NUL or a stray quote must not end in a traceback: csv reads what it can, the reader reports the rest.
    return list(csv.reader(text.replace("\0", "").splitlines(keepends=True)))


def _summary(folder: Folder) -> str:
    fatal = sum(problem.fatal for problem in folder.problems)
    if fatal:
        return f"{len(folder.problems)} problems, {fatal} fatal: the last good rules would stay in force."
    draft = folder.draft
    assert draft is not None
    what = f"{len(draft.topics)} topics, {len(draft.teams)} teams, {len(draft.priority_rules)} priority rules"
    notes = f"{len(folder.problems)} lines left out" if folder.problems else "no problems"
    return f"{what}, {len(draft.vips)} VIPs, {len(draft.examples)} examples; {notes}."
