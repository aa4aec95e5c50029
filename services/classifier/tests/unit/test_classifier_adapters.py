"""What classifier says to AWS and makes of the answers. botocore checks each request by the service's own model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from contracts.rules import Rules
from contracts.ticket import Customer, Reading, Ticket
from contracts.ticket_classified import TicketClassified, TicketClassifiedData
from services.classifier.adapters.converse import BedrockModel, answer_of
from services.classifier.adapters.readings import Readings
from services.classifier.domain.answer import Refused
from services.classifier.domain.models import UNKNOWN, table
from services.classifier.domain.prompt import TOOL, Prompt, build_prompt
from services.classifier.domain.request import converse as request
from shared.errors import NotNow

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TICKET = Ticket(
    ticket_id="T-1", source="form", customer=Customer(email="a@b.example"), text="An invoice", received_at=NOW
)
READING = Reading(topic="billing", urgency="low", tone="calm", confidence=0.9)
CLASSIFIED = TicketClassified.caused_by(
    ticket_id="T-1", cause=None, occurred_at=NOW, data=TicketClassifiedData(ticket=TICKET, reading=READING)
)
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "eu-central-1"}


def prompt() -> Prompt:
    rules = {"version": 1, "revision": 1, "published_at": NOW, "topics": [{"name": "billing", "team": "x", "row": 2}]}
    return build_prompt(TICKET, Rules.model_validate({**rules, "teams": [{"name": "x", "row": 2}]}))


@pytest.fixture
def dynamodb() -> Iterator[Stubber]:
    with Stubber(boto3.client("dynamodb", **KEYS)) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def bedrock() -> Iterator[Stubber]:
    with Stubber(boto3.client("bedrock-runtime", **KEYS)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def converse(*content: dict[str, Any], stop: str = "tool_use") -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop,
        "usage": {"inputTokens": 612, "outputTokens": 48, "totalTokens": 660},
        "metrics": {"latencyMs": 900},
    }


def tool_use(**said: Any) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": "t1", "name": TOOL, "input": said}}


def test_a_reading_is_written_once_under_its_event_id(dynamodb: Stubber) -> None:
    written: dict[str, Any] = {}
    expected = {"TableName": "readings", "Item": ANY, "ConditionExpression": "attribute_not_exists(pk)"}
    dynamodb.add_response("put_item", {}, expected)
    dynamodb.client.meta.events.register(
        "provide-client-params.dynamodb.PutItem", lambda params, **_: written.update(params["Item"])
    )
    assert Readings(dynamodb.client, table="readings", keep_days=400).keep(CLASSIFIED) == CLASSIFIED
    assert written["pk"] == {"S": "ticket#T-1"}
    assert written["sk"] == {"S": f"event#{CLASSIFIED.metadata.event_id}"}
    event = json.loads(written["event"]["S"])
    assert (event["detail-type"], event["source"]) == ("TicketClassified", "tickets.classifier")
    assert TicketClassified.model_validate(event["detail"]) == CLASSIFIED


def test_when_another_delivery_was_faster_its_event_counts(dynamodb: Stubber) -> None:
    first = CLASSIFIED.model_copy(update={"metadata": CLASSIFIED.metadata.model_copy(update={"occurred_at": NOW})})
    event = json.dumps({"detail": first.model_dump(mode="json")})
    dynamodb.add_client_error("put_item", "ConditionalCheckFailedException")
    dynamodb.add_response("get_item", {"Item": {"event": {"S": event}}})
    assert Readings(dynamodb.client, table="readings", keep_days=400).keep(CLASSIFIED) == first


def test_an_event_that_was_never_kept_is_not_found(dynamodb: Stubber) -> None:
    dynamodb.add_response("get_item", {}, {"TableName": "readings", "Key": ANY, "ConsistentRead": True})
    assert Readings(dynamodb.client, table="readings", keep_days=400).find("T-1", "e-1") is None


def test_the_call_is_one_that_bedrock_takes(bedrock: Stubber) -> None:
    bedrock.add_response(
        "converse", converse(tool_use(topic="billing")), {"modelId": "some.model-v1:0", **request(prompt(), UNKNOWN)}
    )
    answer = BedrockModel(bedrock.client, model_id="some.model-v1:0").ask(prompt())
    assert answer.said == {"topic": "billing"}
    assert (answer.tokens_in, answer.tokens_out) == (612, 48)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 429, NotNow),
        ("ServiceUnavailableException", 503, NotNow),
        ("ModelTimeoutException", 408, NotNow),
        ("AccessDeniedException", 403, Refused),
        ("ResourceNotFoundException", 404, Refused),
        ("ValidationException", 400, Refused),
    ],
)
def test_a_busy_model_is_told_apart_from_one_that_refuses(
    bedrock: Stubber, code: str, status: int, error: type[Exception]
) -> None:
    bedrock.add_client_error("converse", code, http_status_code=status)
    with pytest.raises(error, match=code):
        BedrockModel(bedrock.client, model_id="m").ask(prompt())


def test_a_model_id_that_no_request_can_carry_is_a_refusal_and_not_a_crash() -> None:
    with pytest.raises(Refused, match="modelId"):
        BedrockModel(boto3.client("bedrock-runtime", **KEYS), model_id="").ask(prompt())


def test_an_unread_ticket_and_what_it_is_owed_are_written_together(dynamodb: Stubber) -> None:
    written: list[dict[str, Any]] = []
    dynamodb.add_response("transact_write_items", {}, {"TransactItems": ANY})
    dynamodb.client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems", lambda params, **_: written.extend(params["TransactItems"])
    )
    unread = classified_unread()
    assert Readings(dynamodb.client, table="t", keep_days=400).keep(unread, again_at=NOW) == unread
    reading, owed = (each["Put"] for each in written)
    assert reading["ConditionExpression"] == "attribute_not_exists(pk)"
    assert owed["Item"]["pk"] == {"S": "unread"}
    assert owed["Item"]["sk"] == {"S": "2026-11-23T00:00:00Z#T-1"}
    assert owed["Item"]["event_id"] == {"S": unread.metadata.event_id}
    assert {item["Item"]["expires_at"]["N"] for item in (reading, owed)} == {str(round(NOW.timestamp()) + 400 * 86_400)}


@pytest.mark.parametrize(("why", "is_first"), [("ConditionalCheckFailed", True), ("TransactionConflict", False)])
def test_an_unread_ticket_that_another_delivery_wrote_first_counts_and_a_conflict_comes_again(
    dynamodb: Stubber, why: str, is_first: bool
) -> None:
    dynamodb.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": [{"Code": why}]}
    )
    readings, unread = Readings(dynamodb.client, table="t", keep_days=400), classified_unread()
    if is_first:
        event = json.dumps({"detail": CLASSIFIED.model_dump(mode="json")})
        dynamodb.add_response("get_item", {"Item": {"event": {"S": event}}})
        assert readings.keep(unread, again_at=NOW) == CLASSIFIED
    else:
        with pytest.raises(dynamodb.client.exceptions.TransactionCanceledException):
            readings.keep(unread, again_at=NOW)


def classified_unread() -> TicketClassified:
    reading = READING.model_copy(update={"outcome": "unread", "topic": None, "why": "the model refuses"})
    data = TicketClassifiedData(ticket=TICKET, reading=reading)
    return TicketClassified.caused_by(ticket_id="T-1", cause=None, occurred_at=NOW, data=data)


@pytest.mark.parametrize("content", [[{"text": "[mock] reply for prompt#1"}], []])
def test_text_instead_of_the_forced_call_is_nobodys_answer(content: list[dict[str, Any]]) -> None:
    with pytest.raises(NotNow):
        answer_of(converse(*content, stop="end_turn"), latency_ms=1)


def test_a_call_whose_input_is_cut_off_is_handed_on_as_such() -> None:
    answer = answer_of(converse(tool_use(topic="billing", confidence=0.9), stop="max_tokens"), latency_ms=1)
    assert (answer.said, answer.stop) == ({"topic": "billing", "confidence": 0.9}, "max_tokens")


@pytest.mark.parametrize("usage", [{}, None, {"inputTokens": -1, "outputTokens": -1}])
def test_an_answer_without_a_sensible_count_counts_as_nothing(usage: dict[str, int] | None) -> None:
    answer = answer_of({**converse(tool_use(topic="billing")), "usage": usage}, latency_ms=1)
    assert (answer.tokens_in, answer.tokens_out) == (0, 0)


@pytest.mark.parametrize("stop", ["malformed_tool_use", "max_tokens"])
def test_a_call_that_is_cut_off_is_the_models_own_and_goes_to_the_check(stop: str) -> None:
    assert answer_of(converse(stop=stop), latency_ms=1).said is None


@pytest.mark.parametrize("second", [False, True], ids=["first", "second"])
@pytest.mark.parametrize("name", [*table().models, "somebody.unknown-v1:0"])
def test_the_request_of_every_model_is_one_that_bedrock_takes(bedrock: Stubber, name: str, second: bool) -> None:
    """botocore holds each request against AWS's own model of the service."""
    asked = prompt().again("it is cut off") if second else prompt()
    bedrock.add_response("converse", converse(tool_use(topic="billing")))
    assert BedrockModel(bedrock.client, model_id=name).ask(asked).said == {"topic": "billing"}


def test_an_answer_that_was_begun_is_read_to_its_end(bedrock: Stubber) -> None:
    said = 'billing", "second": "none", "urgency": "low", "tone": "calm", "confidence": 0.9, "why": "invoice"}'
    bedrock.add_response("converse", converse({"text": said}, stop="end_turn"))
    answer = BedrockModel(bedrock.client, model_id="eu.anthropic.claude-haiku-4-5-20251001-v1:0").ask(prompt())
    assert (answer.said["topic"], answer.said["why"], answer.stop) == ("billing", "invoice", "end_turn")
