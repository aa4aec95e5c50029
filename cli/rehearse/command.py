"""``ticket-router rehearse``: where would each of these mails go, and why?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.evaluate import model_at
from cli.lines import write_line
from cli.mailboxes import mails_in
from cli.rehearse.stage import Played, play
from cli.rules import rules_in
from services.classifier.domain.models import OFFLINE, cost_usd, facts
from shared.errors import BadInput

_TOKENS = (700, 60)
"""What a mail of some length costs the model, in and out (docs/reading.md): for the estimate beforehand."""


def rehearse(
    path: Annotated[Path, typer.Argument(help="An mbox, a Maildir, a folder of .eml, or one .eml.")],
    rules: Annotated[Path, typer.Option(help="Rules folder: topics.csv, teams.csv, guide.md.")] = Path("rules"),
    limit: Annotated[int, typer.Option(min=1, help="At most so many mails.")] = 200,
    ours: Annotated[
        list[str] | None,
        typer.Option("--ours", help="An address that support mail comes to, such as help@shop.example"),
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="File for a picture (.png or .svg).")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a model is paid for.")] = False,
    model_url: Annotated[str | None, typer.Option(envvar="MODEL_URL", help="An OpenAI-compatible base URL.")] = None,
    model: Annotated[str | None, typer.Option(help="Model id: on Bedrock, or at --model-url.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a mail (also in a pipe).")] = False,
) -> None:
    """Play a mailbox through parsing, folding, reading and the move: where each mail would go, doubtful ones first.

    Nothing is sent, handed off or kept. The offline reader reads unless a model is named; then the cost is said first.
    """
    mails, in_force = list(islice(mails_in(path), limit)), rules_in(rules)
    _ask(len(mails), model or model_url or OFFLINE, yes=yes)
    reader = model_at(model, model_url)
    with _bar(len(mails)) as step:
        played = [step(one) for one in play(mails, rules=in_force, model=reader, ours=tuple(ours or ()))]
    played.sort(key=lambda one: one.doubt)
    if picture:
        _draw(picture, played)
    if as_json or not sys.stdout.isatty():
        for one in played:
            write_line(_as_json(one))
    else:
        _print(played)


def _ask(number: int, model: str, *, yes: bool) -> None:
    if model == OFFLINE or not facts(model).usd_per_million_in:
        print(f"{number} mails, read by {model}: no bill for that is known here", file=sys.stderr)
        return
    dollars = number * cost_usd(model, *_TOKENS)
    print(f"{number} mails, read by {model}: about ${dollars:.2f}", file=sys.stderr)
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("--yes", "nobody is here to be asked", "Add --yes")
    if not typer.confirm("Go on?"):
        raise typer.Exit(1)


class _bar:
    """A progress bar on stderr; calling it advances and hands its argument on."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self._bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> _bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, one: Played) -> Played:
        self._bar.advance(self._task)
        return one


def _print(played: list[Played]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    for name, ratio, folds in (("mail", 3, False), ("would be", None, False), ("team", None, False), ("why", 5, True)):
        table.add_column(name, ratio=ratio, overflow="fold" if folds else "ellipsis", no_wrap=not folds)
    for one in played:
        subject = one.ticket.subject or one.ticket.text[:60] if one.ticket else one.where
        would = one.move.kind if one.move else one.became
        table.add_row(*map(escape, (subject, would, one.move.team if one.move else "", _why(one))))
    console.print(table)
    console.print(_summary(played), markup=False)


def _why(one: Played) -> str:
    chance = ""
    if one.move and one.reading and one.reading.topic and one.move.kind != "hold":
        chance = f"{one.reading.topic} ({one.reading.confidence:.0%}), {one.reading.urgency}, {one.reading.tone}: "
    return chance + "; ".join(reason for reason in one.why if not reason.startswith("Rules revision"))


def _summary(played: list[Played]) -> str:
    counted = Counter(one.move.kind if one.move else one.became for one in played)
    return f"{len(played)} mails: " + ", ".join(f"{number} {kind}" for kind, number in counted.most_common())


def _draw(file: Path, played: list[Played]) -> None:
    """The picture of the digest, of these mails."""
    from datetime import UTC, datetime, timedelta
    from zoneinfo import ZoneInfo

    from services.dispatch.adapters.picture import png
    from services.dispatch.domain.reports.figures import figures
    from services.dispatch.domain.reports.period import since
    from services.dispatch.domain.reports.picture import draw

    at = datetime.now(UTC)
    period = since(at - timedelta(minutes=1), at + timedelta(minutes=1), ZoneInfo("UTC"))
    found = replace(figures(_rows(played, at), [], period, now=at), waits={})
    drawn = draw(period, found, title="Rehearsal", said=_summary(played))
    if file.suffix.casefold() == ".png":
        file.write_bytes(png(drawn))
    else:
        file.write_text(drawn, encoding="utf-8")


def _rows(played: list[Played], at: Any) -> Iterator[dict[str, Any]]:
    from contracts.envelope import Metadata
    from services.dispatch.domain.life.handoff import HandOff
    from services.dispatch.domain.row import row_of

    for number, one in enumerate(played):
        if one.ticket and one.move:
            cause = Metadata(
                event_id=f"{number}", version=1, correlation_id=one.ticket.ticket_id, causation_id=None, occurred_at=at
            )
            ticket = one.ticket.model_copy(update={"received_at": at})
            yield row_of(HandOff(ticket=ticket, reading=one.reading, move=one.move, cause=cause))


def _as_json(one: Played) -> dict[str, Any]:
    ticket, reading, move = one.ticket, one.reading, one.move
    return {
        "where": one.where,
        "became": one.became,
        "subject": ticket.subject if ticket else None,
        "customer": ticket.customer.model_dump(mode="json") if ticket else None,
        "topic": reading.topic if reading else None,
        "confidence": reading.confidence if reading else None,
        "urgency": reading.urgency if reading else None,
        "tone": reading.tone if reading else None,
        "move": move.kind if move else None,
        "team": move.team if move else None,
        "why": list(one.why),
    }
