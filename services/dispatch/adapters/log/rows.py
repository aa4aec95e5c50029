"""The log's rows: for the command, the Desk, the reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from boto3.dynamodb.conditions import Key

from services.dispatch.adapters.log.table import Reader


class Rows(Reader):
    """What the log says of each ticket, as ``ticket-router tickets`` prints it."""

    def newest(self, limit: int = 50) -> list[dict[str, Any]]:
        """The ``limit`` tickets received last, newest first, copies among them."""
        found: list[dict[str, Any]] = []
        for day in self.days():
            found += self._rows("by-day", Key("day").eq(day), limit - len(found))
            if len(found) >= limit:
                break
        return found

    def each(self) -> Iterator[dict[str, Any]]:
        """Every ticket there is, newest first, read a day at a time."""
        for day in self.days():
            yield from self.of_day(day)

    def days(self) -> list[str]:
        """Every day that has tickets, newest first."""
        items = self._query(KeyConditionExpression=Key("pk").eq("days"), ScanIndexForward=False)
        return [item["sk"] for item in items]

    def of_day(self, day: str) -> list[dict[str, Any]]:
        """Every ticket received on the day (UTC, ``2026-11-23``), newest first."""
        return self._rows("by-day", Key("day").eq(day))

    def aside(self, day: str) -> list[dict[str, Any]]:
        """The mail that was set aside on the day (UTC): ``reason``, ``sender`` and ``received_at`` of each."""
        items = self._query(KeyConditionExpression=Key("pk").eq(f"aside#{day}"))
        return [{name: item.get(name) for name in ("reason", "sender", "received_at")} for item in items]

    def row(self, ticket_id: str) -> dict[str, Any] | None:
        """The row of one ticket."""
        item = self._item(ticket_id)
        return json.loads(item["row"]) if item else None

    def queue(self, team: str) -> list[dict[str, Any]]:
        """The open tickets of a team, in queue order. Follows a write within moments (an index)."""
        return self._rows("by-queue", Key("queue").eq(team), forward=True)

    def of_customer(self, email: str, limit: int = 50) -> list[dict[str, Any]]:
        """A customer's tickets, newest first."""
        return self._rows("by-customer", Key("customer").eq(email.casefold()), limit)

    def events(self, ticket_id: str) -> list[dict[str, Any]]:
        """The events kept for a ticket, in the order they happened."""
        condition = Key("pk").eq(f"ticket#{ticket_id}") & Key("sk").begins_with("event#")
        kept = [json.loads(item["event"]) for item in self._query(KeyConditionExpression=condition)]
        return sorted(kept, key=lambda event: event["detail"]["metadata"]["occurred_at"])

    def _rows(
        self, index: str, condition: Any, limit: int | None = None, *, forward: bool = False
    ) -> list[dict[str, Any]]:
        items = self._query(limit, IndexName=index, KeyConditionExpression=condition, ScanIndexForward=forward)
        return [json.loads(item["row"]) for item in items]
