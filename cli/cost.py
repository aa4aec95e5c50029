"""``ticket-router cost``: the monthly AWS bill, line by line.

From two files beside this one: ``calls.json``, what one ticket and an idle month use (counted by
``python -m benchmarks.calls``), and ``prices.json``, a dated price table. The model's price is the classifier's own.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.lines import write_line
from services.classifier.domain.models import DEFAULT, UNKNOWN, cost_usd, facts
from shared.errors import BadInput

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """One line of the bill."""

    name: str
    used: float
    free: float
    """How much of it costs nothing, each month and for good."""
    usd: float
    """What is left to pay."""
    usd_without_free_tier: float


def cost(
    tickets: Annotated[int, typer.Option(min=0, help="How many tickets.")] = 1500,
    month: Annotated[
        bool,
        typer.Option("--month/--tickets-only", help="A whole month with what runs without a ticket, or tickets alone."),
    ] = True,
    model: Annotated[str, typer.Option(help="Bedrock model or inference-profile id.")] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")] = False,
) -> None:
    """Print the monthly AWS bill line by line, from counted calls a ticket and a dated price table."""
    if facts(model) is UNKNOWN:
        raise BadInput(
            "--model", f"no price is known for “{model}”", "Add a row to services/classifier/domain/models.py"
        )
    counted, prices = _read("calls.json"), _read("prices.json")
    lines = bill(tickets, month=month, model=model, counted=counted, prices=prices)
    if as_json or not sys.stdout.isatty():
        total = {"usd": _sum(lines), "usd_without_free_tier": sum(line.usd_without_free_tier for line in lines)}
        facts_of = {"tickets": tickets, "month": month, "model": model, "counted_on": counted["counted_on"]}
        write_line({**facts_of, "prices_as_of": prices["as_of"], **total, "lines": [asdict(line) for line in lines]})
    else:
        _print_bill(lines, tickets=tickets, month=month, counted=counted, prices=prices)


def bill(tickets: int, *, month: bool, model: str, counted: dict[str, Any], prices: dict[str, Any]) -> tuple[Line, ...]:
    """What so many tickets cost, dearest line first. ``month`` adds what a month costs without any."""
    each, fixed = counted["per_ticket"], counted["per_month"] if month else {}
    tokens = tickets * each["bedrock.tokens_in"], tickets * each["bedrock.tokens_out"]
    read = cost_usd(model, *tokens)
    lines = [Line("Bedrock, tokens", sum(tokens), 0, read, read)]
    for price in prices["lines"]:
        used = tickets * each.get(price["unit"], 0) + fixed.get(price["unit"], 0)
        a_unit = price["usd"] / price["per"]
        lines.append(Line(price["name"], used, price["free"], max(0.0, used - price["free"]) * a_unit, used * a_unit))
    return tuple(sorted(lines, key=lambda line: (-line.usd, -line.usd_without_free_tier)))


def _sum(lines: tuple[Line, ...]) -> float:
    return sum(line.usd for line in lines)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_HERE / name).read_text())
    return found


def _print_bill(
    lines: tuple[Line, ...], *, tickets: int, month: bool, counted: dict[str, Any], prices: dict[str, Any]
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    span = "A month" if month else "The tickets alone"
    table = Table(title=f"{span}, {tickets:,} tickets", box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("", "in all")
    table.add_column("used", justify="right")
    table.add_column("free", justify="right")
    table.add_column("US$", f"{_sum(lines):.2f}", justify="right")
    for line in lines:
        if line.used:
            free = f"{line.free:,.0f}" if line.free else ""
            table.add_row(
                line.name, f"{line.used:,.0f}" if line.used >= 10 else f"{line.used:.2g}", free, f"{line.usd:.2f}"
            )
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"Calls counted on {counted['counted_on']} on a local AWS ({counted['tickets']} tickets); prices of"
        f" {prices['region']}, {prices['as_of']}. Not in it: storage, data transfer, tax."
    )
