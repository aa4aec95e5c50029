"""Ten tickets through the whole stack with a real language model: ``make llm-test``.

llama.cpp's server and a small open model, both from the package registry, stand where an Ollama or vLLM would. Right
answers are not what this is about (135 million parameters know little of tickets): every ticket must be read, by the
model, in one call or two, and be handed off. Ends with 0 when all were.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from cli.evaluate import tickets_in
from local.demo.send import Sender
from local.demo.watch import Watch, until
from local.stack.apart import running_apart
from local.stack.aws import free_port
from local.stack.child import running
from local.stack.choices import ROOT

SERVER = ROOT / ".build" / "llm" / "bin" / "python"
FOLDER = ROOT / ".build" / "llm-test"
TICKETS = 10
START_S, READ_S = 60.0, 240.0


async def main() -> int:
    """Start the server, then the stack, send, wait, say what came of each, end both."""
    port, log = free_port(), FOLDER / "server.log"
    program = [SERVER, ROOT / "tests" / "real_model_server.py", str(port)]
    async with running(program, log=log, env=dict(os.environ), cwd=ROOT) as server:
        url = f"http://127.0.0.1:{port}/v1"
        await asyncio.to_thread(until, lambda: server.returncode is not None or _is_up(url), seconds=START_S, what=url)
        return await asyncio.to_thread(_tickets, url)


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/models", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _tickets(url: str) -> int:
    began = time.monotonic()
    texts = [ticket.text for ticket in tickets_in(ROOT / "evaluation" / "shop" / "tuned.jsonl")[:TICKETS]]
    variables = {"MODEL_URL": url, "MODEL_TIMEOUT_S": "60", "RULES_DIR": str(ROOT / "rules")}
    with running_apart(FOLDER / "stack", **variables) as stack:
        print(next(line for line in _said(FOLDER) if "asked by" in line).strip(), flush=True)
        send, watch = Sender(stack.endpoints), Watch(stack.endpoints)
        for number, text in enumerate(texts):
            send.form(email=_customer(number), message=text).raise_for_status()
        sent, rows = time.monotonic(), []
        for number in range(len(texts)):
            left = READ_S - (time.monotonic() - sent)
            (row,) = until(lambda: watch.landed(_customer(number)), seconds=left, what=f"ticket {number}")  # noqa: B023
            rows.append((row, _reading(watch, row["ticket_id"])))
            print(_line(number, *rows[-1]), flush=True)
    read = [reading for _, reading in rows if reading["outcome"] == "read" and reading["tokens_out"] > 0]
    ms = statistics.median(reading["latency_ms"] for reading in read) if read else 0
    print(
        f"{len(read)} of {len(texts)} read by {rows[0][1]['model']} and handed off; median {ms / 1000:.1f} s a ticket;"
        f" {time.monotonic() - began:.0f} s in all"
    )
    return 0 if len(read) == len(texts) else 1


def _said(folder: Path) -> list[str]:
    return (folder / "stack" / "up.log").read_text().splitlines()


def _customer(number: int) -> str:
    return f"customer{number}@example.org"


def _reading(watch: Watch, ticket_id: str) -> dict[str, Any]:
    events = watch.events(ticket_id)
    found: dict[str, Any] = next(e for e in events if e["detail-type"] == "TicketClassified")["detail"]["data"]
    return dict(found["reading"])


def _line(number: int, row: dict[str, Any], reading: dict[str, Any]) -> str:
    likeliest = reading["candidates"][0]["topic"] if reading["candidates"] else "-"
    how = f"{reading['tokens_in']}+{reading['tokens_out']} tokens, {reading['latency_ms'] / 1000:.1f} s"
    return f"{number:>2} {reading['outcome']:<9} {likeliest:<17} {row['move']:<9} {row['team']:<12} {how}"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
