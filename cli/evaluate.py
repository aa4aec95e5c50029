"""``ticket-router eval``: how well tickets are read, on anybody's own labelled ones, with any model."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.lines import read_lines
from cli.rules import rules_in
from contracts.rules import Rules
from shared.errors import BadInput

if TYPE_CHECKING:
    from evaluation.reading import Labelled, Prediction
    from services.classifier.app import Model

_COVERS = ("what it covers", "covers", "description")
REASONS_SAID = 5
WORKERS = 4
"""How many tickets a model elsewhere is asked about at once."""
_TONES, _URGENCIES = ("calm", "confused", "angry"), ("low", "medium", "high")


def eval_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help='Tickets: {"text", "topic", "urgency"?, "tone"?}.')
    ],
    examples: Annotated[Path | None, typer.Option(help='Labelled examples: {"text", "topic"} a line.')] = None,
    topics: Annotated[Path | None, typer.Option(help="CSV with the columns topic and what it covers.")] = None,
    rules: Annotated[Path, typer.Option(help="Rules folder for whatever --examples and --topics leave out.")] = Path(
        "rules"
    ),
    limit: Annotated[int | None, typer.Option(min=1, help="Read only the first so many tickets.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="Write one JSON line a ticket here.")] = None,
    target: Annotated[float | None, typer.Option(help="Share of routed tickets that should be right (0.95).")] = None,
    model_url: Annotated[str | None, typer.Option(envvar="MODEL_URL", help="An OpenAI-compatible base URL.")] = None,
    model: Annotated[str | None, typer.Option(help="Model id: on Bedrock, or at --model-url.")] = None,
    against: Annotated[
        str | None, typer.Option(help="A second model id, or offline: what would a switch change?")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As without it: one JSON object.")] = True,  # noqa: ARG001
) -> None:
    """Read labelled tickets with the classifier's own code and print one JSON summary.

    Without --model and --model-url the offline reader answers; with --model alone Bedrock does, on your AWS profile.
    A ticket's topic is null when it should be held.
    """
    tickets = tickets_in(file)[:limit]
    if not tickets:
        raise BadInput(str(file), "there are no tickets in it", 'Give lines like {"text": "…", "topic": "billing"}')
    in_force = _rules(rules, topics, examples, target)
    _warn_of_strangers(tickets, in_force)
    _write(predictions, [])  # a file that cannot be written is said now, not after an hour of reading
    first = _run(tickets, in_force, _model(model, model_url))
    _write(predictions, first[1])
    second = None if against is None else _run(tickets, in_force, _model(against, model_url))
    print(json.dumps(first[0] if second is None else _switch(tickets, first, second)))
    # Before the exit code: a figure over tickets that nobody read must not pass for one.
    complete = [_complete(run[0]["model"], run[1]) for run in (first, second) if run]
    if not all(complete):
        raise typer.Exit(1)


def _complete(model: object, said: list[Prediction]) -> bool:
    """Say on stderr what was not read and why. False when nobody answered, or when nothing at all was read."""
    unread = [each for each in said if each.unread is not None]
    reasons = Counter(each.unread for each in unread)
    if unread:
        print(f"{model}: {len(unread)} of {len(said)} tickets could not be read:", file=sys.stderr)
    for why, times in reasons.most_common(REASONS_SAID):
        print(f"  {times} × {why}", file=sys.stderr)
    return not unread or (any(each.outcome == "read" for each in said) and not any(each.absent for each in unread))


def tickets_in(file: Path) -> list[Labelled]:
    """The labelled tickets of a file. Raises BadInput naming the line and the field that is wrong."""
    from evaluation.reading import Labelled

    found, unsaid = [], 0
    for number, line in _lines(file):
        unsaid += "topic" not in line
        text, topic = line.get("text"), line.get("topic")
        if not isinstance(text, str):
            raise BadInput(
                f"line {number}, text", "is missing or no text", 'Give lines like {"text": "…", "topic": "billing"}'
            )
        if topic is not None and not isinstance(topic, str):
            raise BadInput(f"line {number}, topic", "is no text", "Give a topic's name, or null when it should be held")
        tone = _one_of(line, "tone", _TONES, number)
        found.append(Labelled(text, topic or None, tone, _one_of(line, "urgency", _URGENCIES, number)))
    if unsaid:
        print(f"{file.name}: {unsaid} lines have no topic; they count as tickets that should be held", file=sys.stderr)
    return found


def _one_of(line: dict[str, Any], field: str, known: tuple[str, ...], number: int) -> str | None:
    value = line.get(field)
    if value is not None and value not in known:
        raise BadInput(
            f"line {number}, {field}", f"{value!r} is not one I know", f"Give {', '.join(known)} or leave it out"
        )
    return value


def _rules(folder: Path, topics: Path | None, examples: Path | None, target: float | None) -> Rules:
    from evaluation.sheet import rules_of

    if target is not None and not 0 < target < 1:
        raise BadInput("--target", f"{target} is no share", "Give a number between 0 and 1, such as 0.95")
    if topics is None and examples is None:
        in_force = rules_in(folder)
    else:
        labelled = _examples(examples) if examples else []
        covers = _topics(topics) if topics else dict.fromkeys((topic for topic, _ in labelled), "")
        if not covers:
            raise BadInput(str(topics or examples), "there is no topic in it", "Give at least one topic")
        in_force = rules_of(covers, labelled)
    return in_force if target is None else in_force.model_copy(update={"target": target})


def _examples(file: Path) -> list[tuple[str, str]]:
    found = []
    for number, line in _lines(file):
        topic, text = line.get("topic"), line.get("text")
        if not isinstance(text, str):
            raise BadInput(
                f"{file.name}, line {number}, text", "is missing", 'Give lines like {"text": "…", "topic": "billing"}'
            )
        if isinstance(topic, str) and topic:
            found.append((topic, text))
    return found


def _topics(file: Path) -> dict[str, str]:
    rows = csv.DictReader(_text(file).splitlines())
    names = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
    if "topic" not in names:
        raise BadInput(
            f"{file.name}, line 1", "there is no column “topic”", "Name the columns: topic, what it covers, team"
        )
    covers = next((names[name] for name in _COVERS if name in names), None)
    found: dict[str, str] = {}
    for row in rows:
        name = (row.get(names["topic"]) or "").strip()
        if name.casefold() in map(str.casefold, found):
            print(f"{file.name}, line {rows.line_num}: {name} is there already; this row is left out", file=sys.stderr)
        elif name:
            found[name] = (row.get(covers) or "").strip() if covers else ""
    return found


def _lines(file: Path) -> list[tuple[int, dict[str, Any]]]:
    import io

    return list(read_lines(io.StringIO(_text(file))))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(str(file), "there is no such file", "Check the path") from None
    except (UnicodeDecodeError, OSError) as error:
        raise BadInput(str(file), f"it cannot be read ({error})", "Save it as UTF-8 text") from None


def _warn_of_strangers(tickets: list[Labelled], rules: Rules) -> None:
    strangers = sorted({ticket.topic for ticket in tickets if ticket.topic and rules.topic(ticket.topic) is None})
    if strangers:
        names = ", ".join(strangers[:5]) + (" …" if len(strangers) > 5 else "")
        print(f"These topics are not on the sheet, so every guess at them counts as wrong: {names}", file=sys.stderr)


def _model(name: str | None, url: str | None) -> Model:
    from evaluation.models import OfflineReader
    from services.classifier.domain.models import DEFAULT, OFFLINE

    if name in ("offline", OFFLINE) or (name is None and not url):
        return OfflineReader()
    if url:
        return _at(url, name or os.environ.get("MODEL_ID"))
    from services.classifier.adapters import bedrock

    return bedrock(name or DEFAULT)


def _at(url: str, name: str | None) -> Model:
    """The model at an endpoint, asked in the way that a probe finds; what it finds is said."""
    from evaluation.models import ChatModel, NoModel
    from local.gateway.endpoint import Endpoint, NoAnswer
    from local.gateway.probe import probe

    timeout_s = float(os.environ.get("MODEL_TIMEOUT_S") or 60)
    endpoint = Endpoint(url, timeout_s=timeout_s, key=os.environ.get("MODEL_API_KEY") or None)
    try:
        found = probe(endpoint, name)
    except NoAnswer as error:
        return NoModel(name or url, str(error))
    print(f"{endpoint.root}: {found}", file=sys.stderr)
    return ChatModel(endpoint, found.model, found.way) if found.way else NoModel(found.model, str(found))


def _run(tickets: list[Labelled], rules: Rules, model: Model) -> tuple[dict[str, object], list[Prediction]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from evaluation.measure import summary
    from evaluation.models import OfflineReader
    from evaluation.reading import read_all

    columns = TextColumn(model.name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reading", total=len(tickets))
        workers = 1 if isinstance(model, OfflineReader) else WORKERS
        said = list(read_all(tickets, rules, model, workers=workers, done=lambda: progress.advance(task)))
    return summary(tickets, said, model.name), said


def _switch(
    tickets: list[Labelled],
    first: tuple[dict[str, object], list[Prediction]],
    second: tuple[dict[str, object], list[Prediction]],
) -> dict[str, object]:
    """Both summaries, and the tickets that would go another way."""
    pairs = zip(tickets, first[1], second[1], strict=True)
    moved = [
        (t, a, b) for t, a, b in pairs if (a.held, None if a.held else a.guess) != (b.held, None if b.held else b.guess)
    ]
    changes = [
        {
            "text": t.text[:120],
            "topic": t.topic,
            "now": None if a.held else a.guess,
            "then": None if b.held else b.guess,
        }
        for t, a, b in moved
    ]
    return {"now": first[0], "then": second[0], "would_change": len(changes), "changes": changes[:50]}


def _write(file: Path | None, said: list[Prediction]) -> None:
    if file is None:
        return
    try:
        file.write_text(
            "".join(json.dumps(each.as_dict(), ensure_ascii=False) + "\n" for each in said), encoding="utf-8"
        )
    except OSError as error:
        raise BadInput(
            "--predictions", f"{file} cannot be written ({error.strerror})", "Name a file in a folder that exists"
        ) from None
