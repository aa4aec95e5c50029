"""Things that are done once, counted or paced over all workers, as items of the hand-off table."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, Literal

from botocore.exceptions import ClientError

from services.dispatch.domain.errors import NotYourTurn
from shared.errors import NotNow

LEASE = timedelta(seconds=65)
"""How long a worker has an effect to itself; longer than the function may run (60 s)."""
KEPT = timedelta(days=30)
"""Longer than a message can live in the inbox (4 days) and its dead letters (14 days) together."""
LONGEST_SLEEP_S = 2.0
"""A turn that is further away is booked and left to the queue."""


class Effects:
    """Conditional writes on a boto3 DynamoDB ``Table``."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def claim(self, effect: str, *, now: datetime) -> Literal["first", "again", "done"]:
        """Take an effect for this worker alone.

        ``first``: nobody has tried; ``again``: an earlier worker may have got part of the way; ``done``: nothing is
        left to do. Raises NotNow while another worker has it.
        """
        item = {
            **_key(effect),
            "until": int((now + LEASE).timestamp()),
            "expires_at": int((now + KEPT).timestamp()),
        }
        try:
            before = self._table.put_item(
                Item=item,
                ConditionExpression="attribute_not_exists(pk) OR (#until < :now AND attribute_not_exists(#done))",
                ExpressionAttributeNames={"#until": "until", "#done": "done"},
                ExpressionAttributeValues={":now": int(now.timestamp())},
                ReturnValues="ALL_OLD",
            ).get("Attributes")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            held = self._table.get_item(Key=_key(effect), ConsistentRead=True).get("Item", {})
            if held.get("done"):
                return "done"
            raise NotNow(f"{effect} is being done by another worker", retry_after=2) from error
        return "again" if before else "first"

    def release(self, effect: str) -> None:
        """Let the next worker try at once: this one failed."""
        self._update(effect, "SET #name = :value", "until", 0)

    def done(self, effect: str) -> None:
        """Nobody need try again."""
        self._update(effect, "SET #name = :value", "done", True)

    def count(self, what: str) -> int:
        """Count one more of ``what``; answers the new count."""
        return int(self._update(f"count.{what}", "ADD #name :value", "count", 1)["count"])

    def counted(self, what: str) -> int:
        """The count as it is."""
        return int(self._kept(f"count.{what}", "count"))

    def note(self, what: str, value: str, *, for_ever: bool = False) -> None:
        """Remember something small, for ``KEPT`` or for ever."""
        ends = {} if for_ever else {"expires_at": int(time.time() + KEPT.total_seconds())}
        self._table.put_item(Item={**_key(f"note.{what}"), "value": value, **ends})

    def noted(self, what: str) -> str:
        """What was remembered; empty when nothing was."""
        return str(self._kept(f"note.{what}", "value") or "")

    def wait_turn(self, what: str, who: str, *, every: float, burst: int) -> None:
        """Wait until ``who`` may do ``what``: once ``every`` seconds over all workers, ``burst`` of them at once.

        Raises NotYourTurn when that is further away than a function should sleep. The turn is booked then: whoever
        comes back for it need not queue again.
        """
        now, booking = time.time(), f"turn.{what}.{who}"
        while True:
            last = float(self._kept(f"turn.{what}", "at"))
            turn = max(last, now - burst * every) + every
            if turn - now > LONGEST_SLEEP_S and (booked := float(self._kept(booking, "at"))):
                turn = booked
                break
            if self._moved(f"turn.{what}", last, turn):
                break
        if turn - now > LONGEST_SLEEP_S:
            self._table.put_item(
                Item={**_key(booking), "at": repr(turn), "expires_at": int(turn + KEPT.total_seconds())}
            )
            raise NotYourTurn(f"{what} is busy: {who} has its turn in {turn - now:.0f} s", retry_after=turn - now)
        time.sleep(max(0.0, turn - now))

    def _kept(self, name: str, field: str) -> Any:
        return self._table.get_item(Key=_key(name), ConsistentRead=True).get("Item", {}).get(field, 0)

    def _moved(self, name: str, last: float, turn: float) -> bool:
        try:
            self._table.put_item(
                Item={**_key(name), "at": repr(turn)},
                ConditionExpression="attribute_not_exists(pk) OR #at = :last",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={":last": repr(last)},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _update(self, effect: str, expression: str, name: str, value: Any) -> dict[str, Any]:
        answer = self._table.update_item(
            Key=_key(effect),
            UpdateExpression=expression,
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
            ReturnValues="ALL_NEW",
        )
        return dict(answer.get("Attributes", {}))


def _key(effect: str) -> dict[str, str]:
    return {"pk": f"effect#{effect}", "sk": "effect"}
