"""What intake emits is what is published, and it takes every published example of what it consumes."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_received import TicketReceived

CONTRACTS = Path(__file__).parents[4] / "contracts"
PUBLISHED = Draft202012Validator(json.loads((CONTRACTS / "schemas" / "TicketReceived.v1.json").read_text()))


def examples(kind):
    found = sorted((CONTRACTS / "examples" / f"{kind}.v1").glob("*.json"))
    assert found, f"{kind} has no example"
    return [pytest.param(json.loads(path.read_text()), id=path.stem) for path in found]


def is_as_published(event):
    PUBLISHED.validate(json.loads(event.model_dump_json()))


def test_every_lane_emits_what_is_published(world, mail_of):
    world.mail(mail_of(Message_ID="<1@acme.example>"))
    world.mail(mail_of(Message_ID="<2@acme.example>", In_Reply_To="<1@acme.example>", body="And now?"), "inbound/2")
    world.post_form(email="ann@acme.example", message="The export is broken.", subject="Export")
    world.post_chat(
        {"conversation_id": 7, "customer": {"handle": "ann"}, "messages": [{"from": "customer", "text": "Hi there"}]}
    )
    world.drain()
    assert len(world.bus.events) == 4
    for event in world.bus.events:
        is_as_published(event)


@pytest.mark.parametrize("detail", examples("TicketReceived"))
def test_the_examples_are_what_intake_may_emit(detail):
    PUBLISHED.validate(detail)
    event = TicketReceived.model_validate(detail)
    assert event.metadata.correlation_id == event.data.ticket.ticket_id


@pytest.mark.parametrize("detail", examples("TicketCorrected"))
def test_intake_takes_every_correction_that_its_rule_lets_through(world, detail):
    corrected = TicketCorrected.model_validate(detail)
    if corrected.data.correction.kind == "unfolded":
        event = world.unfold(corrected)
        is_as_published(event)
        assert event.data.ticket.duplicate_of is None
        assert event.metadata.causation_id == corrected.metadata.event_id
