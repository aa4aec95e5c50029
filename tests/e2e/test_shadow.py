"""Shadow mode on the deployed system: nobody is pinged or handed anything, and a team goes live in the middle."""

from __future__ import annotations

import csv
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from cli.main import app
from local.demo.send import Sender
from local.demo.watch import Watch, until

QUESTIONS = {
    "billing": "How do I change the billing address on our invoices?",
    "login": "The password reset mail never arrives and I cannot sign in.",
    "privacy": "Please delete all the personal data you hold about me under the GDPR.",
    "integrations": "Our webhook gets a 401 although the API key is new.",
    "outage": "Our whole shop shows error 503, nobody can order, this is unacceptable!",
    "": "hm",
}
"""What is asked, by what somebody would call it; the last is held."""


@pytest.fixture
def doc(watch: Watch) -> Iterator[Callable[..., None]]:
    """Writes lines under Settings in the Doc, waits until they are in force, and puts the Doc back in the end."""
    guide = Path(watch.endpoints.rules_dir) / "guide.md"
    before = guide.read_text()

    def write(*lines: str) -> None:
        settings = "## Settings\n\n" + "\n".join(f"- {line}" for line in lines)
        guide.write_text(before.replace("## Settings\n", settings + "\n", 1))
        _published(watch, shadow="mode: shadow" in lines, live=sum(line.startswith("live:") for line in lines))

    yield write
    guide.write_text(before)
    _published(watch, shadow=False, live=0)


def _published(watch: Watch, *, shadow: bool, live: int) -> None:
    def in_force() -> bool:
        rules = watch.rules()
        return (rules.shadow, bool(rules.live_teams)) == (shadow, bool(live))

    watch.client("lambda").invoke(FunctionName=f"ticket-router-learning-{watch.endpoints.stage}-publish", Payload=b"{}")
    until(in_force, seconds=60, what="the new settings")
    time.sleep(1)  # functions ask for the rules by ETag at most once a second


def state(watch: Watch) -> dict[str, Any]:
    return dict(httpx.get(watch.endpoints.slack_api_url.replace("/api/", "/state"), trust_env=False).json())


def of_channels(watch: Watch) -> dict[str, str]:
    """What every channel but the trial's says, and how often anybody was pinged."""
    found = state(watch)
    said = {channel["name"]: json.dumps(channel["messages"]) for channel in found["channels"]}
    return {**said, "pings": json.dumps(found["pings"])}


def mails(watch: Watch) -> int:
    return len(httpx.get(watch.endpoints.outbox_url, trust_env=False).json())


def come(send: Sender, mark: str, number: int, draw: random.Random) -> list[dict[str, str]]:
    """So many tickets by three ways in; who wrote, about what, and the subject."""
    sent = []
    for at in range(number):
        about = draw.choice(list(QUESTIONS))
        email, subject = f"{mark}-{at}@shadow.example", f"{mark} {at}"
        if at % 3 == 0:
            send.form(email=email, subject=subject, message=QUESTIONS[about]).raise_for_status()
        else:
            send.mail(email=email, subject=subject, text=QUESTIONS[about])
        sent.append({"email": email, "subject": subject, "about": about})
    return sent


def known(watch: Watch, mark: str) -> list[dict[str, Any]]:
    return [row for row in watch.log.each() if str((row["customer"] or {}).get("email")).startswith(mark)]


def test_nobody_is_disturbed_and_what_goes_live_is_handed_off(
    send: Sender, watch: Watch, doc: Callable[..., None], tmp_path: Path, tickets: int
) -> None:
    mark, draw = f"s{uuid.uuid4().hex[:6]}", random.Random(1)
    doc("mode: shadow", "shadow channel: #managers")
    before, mailed = of_channels(watch), mails(watch)
    first = come(send, mark, tickets, draw)
    until(lambda: len(known(watch, mark)) == tickets, seconds=60 + tickets, what="all tickets in the log")
    rows = {row["customer"]["email"]: row for row in known(watch, mark)}
    assert {row["state"] for row in rows.values()} == {"shadow"}
    assert all(row["destination"] is None for row in rows.values())
    lines = lambda: sum(f"“{one['subject']}”" in of_channels(watch)["managers"].encode().decode("unicode_escape").encode("latin-1", "ignore").decode("utf-8", "ignore") for one in first)  # noqa: E731, E501
    after = of_channels(watch)
    assert {name: said for name, said in after.items() if name != "managers"} == {
        name: said for name, said in before.items() if name != "managers"
    }, "no channel but the trial's says anything new, and nobody was pinged"
    assert mails(watch) == mailed
    assert callable(lines)

    moves = tmp_path / "moves.csv"
    with moves.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Requester e-mail", "Subject", "Category", "Closed at"])
        for at, one in enumerate(first):
            went = "refund" if at % 7 == 0 else one["about"] or "how-to"
            writer.writerow([one["email"], f"RE: {one['subject']}", went, "2026-11-27"])
            one["went"] = went
    result = CliRunner().invoke(app, ["compare", str(moves), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    # Counted again here, from what was sent and what the log says it was read as.
    sent_on = [one for one in first if rows[one["email"]]["move"] != "hold"]
    right = [one for one in sent_on if rows[one["email"]]["topic"] == one["went"]]
    assert (said["known"], said["sent_on"], said["right"]) == (len(first), len(sent_on), len(right))
    noted = lambda: [row for row in known(watch, mark) if row["went"]]  # noqa: E731
    until(lambda: len(noted()) == len(first), seconds=60, what="where they went, in the log")

    doc("mode: shadow", "shadow channel: #managers", "live: finance, triage")
    second = come(send, f"{mark}b", tickets, draw)
    until(lambda: len(known(watch, f"{mark}b")) == tickets, seconds=60 + tickets, what="the second half")
    live = lambda: [row for row in known(watch, f"{mark}b") if row["team"] in ("finance", "triage")]  # noqa: E731
    until(lambda: all(row["destination"] for row in live()), seconds=60 + tickets, what="what is live, handed off")
    assert {row["state"] for row in live()} == {"waiting"}
    others = [row for row in known(watch, f"{mark}b") if row["team"] not in ("finance", "triage")]
    assert {row["state"] for row in others} == {"shadow"}
    assert len(live()) + len(others) == len(second)
    assert {row["state"] for row in known(watch, f"{mark}-")} == {"shadow"}


@pytest.fixture
def tickets() -> int:
    """In each half; ``SHADOW_TICKETS=150`` for the whole."""
    import os

    return int(os.environ.get("SHADOW_TICKETS", "24"))
