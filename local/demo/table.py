"""The table of the demo: one row per ticket, readable at 80 columns."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.demo.check import Result

MOVE_STYLES = {"escalate": "bold red", "priority": "bold yellow", "route": "green", "hold": "cyan"}
LEAST_WIDTH = 80


def print_table(results: list[Result], console: Console | None = None) -> None:
    """Print what became of each ticket, and why."""
    out = console or Console(highlight=False)
    if not out.is_terminal:  # a pipe has no width of its own
        out = Console(highlight=False, file=out.file, width=max(LEAST_WIDTH, out.width))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), leading=1, show_edge=False)
    for name, width in (("", 1), ("customer", 13), ("read as", 15), ("move", 8), ("landed in", 13)):
        table.add_column(name, width=width, overflow="fold")
    table.add_column("why", ratio=1)
    for result in results:
        table.add_row(*_cells(result))
    out.print(table)


def _cells(result: Result) -> tuple[Text, ...]:
    mark = Text("✗", "bold red") if result.faults else Text("✓", "green")
    who = Text.assemble(result.sample.name, "\n", (f"by {result.sample.way}", "dim"))
    row = result.row
    if row is None:
        return mark, who, Text("never landed", "bold red"), Text(), Text(), Text("; ".join(result.faults))
    if row["duplicate_of"]:
        where = Text.assemble("thread of the first", "\n", ("nobody pinged", "dim"))
        return mark, who, Text("not read again", "dim"), Text("copy", "bold"), where, Text(_why(row, result))
    reading = Text.assemble(row["topic"] or "unclear", "\n", (f"{row['urgency']}, {row['tone']}", "dim"))
    move = Text(row["move"], MOVE_STYLES.get(row["move"], ""))
    if row["position"] == "top":
        move.append("\non top", "dim")
    place = row["destination"]["address"]
    where = Text(place.replace("@", "\n@") if row["destination"]["kind"] == "inbox" else f"#{place.removeprefix('#')}")
    if called := result.sample.expected.pinged:
        where.append("".join(f"\n{role} pinged" for role in sorted(called)), "dim")
    return mark, who, reading, move, where, Text(_why(row, result))


def _why(row: dict[str, object], result: Result) -> str:
    reasons = [str(reason) for reason in row["reasons"]]  # type: ignore[attr-defined]
    said = "\n".join(reason for reason in reasons if not reason.startswith("Rules revision"))
    return f"{said}\n→ {result.note}" if result.note else said
