"""The hand-offs, the events of a ticket and what a list shows: for dispatch itself."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from contracts.envelope import Event
from contracts.mail_set_aside import MailSetAside
from services.dispatch.adapters.log.table import Reader
from services.dispatch.domain.errors import Conflict
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.reminding import ends_at, next_look
from services.dispatch.domain.lists import counts as counting
from services.dispatch.domain.lists.entry import Entry, entry_of
from services.dispatch.domain.lists.queue import NEWEST, TOP
from services.dispatch.domain.row import moment, row_of

TAKEN_LIMIT = 20
"""Taken tickets a queue list can show at most."""


DUE_LIMIT = 200
"""Tickets that one look takes on."""
CONFLICTS = 6
"""How often a write is tried again that met another on a shared counter."""

_CANCELLED = ("TransactionCanceledException", "TransactionConflictException")


class HandOffs(Reader):
    """Hand-offs, stored conditionally."""

    def __init__(
        self,
        table: Any,
        *,
        retention_days: int = 400,
        after: Mapping[str, tuple[timedelta, timedelta]] | None = None,
    ) -> None:
        super().__init__(table)
        self._after = after or {}
        self._retention = timedelta(days=retention_days)
        self._noted: set[tuple[str, str]] = set()

    def get(self, ticket_id: str) -> HandOff | None:
        """The hand-off as stored."""
        item = self._item(ticket_id)
        return HandOff.model_validate_json(item["handoff"]) if item else None

    def save(self, handoff: HandOff, *events: Event, counts: Mapping[str, int] | None = None) -> HandOff:
        """Store the hand-off, its events and what it adds to the teams' counts in one write.

        Raises Conflict when it is not the one that was read.
        """
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
        puts = [{"Put": put}, *({"Put": {"TableName": self._table.name, "Item": one}} for one in others)]
        self._write([*puts, *(self._counting(team, change) for team, change in (counts or {}).items())], handoff)
        return handoff.model_copy(update={"stored": handoff.stored + 1})

    def forget(self, ticket_id: str) -> None:
        """Erase the hand-off; if it waits, its team has one fewer. Raises Conflict when it changed meanwhile."""
        handoff = self.get(ticket_id)
        if handoff is None:
            return
        delete = {
            "TableName": self._table.name,
            "Key": {"pk": f"ticket#{ticket_id}", "sk": "ticket"},
            "ConditionExpression": "writes = :read",
            "ExpressionAttributeValues": {":read": handoff.stored},
        }
        fewer = counting.counts(handoff, None).items()
        self._write([{"Delete": delete}, *(self._counting(team, change) for team, change in fewer)], handoff)

    def _write(self, items: list[dict[str, Any]], handoff: HandOff) -> None:
        for attempt in range(CONFLICTS):
            try:
                self._table.meta.client.transact_write_items(TransactItems=items)
                return
            except ClientError as error:
                if error.response["Error"]["Code"] not in _CANCELLED:
                    raise
                reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons") or ()}
                met = "TransactionConflict" in reasons and "ConditionalCheckFailed" not in reasons
                if not met or attempt == CONFLICTS - 1:
                    raise Conflict(handoff.ticket_id) from error
                # Another ticket of the same team is being counted: it is over in milliseconds.
                time.sleep(random.uniform(0.01, 0.04) * (attempt + 1))

    def _counting(self, team: str, change: int) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table.name,
                "Key": {"pk": "waiting", "sk": team},
                "UpdateExpression": "ADD #count :change",
                "ExpressionAttributeNames": {"#count": "count"},
                "ExpressionAttributeValues": {":change": change},
            }
        }

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
                "sender": event.data.sender,
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
        """The top of a team's queue, and what came last. Follows a write within moments (an index)."""
        top = self._entries(Key("queue").eq(team), TOP, forward=True)
        newest = self._entries(Key("queue").eq(team), NEWEST)
        return list({entry.ticket_id: entry for entry in (*top, *newest)}.values())

    def count(self, team: str) -> int:
        """How many wait with the team. Consistent; 0 where nothing has been counted yet."""
        item = self._table.get_item(Key={"pk": "waiting", "sk": team}, ConsistentRead=True).get("Item") or {}
        return max(0, int(item.get("count", 0)))

    def due(self, what: str, *, now: datetime) -> list[str]:
        """Tickets to be looked at by now, the longest due first; the rest the next time."""
        condition = Key("due").eq(what) & Key("due_at").lte(moment(now))
        items = self._query(DUE_LIMIT, IndexName="by-due", KeyConditionExpression=condition)
        return [item["pk"].removeprefix("ticket#") for item in items]

    def taken(self, team: str, *, since: datetime) -> list[Entry]:
        """What a team has taken since then, the last one first."""
        return self._entries(Key("queue").eq(f"{team}#taken") & Key("queue_at").gte(moment(since)), TAKEN_LIMIT)

    def _entries(self, condition: Any, limit: int | None, *, forward: bool = False) -> list[Entry]:
        items = self._query(limit, IndexName="by-queue", KeyConditionExpression=condition, ScanIndexForward=forward)
        return [Entry.model_validate_json(item["entry"]) for item in items]

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
        item["expires_at"] = int(ends_at(handoff, self._retention).timestamp())
        if look := next_look(handoff, after=self._after, retention=self._retention):
            item |= {"due": look[0], "due_at": moment(look[1])}
        if handoff.taken_at and not handoff.no_ticket:
            taken = {"queue": f"{entry.team}#taken", "queue_at": moment(handoff.taken_at)}
            item |= {**taken, "entry": entry.model_dump_json()}
        return item

    def _event_item(self, event: Event) -> dict[str, Any]:
        body = {"detail-type": event.detail_type(), "source": event.source, "detail": event.model_dump(mode="json")}
        return {
            "pk": f"ticket#{event.metadata.correlation_id}",
            "sk": f"event#{event.metadata.event_id}",
            "event": json.dumps(body, ensure_ascii=False),
            "expires_at": int((event.metadata.occurred_at + self._retention).timestamp()),
        }
