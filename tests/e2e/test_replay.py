"""``ticket-router replay`` on the deployed system: what a broken rule lost is done, what was done is not done again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until


@contextmanager
def deaf_to_the_classifier(watch: Watch) -> Iterator[None]:
    """The router hears nothing from the classifier, as after a bad edit of its bus rule."""
    events, bus = watch.client("events"), watch.endpoints.bus_name
    inbox = f"arn:aws:sqs:{watch.endpoints.aws_region}:000000000000:tickets-{watch.endpoints.stage}-router"
    (rule,) = events.list_rule_names_by_target(TargetArn=inbox, EventBusName=bus)["RuleNames"]
    targets = events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    events.remove_targets(Rule=rule, EventBusName=bus, Ids=[target["Id"] for target in targets])
    yield
    events.put_targets(Rule=rule, EventBusName=bus, Targets=targets)


def test_a_replay_does_what_was_not_done_and_nothing_twice(
    send: Sender,
    watch: Watch,
    customer: Callable[..., str],
    landed: Callable[..., list[Row]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, lost, subject = customer(), customer(), f"Replayed {uuid.uuid4().hex[:6]}"
    question = "How do I change my billing address?"
    send.form(email=done, subject=subject, message=question).raise_for_status()
    (before,) = landed(done)
    with deaf_to_the_classifier(watch):
        ticket = send.form(email=lost, message=question).json()["ticket_id"]
        until(lambda: "TicketClassified" in str(watch.events(ticket)), seconds=30, what="the reading")
        assert watch.rows(lost) == []

    watch.endpoints.write(tmp_path / "endpoints.json")
    monkeypatch.setenv("LOCAL_DIR", str(tmp_path))
    ran = CliRunner().invoke(app, ["replay", "--since", "10m"])
    assert json.loads(ran.stdout)["state"] == "COMPLETED"

    (row,) = landed(lost)
    assert (row["ticket_id"], row["team"]) == (ticket, "finance")
    assert watch.log.row(before["ticket_id"]) == before
    history = watch.slack.conversations_history(channel=watch.channel_id("finance"), limit=200)["messages"]
    assert len([message for message in history if subject in str(message["blocks"][0])]) == 1
