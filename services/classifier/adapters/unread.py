"""What the model has not read: tickets that wait for it in the queue, and those that went on unread.

Two partitions of the readings' table. ``waiting``: a row a ticket, for people to see. ``unread``: a row a ticket in the
order in which they are due, so that the sweep reads what is due and nothing else, and an idle one next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from contracts.ticket_classified import TicketClassified
from contracts.ticket_received import TicketReceived
from services.classifier.domain.unread import Owed

BY_A_PERSON = "by a person"
"""Sorts after every moment: never due by itself."""


class Unread:
    """Both lists."""

    def __init__(self, client: Any, *, table: str, keep_days: int) -> None:
        self._client, self._table, self._keep_s = client, table, keep_days * 86_400

    def waits(self, received: TicketReceived, why: str) -> None:
        """The ticket is in the queue, and the model is not there."""
        ticket = received.data.ticket
        item = {
            **_waiting(ticket.ticket_id),
            "ticket_id": {"S": ticket.ticket_id},
            "since": {"S": _moment(received.metadata.occurred_at)},
            "why": {"S": why},
            "expires_at": {"N": str(round(received.metadata.occurred_at.timestamp() + self._keep_s))},
        }
        self._client.put_item(TableName=self._table, Item=item)

    def waits_no_longer(self, ticket_id: str) -> None:
        """It went on, read or not."""
        self._client.delete_item(TableName=self._table, Key=_waiting(ticket_id))

    def due(self, now: datetime | None) -> Iterator[Owed]:
        """The unread tickets that are due, longest due first; all of them when ``now`` is None."""
        last = _moment(now) + "~" if now else "~"
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :unread AND sk <= :last",
            "ExpressionAttributeValues": {":unread": {"S": "unread"}, ":last": {"S": last}},
        }
        while True:
            page = self._client.query(**query)
            yield from map(_owed, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def settle(self, owed: Owed) -> None:
        """It has been read, or needs no reading any more."""
        self._client.delete_item(TableName=self._table, Key=_key(owed))

    def postpone(self, owed: Owed, until: datetime | None, why: str) -> None:
        """Not before ``until``, by itself; None leaves it to a person."""
        if owed.due == (later := _due(until)):
            return
        moved = {**_item(owed), "sk": {"S": f"{later}#{owed.ticket_id}"}, "why": {"S": why}}
        moved["tries"] = {"N": str(owed.tries + 1)}
        change = [
            {"Put": {"TableName": self._table, "Item": moved}},
            {"Delete": {"TableName": self._table, "Key": _key(owed)}},
        ]
        self._client.transact_write_items(TransactItems=change)


def left_unread(classified: TicketClassified, again_at: datetime | None, expires_at: int) -> dict[str, Any]:
    """The row of a ticket that goes on unread."""
    owed = Owed(
        ticket_id=classified.metadata.correlation_id,
        event_id=classified.metadata.event_id,
        due=_due(again_at),
        since=_moment(classified.data.ticket.received_at),
        why=classified.data.reading.why,
        expires_at=expires_at,
    )
    return _item(owed)


def _item(owed: Owed) -> dict[str, Any]:
    return {
        **_key(owed),
        "ticket_id": {"S": owed.ticket_id},
        "event_id": {"S": owed.event_id},
        "since": {"S": owed.since},
        "why": {"S": owed.why},
        "tries": {"N": str(owed.tries)},
        "expires_at": {"N": str(owed.expires_at)},
    }


def _owed(item: dict[str, Any]) -> Owed:
    return Owed(
        ticket_id=item["ticket_id"]["S"],
        event_id=item["event_id"]["S"],
        due=item["sk"]["S"].partition("#")[0],
        since=item["since"]["S"],
        why=item["why"]["S"],
        tries=int(item["tries"]["N"]),
        expires_at=int(item["expires_at"]["N"]),
    )


def _key(owed: Owed) -> dict[str, Any]:
    return {"pk": {"S": "unread"}, "sk": {"S": f"{owed.due}#{owed.ticket_id}"}}


def _waiting(ticket_id: str) -> dict[str, Any]:
    return {"pk": {"S": "waiting"}, "sk": {"S": ticket_id}}


def _due(at: datetime | None) -> str:
    return _moment(at) if at else BY_A_PERSON


def _moment(at: datetime) -> str:
    """In UTC with a fixed width, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
