"""Reading a DynamoDB table: whole answers, page by page."""

from __future__ import annotations

from typing import Any


class Reader:
    """Reads of the hand-off table, over a boto3 DynamoDB ``Table``."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def _item(self, ticket_id: str) -> dict[str, Any] | None:
        key = {"pk": f"ticket#{ticket_id}", "sk": "ticket"}
        item: dict[str, Any] | None = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return item

    def _query(self, limit: int | None = None, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while limit is None or len(found) < limit:
            page = self._table.query(**query, **({"Limit": limit - len(found)} if limit else {}))
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return found
