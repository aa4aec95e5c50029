"""Shadow mode on the deployed system: nobody is pinged or handed anything, and a team goes live in the middle."""

from __future__ import annotations

import csv
import json
import os
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
LIVE = ("finance", "triage")


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
    numbers = [row["ticket_id"] for row in rows.values()]
    until(
        lambda: all(number in of_channels(watch)["managers"] for number in numbers),
        seconds=60 + 2 * tickets,
        what="a quiet line for each",
    )
    after = of_channels(watch)
    assert {**after, "managers": ""} == {**before, "managers": ""}, "nobody was pinged, no other channel says anything"
    assert "<@" not in after["managers"].removeprefix(before["managers"])
    assert mails(watch) == mailed

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
    until(lambda: all(row["went"] for row in known(watch, mark)), seconds=60, what="where they went, in the log")

    doc("mode: shadow", "shadow channel: #managers", f"live: {', '.join(LIVE)}")
    second = come(send, f"{mark}b", tickets, draw)
    until(lambda: len(known(watch, f"{mark}b")) == tickets, seconds=60 + tickets, what="the second half")
    until(
        lambda: all(row["destination"] for row in known(watch, f"{mark}b") if row["team"] in LIVE),
        seconds=60 + tickets,
        what="what is live, handed off",
    )
    now = known(watch, f"{mark}b")
    assert {(row["team"] in LIVE, row["state"]) for row in now} == {(True, "waiting"), (False, "shadow")}
    assert len(now) == len(second)
    assert {row["state"] for row in known(watch, f"{mark}-")} == {"shadow"}


@pytest.fixture
def tickets() -> int:
    """In each half; ``SHADOW_TICKETS=150`` for the whole."""
    return int(os.environ.get("SHADOW_TICKETS", "24"))
