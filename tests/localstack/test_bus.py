"""The bus: the rules of the compiled templates, each asked with every published example."""

from __future__ import annotations

import json
import uuid
from copy import deepcopy
from typing import Any

import boto3
import pytest

from contracts.catalog import CATALOG
from contracts.envelope import EVENT_LIMIT_BYTES, Event
from contracts.ticket_received import TicketReceived
from shared.bus import EventBus
from shared.testing.contracts import examples
from tests.localstack.inboxes import emptied, put_event, taken
from tests.localstack.lab import Lab

EXAMPLES = [
    pytest.param(entry, document, id=f"{entry.event.detail_type()}.v{entry.event.version}/{stem}")
    for entry in CATALOG
    for stem, document in examples(f"{entry.event.detail_type()}.v{entry.event.version}")
]
SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
BEHIND = "OutcomesCounted"
"""What is put on the bus behind an event; learning alone takes it."""


def wanted(event: type[Event], consumers: tuple[str, ...], detail: dict[str, Any]) -> set[str]:
    """Who is to get this very event: the catalog's consumers, less what their rules leave to others."""
    to, data = set(consumers), detail["data"]
    if event.detail_type() == "TicketReceived":  # a copy is read with its original, and only shown
        return {"dispatch"} if data["ticket"]["duplicate_of"] else {"classifier"}
    if event.detail_type() == "TicketCorrected" and data["correction"]["kind"] != "unfolded":
        to -= {"intake"}
    return to


def arrived(lab: Lab, mark: str, expected: set[str]) -> set[str]:
    """The services in whose inbox the event of that correlation id lies.

    Another event is put behind it: when that has come, whoever has nothing yet will get nothing.
    """
    ((_, last), *_) = examples(f"{BEHIND}.v1")
    put_event(lab.get("platform", "Bus")["Ref"], "tickets.dispatch", BEHIND, last)
    came = {
        service: taken(lab.queue(service), number=len({service} & (expected | {"learning"}))) for service in SERVICES
    }
    if not any(_about(body)[0] == BEHIND for body in came["learning"]):
        came["learning"] += taken(lab.queue("learning"))
    for service in set(SERVICES) - expected:
        came[service] += _now(lab.queue(service))
    return {service for service, bodies in came.items() if any(_about(body)[1] == mark for body in bodies)}


def _about(body: str) -> tuple[str, str]:
    event = json.loads(body)
    return event["detail-type"], event["detail"]["metadata"]["correlation_id"]


def _now(url: str) -> list[str]:
    messages = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        boto3.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]


@pytest.fixture(autouse=True)
def _empty(lab: Lab) -> None:
    emptied(*(lab.queue(service) for service in SERVICES))


@pytest.fixture
def bus(lab: Lab) -> str:
    return lab.get("platform", "Bus")["Ref"]


@pytest.mark.parametrize(("entry", "example"), EXAMPLES)
def test_an_event_reaches_its_consumers_and_nobody_else(lab: Lab, bus: str, entry: Any, example: Any) -> None:
    detail, mark = deepcopy(example), uuid.uuid4().hex
    detail["metadata"]["correlation_id"] = mark
    put_event(bus, entry.event.source, entry.event.detail_type(), detail)
    expected = wanted(entry.event, entry.consumers, detail)
    assert arrived(lab, mark, expected) == expected


@pytest.mark.parametrize("wrong", ["version", "source"])
@pytest.mark.parametrize("entry", [entry for entry in CATALOG if entry.consumers], ids=lambda one: one.event.__name__)
def test_another_version_or_producer_reaches_nobody(lab: Lab, bus: str, entry: Any, wrong: str) -> None:
    name = f"{entry.event.detail_type()}.v{entry.event.version}"
    (_, example), *_ = examples(name)
    detail, mark = deepcopy(example), uuid.uuid4().hex
    detail["metadata"]["correlation_id"] = mark
    source = entry.event.source if wrong == "version" else "tickets.somebody-else"
    if wrong == "version":
        detail["metadata"]["version"] = 99
    put_event(bus, source, entry.event.detail_type(), detail)
    assert arrived(lab, mark, set()) == set()


def test_our_own_bus_puts_an_event_as_it_is(lab: Lab, bus: str) -> None:
    ((_, example), *_) = examples("TicketReceived.v1")
    event = TicketReceived.model_validate(example)
    EventBus(boto3.client("events"), name=bus, source="tickets.intake").publish(event)
    (body,) = taken(lab.queue("classifier"))
    came = json.loads(body)
    assert TicketReceived.model_validate(came["detail"]) == event
    assert (came["source"], came["account"]) == ("tickets.intake", lab.account)


def test_an_event_over_the_limit_never_leaves_us_and_one_below_it_arrives(lab: Lab, bus: str) -> None:
    ((_, example), *_) = examples("TicketReceived.v1")
    room = EVENT_LIMIT_BYTES - len(TicketReceived.model_validate(example).model_dump_json()) - 200
    ours = EventBus(boto3.client("events"), name=bus, source="tickets.intake")
    for size, fits in ((room, True), (room + 400, False)):
        detail = deepcopy(example)
        detail["data"]["ticket"]["rest"] = "x" * size
        event = TicketReceived.model_validate(detail)
        if fits:
            ours.publish(event)
            (body,) = taken(lab.queue("classifier"))
            assert len(json.loads(body)["detail"]["data"]["ticket"]["rest"]) == size
        else:
            with pytest.raises(ValueError, match="256 KB"):
                ours.publish(event)
