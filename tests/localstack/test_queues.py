"""SQS: what is put in, what comes back when, and where it ends when nobody can handle it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import boto3
import pytest

from services.dispatch.adapters import aws as dispatch
from services.dispatch.settings import Settings as DispatchSettings
from services.intake.adapters import aws as intake
from services.intake.settings import Settings as IntakeSettings
from shared.consume import consume
from shared.errors import NotNow
from shared.settings import load
from tests.localstack.conftest import House
from tests.localstack.inboxes import delivered, emptied, received, taken
from tests.localstack.lab import Lab

SERVICES = ("intake", "classifier", "router", "dispatch", "learning")


def test_what_the_front_takes_lies_in_intakes_inbox(lab: Lab, house: House) -> None:
    emptied(lab.queue("intake"))
    with house.of("intake", "form"):
        queue = intake.Queue(load(IntakeSettings))
    queue.put(lane="form", key="form/1.json", received_at=datetime(2026, 11, 27, tzinfo=UTC))
    (body,) = taken(lab.queue("intake"))
    assert json.loads(body) == {"lane": "form", "key": "form/1.json", "received_at": "2026-11-27T00:00:00+00:00"}


def test_what_a_button_changed_is_asked_to_be_shown(lab: Lab, house: House) -> None:
    emptied(lab.queue("dispatch"))
    with house.of("dispatch"):
        dispatch.ask_to_show(load(DispatchSettings), "T-1", user="U1")
    (body,) = taken(lab.queue("dispatch"))
    assert dispatch.asked_to_show(body) == ("T-1", {"user": "U1"})


def test_whoever_says_not_now_gets_the_message_when_it_said(lab: Lab) -> None:
    url = lab.queue("router")
    emptied(url)
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    tries = []

    def take(_record: object) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise NotNow("not yet", retry_after=0)

    def handler(batch: dict[str, object], context: object) -> dict[str, object]:
        return consume(batch, context, take=take)  # type: ignore[arg-type]

    assert [len(delivered(url, handler)) for _ in range(3)] == [1, 1, 0]
    assert received(url, number=0) == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_nobody_can_handle_ends_in_the_dead_letter_queue(lab: Lab, service: str) -> None:
    url, dead, sqs = lab.queue(service), lab.queue(service, "DeadLetters"), boto3.client("sqs")
    emptied(url, dead)
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(int(json.loads(asked)["maxReceiveCount"])):
        (message,) = received(url)
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    # The next look moves it.
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    assert taken(dead) == ["poison"]
