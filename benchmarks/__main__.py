"""Measures starts, zips and decisions, and prints a table. Nothing here is asserted: machines differ, ratios tell."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from cli.rules import rules_in
from contracts.ticket_classified import TicketClassified
from services.intake.domain.mail import read_mail
from services.router.domain import decide_move

ROOT = Path(__file__).resolve().parent.parent
LAMBDA_PYTHON = ROOT / ".aws-python" / "bin" / "python"
SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
STARTS = 7
"""Fresh interpreters a service; the median is told."""
NULL_HANDLER = "import boto3"
"""What a function that does nothing on AWS pays all the same: the ratio is against it."""

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
    """Measure, and print the tables."""
    console = Console()
    console.print(_starts(), _decisions())


def _starts() -> Table:
    null = _start(NULL_HANDLER, cwd=ROOT)
    table = Table("service", "zip MB", "import, CPU ms", "of a null handler", box=box.SIMPLE_HEAD, title="Cold start")
    table.add_row("(null: boto3)", "", f"{null:.0f}", "1.0×")
    for service in track(SERVICES, description="starts", transient=True):
        size, took = _service_start(service)
        table.add_row(service, f"{size / 1e6:.1f}", f"{took:.0f}", f"{took / null:.1f}×")
    return table


def _service_start(service: str) -> tuple[int, float]:
    environment = {**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}  # wheels for the interpreter that is here
    build = [str(ROOT / ".venv" / "bin" / "python"), str(ROOT / "packaging" / "build.py"), service]
    subprocess.run(build, env=environment, check=True, capture_output=True)
    artifact = ROOT / ".build" / f"{service}.zip"
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(artifact) as archive:
            archive.extractall(folder)
        return artifact.stat().st_size, _start(f"import services.{service}.handler", cwd=Path(folder))


def _start(statement: str, *, cwd: Path) -> float:
    """Milliseconds of CPU to import it in a fresh interpreter, the interpreter's own start not counted (median).

    CPU and not the clock: an import computes, and a busy machine must not look like a slow service.
    """
    script = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    environment = {"AWS_DEFAULT_REGION": "eu-central-1", "PATH": os.defpath}
    runs = [
        subprocess.run([str(LAMBDA_PYTHON), "-c", script], cwd=cwd, env=environment, check=True, capture_output=True)
        for _ in range(STARTS)
    ]
    return statistics.median(float(run.stdout.split()[-1]) for run in runs) * 1000


def _decisions() -> Table:
    table = Table("decision", "ms each", "runs", box=box.SIMPLE_HEAD, title="Pure code")
    for name, decide in _workloads():
        runs, took = _repeat(decide)
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
