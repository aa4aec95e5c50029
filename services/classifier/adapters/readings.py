"""The readings that were said, one row an event: what ``ticket-router trace`` shows and a redelivery says again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from contracts.ticket_classified import TicketClassified
from services.classifier.adapters.unread import left_unread

DAY_S = 86_400


class Readings:
    """One row per TicketClassified."""

    def __init__(self, client: Any, *, table: str, keep_days: int) -> None:
        self._client, self._table, self._keep_days = client, table, keep_days

    def find(self, ticket_id: str, event_id: str) -> TicketClassified | None:
        """The event that was kept under this id."""
        found = self._client.get_item(TableName=self._table, Key=_key(ticket_id, event_id), ConsistentRead=True)
        return _event(found["Item"]) if "Item" in found else None

    def keep(self, classified: TicketClassified, *, again_at: datetime | None = None) -> TicketClassified:
        """Write it once. When another delivery was faster, its event is the one that counts.

        An unread ticket is written down in the same transaction as one that is owed a reading, at ``again_at``; None
        leaves that to a person.
        """
        if classified.data.reading.outcome == "unread":
            return self._keep_unread(classified, again_at)
        try:
            self._client.put_item(**self._row(classified))
        except self._client.exceptions.ConditionalCheckFailedException:
            return self._first(classified)
        return classified

    def _keep_unread(self, classified: TicketClassified, again_at: datetime | None) -> TicketClassified:
        expires_at = self._expires_at(classified)
        owed = {"TableName": self._table, "Item": left_unread(classified, again_at, expires_at)}
        try:
            self._client.transact_write_items(TransactItems=[{"Put": self._row(classified)}, {"Put": owed}])
        except self._client.exceptions.TransactionCanceledException as error:
            if not any(why.get("Code") == "ConditionalCheckFailed" for why in error.response["CancellationReasons"]):
                raise  # a transaction beside ours: the message comes again
            return self._first(classified)
        return classified

    def _row(self, classified: TicketClassified) -> dict[str, Any]:
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
            "expires_at": {"N": str(self._expires_at(classified))},
        }
        return {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}

    def _expires_at(self, classified: TicketClassified) -> int:
        return round(classified.metadata.occurred_at.astimezone(UTC).timestamp()) + self._keep_days * DAY_S

    def _first(self, classified: TicketClassified) -> TicketClassified:
        return self.find(classified.metadata.correlation_id, classified.metadata.event_id) or classified


def _key(ticket_id: str, event_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"ticket#{ticket_id}"}, "sk": {"S": f"event#{event_id}"}}


def _event(item: dict[str, Any]) -> TicketClassified:
    return TicketClassified.model_validate(json.loads(item["event"]["S"])["detail"])
