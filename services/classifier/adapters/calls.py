"""The day's model calls, counted where all copies of the function see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

TWO_DAYS_S = 172_800


class Calls:
    """A counter a day (UTC) in the readings' table: one write unit a call, none when there is no limit."""

    def __init__(self, client: Any, *, table: str, a_day: int) -> None:
        self._client, self._table, self.a_day = client, table, a_day

    def take(self, now: datetime) -> bool:
        """Count one call; False when the day has none left."""
        if not self.a_day:
            return True
        return self._update(
            now,
            change="ADD made :one SET expires_at = :later",
            condition="attribute_not_exists(made) OR made < :most",
            values={":one": "1", ":most": str(self.a_day), ":later": str(round(now.timestamp()) + TWO_DAYS_S)},
        )

    def are_spent(self, now: datetime) -> bool:
        """Whether the day has no call left."""
        if not self.a_day:
            return False
        found = self._client.get_item(TableName=self._table, Key=_key(now))
        return int(found.get("Item", {}).get("made", {"N": "0"})["N"]) >= self.a_day

    def is_first_refusal(self, now: datetime) -> bool:
        """Whether nobody was told today that there are none left."""
        return self._update(now, change="SET told = :one", condition="attribute_not_exists(told)", values={":one": "1"})

    def _update(self, now: datetime, *, change: str, condition: str, values: dict[str, str]) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(now),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues={name: {"N": value} for name, value in values.items()},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(now: datetime) -> dict[str, Any]:
    return {"pk": {"S": "calls"}, "sk": {"S": now.strftime("%Y-%m-%d")}}
