"""``ticket-router import``: from past tickets to a rules folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.evaluate import model_at
from cli.history import folder
from cli.history.forecast import Forecast, forecast, picture, shown
from cli.history.past import Read, read_files
from cli.history.proposal import Proposal, propose
from cli.lines import write_line
from cli.rules import FILES, read_dir, rules_in
from shared.errors import BadInput

_LEFT_OUT = 8


def import_(
    file: Annotated[list[Path], typer.Argument(help="Exports: CSV, JSON, JSON lines, mbox, Maildir, folder of .eml.")],
    to: Annotated[Path, typer.Option(help="The rules folder: a new one, or with --update one that is there.")],
    update: Annotated[bool, typer.Option("--update", help="Add what the folder lacks; shown as a diff first.")] = False,
    text: Annotated[str | None, typer.Option(help="Column with the customer's words.")] = None,
    subject: Annotated[str | None, typer.Option(help="Column with the subject.")] = None,
    topic: Annotated[str | None, typer.Option(help="Column with the topic it was filed under.")] = None,
    team: Annotated[str | None, typer.Option(help="Column with the team it ended with.")] = None,
    email: Annotated[str | None, typer.Option(help="Column with the customer's address.")] = None,
    examples: Annotated[int, typer.Option(min=1, max=50, help="Examples a topic, at most.")] = 20,
    yes: Annotated[bool, typer.Option("--yes", help="With --update: do not ask.")] = False,
    model_url: Annotated[
        str | None, typer.Option(envvar="MODEL_URL", help="Forecast with this server's model.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Forecast with this model: on Bedrock, or at --model-url.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")] = False,
) -> None:
    """Propose topics, teams and examples from past tickets, and say what to expect of them.

    Exports of Zendesk, Freshdesk, Intercom, Zammad, FreeScout and osTicket are known by their columns. Addresses,
    names, numbers and secrets are taken out. A quarter of the tickets is held out: the forecast is made on those.
    """
    read = read_files(file, {"text": text, "subject": subject, "topic": topic, "team": team, "email": email})
    proposal = propose(read.tickets, examples=examples)
    if not proposal.topics:
        raise BadInput(
            "FILE", "no topic has enough tickets", "Six of one topic are the least; choose --topic or --team"
        )
    files = _files(to, proposal, update=update)
    if update and not as_json:
        print(folder.diff(to, files) or "The folder has all of it already.")
        if not yes and (not sys.stdin.isatty() or not typer.confirm("\nWrite this?")):
            print("Nothing is written (--yes writes).", file=sys.stderr)
            raise typer.Exit(0 if sys.stdin.isatty() else 1)
    folder.write(to, files)
    problems = [f"{problem.place}: {problem.wrong} {problem.cure}" for problem in read_dir(to).problems]
    found = _forecast(to, proposal, model, model_url)
    (to / "forecast.svg").write_text(picture(found), encoding="utf-8")
    if as_json or not sys.stdout.isatty():
        write_line(_as_json(read, proposal, found, problems))
    else:
        print("\n".join(_said(to, read, proposal, found, problems)))


def _files(to: Path, proposal: Proposal, *, update: bool) -> dict[str, str]:
    there = [name for name in FILES if (to / name).exists()]
    if update:
        return folder.with_more(to, proposal, rules_in(to))
    if there:
        raise BadInput("--to", f"{to} has a {there[0]} already", "Name a new folder, or add --update")
    return folder.new_files(proposal)


def _forecast(to: Path, proposal: Proposal, model: str | None, model_url: str | None) -> Forecast:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("forecast"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=len(proposal.held_out))
        return forecast(proposal.held_out, rules_in(to), model_at(model, model_url), lambda: bar.advance(task))


def _said(to: Path, read: Read, proposal: Proposal, found: Forecast, problems: list[str]) -> list[str]:
    number = sum(len(topic.examples) for topic in proposal.topics)
    columns = ", ".join(f"{what} from “{name}”" for what, name in read.columns.items())
    lines = [
        f"{to}: {len(proposal.topics)} topics, {len(proposal.teams)} teams, {number} examples",
        f"from {len(read.tickets):,} tickets ({proposal.duplicates:,} said what another says, {read.empty:,} nothing).",
        *([f"Read: {columns}."] if columns else []),
        "",
        *shown(found),
    ]
    if proposal.left_out:
        named = ", ".join(f"{label} ({count})" for label, count in proposal.left_out.most_common(_LEFT_OUT))
        lines += ["", f"Too few tickets for a topic: {named}"]
    if problems:
        lines += ["", "To look at before it goes live:", *(f"  {one}" for one in problems)]
    return [*lines, "", f"Next: read {to}/guide.md, fill in teams.csv, then ticket-router rules check {to}"]


def _as_json(read: Read, proposal: Proposal, found: Forecast, problems: list[str]) -> dict[str, Any]:
    return {
        "tickets": len(read.tickets), "empty": read.empty, "duplicates": proposal.duplicates, "columns": read.columns,
        "topics": {topic.name: {"team": topic.team, "tickets": topic.tickets, "covers": topic.covers,
                                "examples": len(topic.examples)} for topic in proposal.topics},
        "teams": proposal.teams, "left_out": dict(proposal.left_out), "frequent": dict(proposal.frequent),
        "forecast": {"n": found.n, "routed": round(found.routed_share, 4), "right": found.right_share,
                     "held": round(1 - found.routed_share, 4), "topics": found.topics, "mixed": found.mixed},
        "problems": problems,
    }  # fmt: skip
