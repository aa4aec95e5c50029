"""The three tables: every row is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cli.erase.found import Found, Seen
from cli.erase.who import Traces, strings
from cli.stack import Stack
from services.dispatch.adapters.log import HandOffLog

_KINDS = {
    "customer": "the customer's recent tickets", "thread": "a mail's thread", "rate": "a count of messages",
    "set-aside": "a mail that was set aside", "aside": "a mail that was set aside", "waiting": "a ticket that waits",
    "unread": "a ticket to be read", "conversation": "a chat's memory", "effect": "something that was done",
}  # fmt: skip


class Table:
    """One service's table."""

    def __init__(self, stack: Stack, service: str) -> None:
        self.name = f"table of {service}"
        self._table = stack.table(service)
        self._log = HandOffLog(self._table) if service == "dispatch" else None

    def rows(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Every row there is (a consistent scan, 1 MB a call)."""
        more: dict[str, Any] = {}
        while True:
            answer = self._table.scan(ConsistentRead=True, **more)
            for row in answer["Items"]:
                seen(self.name)
                yield row
            if "LastEvaluatedKey" not in answer:
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def learn(self, traces: Traces, seen: Seen) -> None:
        """Take in the tickets of every row."""
        for row in self.rows(seen):
            for stored in ("event", "handoff"):
                if stored in row:
                    known = json.loads(row[stored])
                    traces.learn(known.get("detail", {}).get("data", {}) if stored == "event" else known)
                    _marks(known, traces)

    def find(self, traces: Traces, seen: Seen) -> Iterator[Found]:
        """Rows of their tickets, and rows that name them."""
        for row in self.rows(seen):
            if any(text in traces for text in strings(row)):
                key = {"pk": row["pk"], "sk": row["sk"]}
                of = _of_another(row, traces)
                yield Found(_what(row), self.name, key, of_another=of, content=_as_kept(row))

    def erase(self, found: Sequence[Found]) -> None:
        """Delete the rows; a ticket that still waits leaves its team's count as well."""
        for one in found:
            if self._log and one.key["sk"] == "ticket":
                self._log.forget(one.key["pk"].removeprefix("ticket#"))
            else:
                self._table.delete_item(Key=one.key)


def _what(row: dict[str, Any]) -> str:
    kind, _, rest = str(row["pk"]).partition("#")
    return f"{rest}, {str(row['sk']).partition('#')[0]}" if kind == "ticket" else _KINDS.get(kind, kind)


def _of_another(row: dict[str, Any], traces: Traces) -> str | None:
    """The ticket of somebody else that a row is about, which only names the customer."""
    pk = str(row["pk"])
    remembered = pk.startswith("customer#") and pk not in traces
    return traces.whose("\n".join(strings(row)) if remembered else pk)


def _marks(known: dict[str, Any], traces: Traces) -> None:
    """A correction of theirs is named in the Doc by the start of its event id."""
    detail = known.get("detail", {})
    if known.get("detail-type") == "TicketCorrected" and traces.who.has_sent(
        detail.get("data", {}).get("ticket") or {}
    ):
        traces.marks.add(detail["metadata"]["event_id"][:8])


def _as_kept(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the JSON inside it opened, for people to read."""
    return {name: json.loads(value) if name in ("event", "handoff", "row", "entry", "recent", "claims") else value
            for name, value in row.items()}  # fmt: skip
