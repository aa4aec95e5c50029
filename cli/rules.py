"""``ticket-router rules``: read a rules folder the way learning does, before it goes live."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli.lines import read_lines, write_line
from cli.replay import Change, replay
from cli.stack import Stack, find_stack
from contracts.rules import RULES_KEY, Rules
from contracts.ticket import Reading, Ticket
from contracts.ticket_classified import TicketClassifiedData
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.life.handoff import HandOff
from services.learning.domain import Folder, Pages, lines_of, read_folder
from shared.errors import BadInput

FILES = ("topics.csv", "teams.csv", "guide.md")
"""The Sheet's two tabs and the Doc, as files."""

_BATCH = 100
"""DynamoDB ``BatchGetItem``: at most 100 items a call."""

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


@app.command("try")
def try_rules(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of topics.csv, teams.csv and guide.md.")],
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest tickets of the log.")] = 1000,
    log: Annotated[
        Path | None, typer.Option(help='JSON lines {"ticket", "reading"} instead of the log of a stack.')
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Compare with this folder instead of the rules in force.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a ticket.")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Replay the logged tickets against the rules in DIR: every ticket that would move, before and after, and why."""
    after = rules_in(directory)
    stack = find_stack(stage) if log is None or against is None else None
    before = rules_in(against) if against else in_force(stack)
    tickets = list(from_lines(log) if log else from_log(stack, limit=limit))
    changed = replay(tickets, before=before, after=after)
    for change in changed:
        if as_json:
            write_line(change.as_dict())
        else:
            _print_change(change)
    print(f"{len(changed)} of {len(tickets)} tickets would move.", *not_replayed(before, after), file=sys.stderr)


def in_force(stack: Stack | None) -> Rules:
    """The rules that a stack has published. Raises BadInput when it has none yet."""
    if stack is None:
        raise ValueError("no stack to ask")
    bucket = stack.bucket("rules")
    s3 = stack.client("s3")
    try:
        return Rules.model_validate_json(s3.get_object(Bucket=bucket, Key=RULES_KEY)["Body"].read())
    except s3.exceptions.NoSuchKey:
        raise BadInput("rules", f"stage {stack.stage} has published none yet", "Name a folder with --against") from None


def from_log(stack: Stack | None, *, limit: int) -> Iterator[tuple[Ticket, Reading]]:
    """The newest tickets of the hand-off log with their readings; copies were never read."""
    if stack is None:
        raise ValueError("no stack to ask")
    table = stack.table("dispatch")
    ids = [row["ticket_id"] for row in HandOffLog(table).newest(limit=limit)]
    for start in range(0, len(ids), _BATCH):
        keys = [{"pk": f"ticket#{ticket_id}", "sk": "ticket"} for ticket_id in ids[start : start + _BATCH]]
        wanted: dict[str, Any] = {table.name: {"Keys": keys, "ProjectionExpression": "handoff"}}
        while wanted:  # DynamoDB may leave some for the next call
            answer = table.meta.client.batch_get_item(RequestItems=wanted)
            for item in answer["Responses"].get(table.name, ()):
                handoff = HandOff.model_validate_json(item["handoff"])
                if handoff.reading:
                    yield handoff.ticket, handoff.reading
            wanted = answer.get("UnprocessedKeys") or {}


def from_lines(path: Path) -> Iterator[tuple[Ticket, Reading]]:
    """Tickets and readings from a file, one TicketClassified's data a line. Raises BadInput naming the line."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in read_lines(lines):
                try:
                    data = TicketClassifiedData.model_validate(line.get("data", line))
                except ValidationError as error:
                    fault = error.errors()[0]
                    where = f"line {number}, {'.'.join(map(str, fault['loc']))}"
                    raise BadInput(where, fault["msg"], "See contracts/schemas/TicketClassified.v1.json") from None
                yield data.ticket, data.reading
    except OSError as error:
        raise BadInput("--log", f"{path} cannot be read ({error.strerror})", "Name a file of JSON lines") from error


def _print_change(change: Change) -> None:
    ticket = change.ticket
    who = ticket.customer.email or ticket.customer.name or ticket.customer.handle or ""
    print(f"{ticket.ticket_id}  {who}  {ticket.subject or ticket.text[:60]}")
    for word, move in (("before", change.before), ("after ", change.after)):
        top = ", on top" if move.position == "top" else ""
        pinged = f", pings {', '.join(ping.who for ping in move.pings)}" if move.pings else ""
        print(f"  {word}  {move.kind} → {move.team}{top}{pinged}")
        print(f"          {' · '.join(move.reasons[:-1])}")


def not_replayed(before: Rules, after: Rules) -> list[str]:
    """What a replay cannot show, in words: other examples and topics make the model read otherwise."""
    old, new = ({(example.topic, example.text) for example in rules.examples} for rules in (before, after))
    topics = {(topic.name, topic.covers) for topic in before.topics} ^ {(t.name, t.covers) for t in after.topics}
    said = []
    if count := len(old ^ new):
        said.append(f"{count} example{'s differ' if count > 1 else ' differs'}")
    if topics:
        names = {name for name, _ in topics}
        said.append(f"{len(names)} topic{'s are' if len(names) > 1 else ' is'} new, gone or described anew")
    return [f"({' and '.join(said)}: what the model would read then shows only with the next tickets.)"] if said else []


def read_dir(directory: Path) -> Folder:
    """Read the folder's three files. Raises BadInput when the folder or a file is not there or not UTF-8 text."""
    if not directory.is_dir():
        raise BadInput(str(directory), "there is no such folder", f"Name a folder with {', '.join(FILES)}")
    topics, teams = (_rows(directory / name) for name in FILES[:2])
    return read_folder(Pages(topics=topics, teams=teams, guide=lines_of(_text(directory / FILES[2]))))


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


def _rows(path: Path) -> list[list[str]]:
    try:
        text = _text(path).replace("\0", "")
        # Where the comma is the decimal mark, spreadsheets part the cells by something else.
        delimiter = max(",;\t", key=text.lstrip().partition("\n")[0].count)
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error as error:
        raise BadInput(
            str(path), f"it is no CSV ({error})", "Look for a quotation mark that is never closed"
        ) from error


def _summary(folder: Folder) -> str:
    fatal = sum(problem.fatal for problem in folder.problems)
    if fatal:
        return f"{len(folder.problems)} problems, {fatal} fatal: the last good rules would stay in force."
    draft = folder.draft
    assert draft is not None
    what = f"{len(draft.topics)} topics, {len(draft.teams)} teams, {len(draft.priority_rules)} priority rules"
    stay = sum(problem.stays for problem in folder.problems)
    counts = {"left out": len(folder.problems) - stay, "in force that nobody can tell from another": stay}
    notes = ", ".join(f"{n} line{'s' * (n > 1)} {what_of}" for what_of, n in counts.items() if n) or "no problems"
    return f"{what}, {len(draft.vips)} VIPs, {len(draft.examples)} examples; {notes}."
