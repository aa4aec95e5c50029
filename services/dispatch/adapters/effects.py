"""Things that are done once, counted or paced over all workers, as items of the hand-off table."""

from __future__ import annotations

import math
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.dispatch.domain.attempt import LEASE, Claim
from services.dispatch.domain.errors import NotYourTurn
from shared.errors import NotNow

KEPT = timedelta(days=30)
"""Longer than a message can live in the inbox (4 days) and its dead letters (14 days) together."""
PAUSES_S = (0.2, 1.0, 3.0)
"""Before what has just happened is noted again, when the table did not take it."""
LONGEST_SLEEP_S = 2.0
"""A turn that is further away is booked and left to the queue."""


class Taken(Exception):
    """The claim is another worker's."""


class Effects:
    """Conditional writes on a boto3 DynamoDB ``Table``."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def claim(self, effect: str, *, now: datetime, lease: timedelta = LEASE) -> Claim | None:
        """Take an effect for this worker alone, for as long as ``lease``; None when it is done.

        Raises NotNow while another worker has it.
        """
        holder = uuid.uuid4().hex
        try:
            item = self._change(
                effect,
                "SET #until = :until, #holder = :holder, expires_at = :expires",
                "attribute_not_exists(#done) AND (attribute_not_exists(#until) OR #until < :now)",
                until=int((now + lease).timestamp()),
                holder=holder,
                expires=int((now + KEPT).timestamp()),
                now=int(now.timestamp()),
            )
        except Taken as error:
            item = self._table.get_item(Key=_key(effect), ConsistentRead=True).get("Item", {})
            if item.get("done"):
                return None
            # Ours: botocore asked again because the first answer was lost.
            if item.get("holder") != holder:
                raise NotNow(f"{effect} is being done by another worker", retry_after=2) from error
        doubt = item.get("doubt_until")
        return Claim(effect, holder, datetime.fromtimestamp(int(doubt), UTC) if doubt else None, item.get("made"))

    def begin(self, claim: Claim, *, doubt_until: datetime) -> None:
        """Note that it may happen from now on. Raises NotNow when somebody else has the claim."""
        until = math.ceil(doubt_until.timestamp())
        try:
            self._change(
                claim.effect, "SET doubt_until = :doubt", "#holder = :holder", holder=claim.holder, doubt=until
            )
        except Taken as error:
            raise NotNow(f"another worker has taken over {claim.effect}", retry_after=2) from error

    def made(self, claim: Claim, answer: str) -> None:
        """Note that it has happened, and what came of it. Tried for a while: what is not noted is in doubt."""
        for pause in (*PAUSES_S, None):
            try:
                self._update(claim.effect, "SET #name = :value", "made", answer)
            except (ClientError, BotoCoreError):
                if pause is None:
                    raise
                time.sleep(pause)
            else:
                return

    def refused(self, claim: Claim) -> None:
        """Note that it has not happened."""
        with suppress(Taken):
            self._change(claim.effect, "REMOVE doubt_until", "#holder = :holder", holder=claim.holder)

    def release(self, claim: Claim) -> None:
        """Let the next worker try at once: this one failed."""
        with suppress(Taken):
            self._change(claim.effect, "SET #until = :until", "#holder = :holder", holder=claim.holder, until=0)

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

    def _change(self, effect: str, expression: str, condition: str, **values: Any) -> dict[str, Any]:
        """Change an effect on a condition. Raises Taken when it does not hold."""
        text = f"{expression} {condition}"
        names = {f"#{name}": name for name in ("until", "holder", "done") if f"#{name}" in text}
        try:
            answer = self._table.update_item(
                Key=_key(effect),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise Taken(effect) from error
        return dict(answer.get("Attributes", {}))

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
