"""classifier's way to AWS: the bus, the rules, the readings it keeps and the model."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from contracts.rules import RULES_KEY, Rules
from contracts.ticket_classified import TicketClassified
from services.classifier.domain.answer import Answer
from services.classifier.domain.prompt import Prompt
from services.classifier.settings import Settings
from shared.bus import EventBus
from shared.errors import NotNow
from shared.snapshot import Snapshot

SAID_CHARS = 120
"""How much is repeated of a text that came instead of an answer."""


def bus(settings: Settings) -> EventBus:
    """The custom bus, as classifier may use it."""
    return EventBus(boto3.client("events"), name=settings.bus_name, source="tickets.classifier")


def rules(settings: Settings) -> Snapshot[Rules]:
    """The published rules."""
    s3 = boto3.client("s3")
    return Snapshot(s3, bucket=settings.rules_bucket, key=RULES_KEY, parse=Rules.model_validate_json)


def readings(settings: Settings) -> Readings:
    """The table of readings."""
    return Readings(boto3.client("dynamodb"), table=settings.table_name)


def model(settings: Settings) -> BedrockModel:
    """The configured model."""
    return bedrock(settings.model_id, timeout_s=settings.model_timeout_s)


def bedrock(model_id: str, *, timeout_s: float = 12) -> BedrockModel:
    """A model on Bedrock. One try a call: the queue does the retrying, so that a throttled model blocks nobody."""
    retries = {"total_max_attempts": 1, "mode": "standard"}
    config = Config(connect_timeout=3, read_timeout=timeout_s, retries=retries)  # type: ignore[arg-type]
    return BedrockModel(boto3.client("bedrock-runtime", config=config), model_id=model_id)


class Readings:
    """One row per TicketClassified: the event log of ``ticket-router trace``, and what a redelivery emits again."""

    def __init__(self, client: Any, *, table: str) -> None:
        self._client, self._table = client, table

    def find(self, ticket_id: str, event_id: str) -> TicketClassified | None:
        """The event that was kept under this id."""
        found = self._client.get_item(TableName=self._table, Key=_key(ticket_id, event_id), ConsistentRead=True)
        return _event(found["Item"]) if "Item" in found else None

    def keep(self, classified: TicketClassified) -> TicketClassified:
        """Write it once. When another delivery was faster, its event is the one that counts."""
        metadata = classified.metadata
        event = {
            "detail-type": classified.detail_type(),
            "source": classified.source,
            "detail": classified.model_dump(mode="json"),
        }
        item = {
            **_key(metadata.correlation_id, metadata.event_id),
            "event": {"S": json.dumps(event, ensure_ascii=False)},
            "cause": {"S": metadata.causation_id or ""},
        }
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except self._client.exceptions.ConditionalCheckFailedException:
            kept = self.find(metadata.correlation_id, metadata.event_id)
            return kept or classified
        return classified


def _key(ticket_id: str, event_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"ticket#{ticket_id}"}, "sk": {"S": f"event#{event_id}"}}


def _event(item: dict[str, Any]) -> TicketClassified:
    return TicketClassified.model_validate(json.loads(item["event"]["S"])["detail"])


class BedrockModel:
    """A model behind Bedrock's Converse API."""

    def __init__(self, client: Any, *, model_id: str) -> None:
        self._client, self.name = client, model_id

    def ask(self, prompt: Prompt) -> Answer:
        """Make the call. Raises ``NotNow`` when it fails for whatever reason: the ticket then waits in the queue."""
        started = monotonic()
        try:
            response = self._client.converse(modelId=self.name, **prompt.converse())
        except ClientError as error:
            raise NotNow(error.response["Error"].get("Code", "ClientError")) from error
        except BotoCoreError as error:
            raise NotNow(type(error).__name__) from error
        return answer_of(response, latency_ms=round((monotonic() - started) * 1000))


def answer_of(response: dict[str, Any], *, latency_ms: int) -> Answer:
    """The tool call in a Converse response.

    Plain text although the prompt demands a tool call is not the model's answer but somebody's in between (a
    guardrail, a gateway that cannot reach the model): ``NotNow``. A tool call that is cut off or malformed is the
    model's own, and is handed on for the checks to refuse.
    """
    content = response.get("output", {}).get("message", {}).get("content") or []
    stop = response.get("stopReason", "")
    uses = [block["toolUse"] for block in content if "toolUse" in block]
    if not uses and stop not in ("malformed_tool_use", "max_tokens", "malformed_model_output"):
        text = " ".join(" ".join(block.get("text", "") for block in content).split())[:SAID_CHARS]
        raise NotNow(f"text came instead of a tool call ({stop or 'no stop reason'}): “{text}”")
    usage = response.get("usage") or {}
    return Answer(
        said=uses[0].get("input") if uses else None,
        stop=stop,
        tokens_in=max(0, usage.get("inputTokens", 0)),
        tokens_out=max(0, usage.get("outputTokens", 0)),
        latency_ms=latency_ms,
    )
