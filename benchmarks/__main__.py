"""Measures starts, zips and decisions, and prints a table. Nothing here is asserted: machines differ, ratios tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.starts import SERVICES, Start, starts
from cli.rules import rules_in
from contracts.ticket_classified import TicketClassified
from services.intake.domain.mail import read_mail
from services.router.domain import decide_move

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / ".build" / "bench.json"
Decided = tuple[str, int, float]
"""Name, runs, seconds they took."""

MAIL = b"""From: Ben Baker <ben@bakery.example>
To: support@example.com
Subject: Re: Invoice 1042
Message-ID: <1042@bakery.example>
Content-Type: text/plain; charset=utf-8

Could you send the invoice again, with our new address on it?

On Mon, 23 Nov 2026 at 08:54, Support <support@example.com> wrote:
> Here is your invoice.
"""


def main() -> None:
    """Measure, print the tables last, and write ``.build/bench.json``."""
    console = Console()
    begun = [each for service in track(SERVICES, description="starts", transient=True) for each in starts(service)]
    decided = [(name, *_repeat(decide)) for name, decide in track(list(_workloads()), "decisions", transient=True)]
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps(_as_json(begun, decided), indent=1) + "\n", encoding="utf-8")
    console.print(_starts(begun), _decisions(decided), f"written to {WRITTEN.relative_to(ROOT)}")


def _as_json(begun: list[Start], decided: list[Decided]) -> dict[str, Any]:
    return {
        "measured_at": datetime.now(UTC).isoformat(),
        "starts": [{**asdict(each), "ratio": round(each.ratio, 3)} for each in begun],
        "decisions": [{"name": name, "runs": runs, "ms": took / runs * 1000} for name, runs, took in decided],
    }


def _starts(begun: list[Start]) -> Table:
    table = Table("function", "zip MB", "import, CPU ms", "floor", "ratio", box=box.SIMPLE_HEAD, title="Cold start")
    for each in begun:
        ms = f"{each.cpu_ms:.0f}", f"{each.floor_ms:.0f}"
        table.add_row(each.function, f"{each.zip_mb:.1f}", *ms, f"{each.ratio:.2f}×")
    return table


def _decisions(decided: list[Decided]) -> Table:
    table = Table("decision", "ms each", "runs", box=box.SIMPLE_HEAD, title="Pure code")
    for name, runs, took in decided:
        table.add_row(name, f"{took / runs * 1000:.3f}", str(runs))
    return table


def _workloads() -> Iterable[tuple[str, Callable[[], object]]]:
    rules = rules_in(ROOT / "rules")
    example = next((ROOT / "contracts" / "examples" / "TicketClassified.v1").glob("*.json"))
    classified = TicketClassified.model_validate(json.loads(example.read_text())).data
    yield "decide_move", lambda: decide_move(classified.ticket, classified.reading, rules)
    yield "read_mail, a short reply", lambda: read_mail(MAIL, staff=(), ours=())
    body = rules.model_copy(update={"published_at": datetime.now(UTC)}).model_dump_json()
    yield f"parse rules.v1 ({len(body) / 1000:.0f} kB)", lambda: type(rules).model_validate_json(body)


def _repeat(work: Callable[[], object], *, seconds: float = 1.0) -> tuple[int, float]:
    work()
    runs, start = 0, perf_counter()
    while (took := perf_counter() - start) < seconds:
        work()
        runs += 1
    return runs, took


if __name__ == "__main__":
    main()
