"""Which messages of a conversation have become tickets, one row a conversation in intake's table."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

from services.intake.app import Raced
from services.intake.domain.chat_memory import Claim, as_rows, from_rows
from services.intake.settings import Settings

_DAY_S = 86_400


class Conversations:
    """The conversations' rows: ``conversation#<digest of the id>``, guarded by ``revision``."""

    def __init__(self, settings: Settings) -> None:
        self._table = boto3.resource("dynamodb").Table(settings.table_name)
        self._keep_s = settings.keep_days * _DAY_S

    def claims(self, conversation_id: str) -> tuple[tuple[Claim, ...], int]:
        item = self._table.get_item(Key=_key(conversation_id), ConsistentRead=True).get("Item")
        if item is None:
            return (), 0
        return from_rows(json.loads(str(item["claims"]))), int(str(item["revision"]))

    def claim(self, conversation_id: str, claims: Sequence[Claim], *, revision: int, now: datetime) -> None:
        item = {
            **_key(conversation_id),
            "claims": json.dumps(as_rows(claims), ensure_ascii=False),
            "revision": revision + 1,
            "expires_at": int(max(now.timestamp(), time.time())) + self._keep_s,
        }
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if revision:
            condition = {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": {":revision": revision},
            }
        try:
            self._table.put_item(Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Raced from error
            raise


def _key(conversation_id: str) -> dict[str, str]:
    return {"pk": f"conversation#{hashlib.sha256(conversation_id.encode()).hexdigest()}", "sk": "claims"}
