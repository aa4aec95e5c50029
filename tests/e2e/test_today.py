"""``now`` and ``digest`` on the deployed system."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until


@pytest.fixture
def row(send: Sender, customer: Callable[..., str], landed: Callable[..., list[Row]]) -> Row:
    """A routed ticket in finance's channel."""
    email = customer()
    send.form(email=email, subject="Billing address", message="How do I change the billing address on our invoices?")
    (one,) = landed(email)
    return one


def run(*words: str) -> Any:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_board_follows_what_people_do(watch: Watch, row: Row) -> None:
    before = json.loads(run("now", "--json"))
    waits = {one["team"]: one["count"] for one in before["waiting"]}
    assert waits[row["team"]] >= 1
    watch.press(row, action="take", user="U0FINLEAD").raise_for_status()

    def taken() -> dict[str, Any] | None:
        found = json.loads(run("now", "--json"))
        return found if any(one["ticket_id"] == row["ticket_id"] for one in found["taken"]) else None

    after = until(taken, seconds=30, what="the ticket among those taken today")
    assert after["today"]["taken"] >= 1
    assert not any(one["what"].startswith(row["ticket_id"]) for one in after["wrong"])


def test_the_digest_on_screen_in_a_file_and_in_the_channel(watch: Watch, row: Row, tmp_path: Path) -> None:
    said = run("digest", "--since", "1h")
    assert "By topic" in said
    assert all(len(line) <= 80 for line in said.splitlines())
    counted = json.loads(run("digest", "--since", "1h", "--json"))["now"]
    own = [one for one in watch.log.each() if not one["part_of"] and one["state"] not in ("no ticket", "shadow")]
    assert counted["tickets"] <= len(own)
    assert counted["topics"][row["topic"]] == sum(one["topic"] == row["topic"] for one in own[: counted["tickets"]])
    run("digest", "--since", "1h", "--to", str(tmp_path / "week.png"))
    assert (tmp_path / "week.png").read_bytes().startswith(b"\x89PNG")
    run("digest", "--since", "1h", "--to", "channel")

    def posted() -> bool:
        channel = watch.channel_id("managers")
        return any("Digest:" in one["text"] for one in watch.slack.conversations_history(channel=channel)["messages"])

    until(posted, seconds=60, what="the digest in the channel")


@pytest.mark.parametrize("words", [("--since", "tomorrow"), ("--since", "2099-01-01"), ("--week", "--month")])
def test_a_time_that_cannot_be_is_named(watch: Watch, words: tuple[str, ...]) -> None:
    del watch  # it has set LOCAL_DIR
    result = CliRunner().invoke(app, ["digest", *words])
    assert result.exit_code != 0
    assert "--since" in str(result.exception)
