"""The model goes away under a deployed stack, comes back, and has only so many calls: nobody loses a ticket by it.

A stack of its own, whose model server answers as the shared stack's does, or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from local.demo.send import Sender
from local.demo.watch import Watch, until
from local.stack.apart import Apart, running_apart
from local.stack.choices import ROOT
from local.stack.endpoints import Endpoints

FUNCTIONS = ("inbox", "reread")
WAIT_S = 90


@dataclass
class ModelServer:
    """Hands requests on to a model that is there; counts them."""

    behind: str
    away: bool = False
    asked: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def start(self) -> None:
        mine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if mine.away:
                    self.send_error(503)
                    return
                mine.asked += 1
                answer = httpx.post(f"{mine.behind}/chat/completions", content=body, timeout=60)
                self._answer(answer.status_code, answer.content)

            def do_GET(self) -> None:
                self._answer(200, httpx.get(f"{mine.behind}/models").content)

            def _answer(self, status: int, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()


@pytest.fixture(scope="module")
def server(endpoints: Endpoints) -> Iterator[ModelServer]:
    server = ModelServer(endpoints.model_url)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def stack(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(ROOT / "rules", rules)
    with running_apart(tmp_path_factory.mktemp("away"), RULES_DIR=str(rules), MODEL_URL=server.url) as stack:
        yield stack


def configure(stack: Apart, **variables: str) -> None:
    """Change settings of the classifier's functions, as a deploy would."""
    functions = Watch(stack.endpoints).client("lambda")
    for function in FUNCTIONS:
        name = f"ticket-router-classifier-local-{function}"
        known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**known, **variables}})


def router(stack: Apart, *words: str) -> list[dict[str, Any]]:
    """What the command prints, a JSON object a line."""
    env = {**os.environ, "LOCAL_DIR": str(stack.folder)}
    command = [sys.executable, "-c", "from cli.main import main; main()", *words]
    said = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert said.returncode in (0, 1), said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]


def test_a_model_that_goes_away_and_comes_back(stack: Apart, server: ModelServer, customer: Callable[..., str]) -> None:
    send, watch, email = Sender(stack.endpoints), Watch(stack.endpoints), customer()
    configure(stack, PATIENCE_S="20")
    server.away = True
    send.form(email=email, message="How do I change my billing address? There is no deadline.").raise_for_status()

    def waits() -> dict[str, Any] | None:
        return next((row for row in router(stack, "tickets") if row.get("state") == "waiting for the model"), None)

    row = until(waits, seconds=30, what="a row that waits")
    assert row["customer"]["email"] == email
    assert "503" in row["reasons"][0], "why it waits is said"

    (held,) = until(lambda: watch.landed(email), seconds=WAIT_S, what="the ticket, held")
    assert (held["move"], held["team"], held["position"]) == ("hold", "triage", "top"), "an urgent word is in it"
    assert "could not be read" in held["reasons"][0]
    assert waits() is None
    (again,) = router(stack, "reread")
    assert (again["read"], "503" in again["stopped"], again["left"]) == ([], True, 1)

    server.away, asked = False, server.asked
    (again,) = router(stack, "reread")
    assert (again["read"], again["stopped"], again["left"]) == ([held["ticket_id"]], None, 0)
    moved = until(
        lambda: next((row for row in watch.rows(email) if row["team"] != "triage"), None), seconds=30, what="its team"
    )
    assert (moved["topic"], moved["team"], moved["move"], moved["corrections"]) == ("billing", "finance", "route", [])
    assert server.asked - asked == 1, "one call that was answered"
    kinds = [event["detail-type"] for event in watch.events(held["ticket_id"])]
    assert (kinds.count("TicketClassified"), kinds.count("MoveDecided")) == (2, 2)
    until(lambda: "billing address" in str(watch.message(moved)["blocks"]), seconds=30, what="the message there")


def test_beyond_the_days_calls_tickets_go_to_people(
    stack: Apart, server: ModelServer, customer: Callable[..., str]
) -> None:
    send, watch = Sender(stack.endpoints), Watch(stack.endpoints)
    emails, asked = [customer() for _ in range(3)], server.asked
    configure(stack, CALLS_PER_DAY="1")
    for email in emails:
        send.form(email=email, message=f"How do I change my billing address? {email}").raise_for_status()
    rows = [until(lambda: watch.landed(email), seconds=WAIT_S, what="a ticket")[0] for email in emails]  # noqa: B023
    assert server.asked - asked <= 1
    unread = [row for row in rows if "the 1 model calls of the day are used up" in row["reasons"][0]]
    assert len(unread) >= 2
    assert {row["team"] for row in unread} == {"triage"}
