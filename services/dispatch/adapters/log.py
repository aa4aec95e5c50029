"""The hand-off log in DynamoDB. Read by index, never by scan.

Table ``tickets-dispatch-<stage>``, keys ``pk`` and ``sk``:

| item | pk | sk |
|---|---|---|
| the hand-off of a ticket | ``ticket#<id>`` | ``ticket`` |
| an event of it, kept or emitted | ``ticket#<id>`` | ``event#<event id>`` |
| a copy of it or a follow-up to it | ``ticket#<id>`` | ``part#<its id>`` |
| a day that has tickets | ``days`` | ``2026-11-23`` |
| a team that has had tickets | ``teams`` | its name |
| a mail that was no ticket | ``aside#2026-11-23`` | its event id |
| something done once (see ``effects``) | ``effect#<name>`` | ``effect`` |

Indexes over the hand-offs, each with the row as ``ticket-router tickets`` prints it: ``by-day`` (``day``, ``at``),
``by-customer`` (``customer``, ``at``), ``by-queue`` (``queue``, ``queue_at``): a team's open tickets in queue order
under ``<team>``, its taken ones by the time they were taken under ``<team>#taken``.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from services.dispatch.domain.errors import Conflict
from services.dispatch.domain.handoff import HandOff
from services.dispatch.domain.queue import Entry, entry_of
from services.dispatch.domain.row import moment, row_of

TAKEN_LIMIT = 20
"""Taken tickets a queue list can show at most."""


class HandOffLog:
    """The log, over a boto3 DynamoDB ``Table``."""

    def __init__(self, table: Any, *, retention_days: int = 400) -> None:
        self._table, self._retention = table, timedelta(days=retention_days)
        self._noted: set[tuple[str, str]] = set()

    # --- rows: for the command, the Desk, the reports ---

    def newest(self, limit: int = 50) -> list[dict[str, Any]]:
        """The ``limit`` tickets received last, newest first, copies among them."""
        found: list[dict[str, Any]] = []
        for day in self.days():
            found += self._rows("by-day", Key("day").eq(day), limit - len(found))
            if len(found) >= limit:
                break
        return found

    def days(self) -> list[str]:
        """Every day that has tickets, newest first."""
        items = self._query(KeyConditionExpression=Key("pk").eq("days"), ScanIndexForward=False)
        return [item["sk"] for item in items]

    def of_day(self, day: str) -> list[dict[str, Any]]:
        """Every ticket received on the day (UTC, ``2026-11-23``), newest first."""
        return self._rows("by-day", Key("day").eq(day))

    def aside(self, day: str) -> list[dict[str, Any]]:
        """The mail that was set aside on the day (UTC): ``reason`` and ``received_at`` of each."""
        items = self._query(KeyConditionExpression=Key("pk").eq(f"aside#{day}"))
        return [{"reason": item["reason"], "received_at": item["received_at"]} for item in items]

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

    # --- hand-offs: for dispatch itself ---

    def get(self, ticket_id: str) -> HandOff | None:
        """The hand-off as stored."""
        item = self._item(ticket_id)
        return HandOff.model_validate_json(item["handoff"]) if item else None

    def save(self, handoff: HandOff, *events: Event) -> HandOff:
        """Store the hand-off and its events in one write. Raises Conflict when it is not the one that was read."""
        item = self._as_item(handoff)
        condition = "writes = :read" if handoff.stored else "attribute_not_exists(pk)"
        values = {":read": handoff.stored} if handoff.stored else None
        put: dict[str, Any] = {"TableName": self._table.name, "Item": item, "ConditionExpression": condition}
        if values:
            put["ExpressionAttributeValues"] = values
        self._note(("days", item["day"]), ("teams", handoff.move.team))
        others = [self._event_item(event) for event in events]
        if handoff.part_of:
            root, ends = f"ticket#{handoff.part_of}", item["expires_at"]
            others.append({"pk": root, "sk": f"part#{handoff.ticket_id}", "expires_at": ends})
        try:
            self._table.meta.client.transact_write_items(
                TransactItems=[{"Put": put}, *({"Put": {"TableName": self._table.name, "Item": one}} for one in others)]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in ("TransactionCanceledException", "TransactionConflictException"):
                raise Conflict(handoff.ticket_id) from error
            raise
        return handoff.model_copy(update={"stored": handoff.stored + 1})

    def _note(self, *keys: tuple[str, str]) -> None:
        """Days and teams, once each: inside the transaction all tickets of a day would wait for each other."""
        for pk, sk in set(keys) - self._noted:
            self._table.put_item(Item={"pk": pk, "sk": sk})
            self._noted.add((pk, sk))

    def keep(self, event: Event) -> None:
        """Keep an event for the ticket's trace."""
        self._table.put_item(Item=self._event_item(event))

    def keep_aside(self, event: MailSetAside) -> None:
        """Keep that a mail was no ticket, for the reports."""
        at = moment(event.data.received_at)
        self._table.put_item(
            Item={
                "pk": f"aside#{at[:10]}",
                "sk": event.metadata.event_id,
                "reason": event.data.reason,
                "received_at": at,
                "expires_at": int((event.data.received_at + self._retention).timestamp()),
            }
        )

    def parts(self, ticket_id: str) -> list[HandOff]:
        """The copies of a ticket and the follow-ups to it, in the order they came. Consistent."""
        condition = Key("pk").eq(f"ticket#{ticket_id}") & Key("sk").begins_with("part#")
        items = self._query(KeyConditionExpression=condition, ConsistentRead=True)
        found = [part for item in items if (part := self.get(item["sk"].removeprefix("part#")))]
        return sorted(found, key=lambda part: part.ticket.received_at)

    def teams(self) -> list[str]:
        """Every team that has had tickets, those among them that have left the sheet."""
        return [item["sk"] for item in self._query(KeyConditionExpression=Key("pk").eq("teams"))]

    def waiting(self, team: str) -> list[Entry]:
        """What waits in a team's queue, in queue order. Follows a write within moments (an index)."""
        return self._entries(Key("queue").eq(team), None, forward=True)

    def taken(self, team: str, *, since: datetime) -> list[Entry]:
        """What a team has taken since then, the last one first."""
        return self._entries(Key("queue").eq(f"{team}#taken") & Key("queue_at").gte(moment(since)), TAKEN_LIMIT)

    def _entries(self, condition: Any, limit: int | None, *, forward: bool = False) -> list[Entry]:
        items = self._query(limit, IndexName="by-queue", KeyConditionExpression=condition, ScanIndexForward=forward)
        return [Entry.model_validate_json(item["entry"]) for item in items]

    def _item(self, ticket_id: str) -> dict[str, Any] | None:
        key = {"pk": f"ticket#{ticket_id}", "sk": "ticket"}
        item: dict[str, Any] | None = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return item

    def _as_item(self, handoff: HandOff) -> dict[str, Any]:
        ticket = handoff.ticket
        at = f"{moment(ticket.received_at)}#{ticket.ticket_id}"
        item: dict[str, Any] = {
            "pk": f"ticket#{ticket.ticket_id}",
            "sk": "ticket",
            "handoff": handoff.model_copy(update={"stored": handoff.stored + 1}).model_dump_json(),
            "row": json.dumps(row_of(handoff), ensure_ascii=False),
            "writes": handoff.stored + 1,
            "day": at[:10],
            "at": at,
        }
        if ticket.customer.email:
            item["customer"] = ticket.customer.email.casefold()
        entry = entry_of(handoff.model_copy(update={"stored": handoff.stored + 1}))
        if handoff.is_open:
            item |= {"queue": entry.team, "queue_at": f"{entry.rank}#{at}", "entry": entry.model_dump_json()}
        else:
            ended = handoff.taken_at or ticket.received_at
            item["expires_at"] = int((ended + self._retention).timestamp())
        if handoff.taken_at:
            taken = {"queue": f"{entry.team}#taken", "queue_at": moment(handoff.taken_at)}
            item |= {**taken, "entry": entry.model_dump_json()}
        return item

    def _rows(
        self, index: str, condition: Any, limit: int | None = None, *, forward: bool = False
    ) -> list[dict[str, Any]]:
        items = self._query(limit, IndexName=index, KeyConditionExpression=condition, ScanIndexForward=forward)
        return [json.loads(item["row"]) for item in items]

    def _query(self, limit: int | None = None, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while limit is None or len(found) < limit:
            page = self._table.query(**query, **({"Limit": limit - len(found)} if limit else {}))
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return found

    def _event_item(self, event: Event) -> dict[str, Any]:
        body = {"detail-type": event.detail_type(), "source": event.source, "detail": event.model_dump(mode="json")}
        return {
            "pk": f"ticket#{event.metadata.correlation_id}",
            "sk": f"event#{event.metadata.event_id}",
            "event": json.dumps(body, ensure_ascii=False),
            "expires_at": int((event.metadata.occurred_at + self._retention).timestamp()),
        }
