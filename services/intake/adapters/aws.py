"""intake's way to AWS: its bucket, its queue, its table, the bus and the staff list in the published rules."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from contracts.envelope import Event
from contracts.rules import RULES_KEY, Rules
from contracts.ticket import ObjectRef
from contracts.ticket_answered import TicketAnswered
from contracts.ticket_received import TicketReceived
from services.intake.app.ports import Kept, Raced
from services.intake.domain.linking import Known, Recent
from services.intake.settings import Settings
from shared.bus import EventBus
from shared.settings import secret
from shared.snapshot import Snapshot

if TYPE_CHECKING:
    from services.intake.domain.mail import Mail

_KEY_LIMIT = 1_000
"""Characters of a thread key that are used (DynamoDB: a partition key is at most 2,048 bytes)."""


def bus(settings: Settings) -> EventBus:
    """The custom bus, as intake may use it."""
    return EventBus(boto3.client("events"), name=settings.bus_name, source="tickets.intake")


def chat_secret(settings: Settings) -> str:
    """The secret that the chat tool signs with."""
    return secret(boto3.client("ssm"), settings.chat_secret_name)


class Published:
    """What intake needs of the published rules. Nothing until they are first published."""

    def __init__(self, settings: Settings) -> None:
        self._rules = Snapshot(
            boto3.client("s3"), bucket=settings.rules_bucket, key=RULES_KEY, parse=Rules.model_validate_json
        )

    def staff(self) -> tuple[str, ...]:
        """Addresses and domains of our own people, lower case."""
        rules = self._get()
        return rules.staff if rules else ()

    def kept_apart(self) -> tuple[str, ...]:
        """Words of messages that people have said are never copies."""
        rules = self._get()
        return tuple(line.text for line in rules.kept_apart) if rules else ()

    def _get(self) -> Rules | None:
        try:
            return self._rules.get()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket"):
                return None
            raise


class Bucket:
    """The mail bucket."""

    def __init__(self, settings: Settings) -> None:
        self._s3, self._name = boto3.client("s3"), settings.mail_bucket

    def read(self, key: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=self._name, Key=key)["Body"].read())

    def keep(self, key: str, content: bytes, content_type: str) -> ObjectRef:
        self._s3.put_object(Bucket=self._name, Key=key, Body=content, ContentType=content_type)
        return self.ref(key)

    def keep_first(self, key: str, content: bytes) -> bytes:
        try:
            self._s3.put_object(
                Bucket=self._name, Key=key, Body=content, ContentType="application/json", IfNoneMatch="*"
            )
        except ClientError as error:
            # 409: another put of the same key is under way at this moment (S3, conditional writes).
            if error.response["Error"]["Code"] not in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise
            return self.read(key)
        return content

    def ref(self, key: str) -> ObjectRef:
        return ObjectRef(bucket=self._name, key=key)

    def size_of(self, key: str) -> int | None:
        try:
            return int(self._s3.head_object(Bucket=self._name, Key=key)["ContentLength"])
        except ClientError as error:
            # Without s3:ListBucket, S3 answers 403 for what is not there (HeadObject, permissions).
            if error.response["Error"]["Code"] in ("404", "403", "NoSuchKey"):
                return None
            raise

    def copy(self, key: str, to: str) -> ObjectRef:
        self._s3.copy_object(Bucket=self._name, Key=to, CopySource={"Bucket": self._name, "Key": key})
        return self.ref(to)


class Queue:
    """intake's own inbox, as the two functions in front fill it."""

    def __init__(self, settings: Settings) -> None:
        self._sqs = boto3.client("sqs")
        self._url = self._sqs.get_queue_url(QueueName=settings.inbox_name)["QueueUrl"]

    def put(self, *, lane: str, key: str, received_at: datetime) -> None:
        body = json.dumps({"lane": lane, "key": key, "received_at": received_at.isoformat()})
        self._sqs.send_message(QueueUrl=self._url, MessageBody=body)


class Counter:
    """Counts, in intake's table: forms by address and IP, mail that says the same again by its sender."""

    def __init__(self, settings: Settings) -> None:
        self._table = boto3.resource("dynamodb").Table(settings.table_name)

    def count(self, *, who: str, window: int, now: datetime) -> int:
        started = int(now.timestamp()) // window * window
        answer = self._table.update_item(
            Key={"pk": f"rate#{who}", "sk": str(started)},
            UpdateExpression="ADD forms :one SET expires_at = :end",
            ExpressionAttributeValues={":one": 1, ":end": started + 2 * window},
            ReturnValues="UPDATED_NEW",
        )
        return int(str(answer["Attributes"]["forms"]))

    def is_over(self, *, who: str, what: str, most: int, window: int, now: datetime) -> bool:
        started, mark = int(now.timestamp()) // window * window, hashlib.sha256(what.encode()).hexdigest()[:12]
        try:
            # Marks, not a number: a try that failed and the next one count once. Never more of them than ``most``.
            self._table.update_item(
                Key={"pk": f"rate#{who}", "sk": str(started)},
                UpdateExpression="ADD marks :marks SET expires_at = :end",
                ConditionExpression="attribute_not_exists(marks) OR size(marks) < :most OR contains(marks, :mark)",
                ExpressionAttributeValues={
                    ":marks": {mark},
                    ":mark": mark,
                    ":most": most,
                    ":end": started + 2 * window,
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return True
        return False


class Table:
    """intake's table: what was emitted, the customers' recent tickets, known threads, and mail that was set aside."""

    def __init__(self, settings: Settings) -> None:
        self._name = settings.table_name
        self._table = boto3.resource("dynamodb").Table(settings.table_name)
        self._client = self._table.meta.client
        self._keep = timedelta(days=settings.keep_days)
        self._window = timedelta(hours=settings.fold_window_hours)

    def find(self, event: TicketReceived) -> Kept | None:
        item = self._table.get_item(Key=_event_key(event), ConsistentRead=True).get("Item")
        if item is None:
            return None
        detail = json.loads(str(item["event"]))["detail"]
        said = "Item" in self._table.get_item(Key=_said_key(event), ConsistentRead=True)
        return Kept(TicketReceived.model_validate(detail), published=said)

    def recent(self, customer: str) -> tuple[tuple[Recent, ...], int]:
        item = self._table.get_item(Key=_customer_key(customer), ConsistentRead=True).get("Item")
        if item is None:
            return (), 0
        return tuple(Recent(**entry) for entry in json.loads(str(item["recent"]))), int(str(item["revision"]))

    def roots(self, thread: Sequence[str]) -> Mapping[str, Known]:
        keys = list({key[:_KEY_LIMIT]: None for key in thread})
        if not keys:
            return {}
        # Consistent: a reply can come in the second after the mail it answers.
        asked: dict[str, Any] = {self._name: {"Keys": [_thread_key(key) for key in keys], "ConsistentRead": True}}
        found: dict[str, Known] = {}
        while asked:
            answer = self._client.batch_get_item(RequestItems=asked)
            for item in answer["Responses"].get(self._name, []):
                of = str(item["customer"]) if item.get("customer") else None
                found[str(item["pk"]).removeprefix("thread#")] = Known(str(item["root"]), of)
            asked = answer.get("UnprocessedKeys") or {}
        return found

    def write(
        self,
        event: TicketReceived,
        *,
        threads: Mapping[str, str],
        customer: str | None,
        recent: Sequence[Recent],
        revision: int,
    ) -> None:
        expires_at = self._expiry(event.metadata.occurred_at, self._keep)
        row = {**_event_key(event), "event": _as_logged(event), "expires_at": expires_at}
        puts = [{"Item": row, "ConditionExpression": "attribute_not_exists(pk)"}]
        puts += [
            {"Item": {**_thread_key(key), "root": root, "customer": customer, "expires_at": expires_at}}
            for key, root in threads.items()
        ]
        if customer:
            remembered = {
                **_customer_key(customer),
                "recent": json.dumps([entry.as_dict() for entry in recent], ensure_ascii=False),
                "revision": revision + 1,
                "expires_at": self._expiry(event.metadata.occurred_at, self._window),
            }
            condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
            if revision:
                condition = {
                    "ConditionExpression": "revision = :revision",
                    "ExpressionAttributeValues": {":revision": revision},
                }
            puts.append({"Item": remembered, **condition})
        try:
            self._client.transact_write_items(TransactItems=[{"Put": {"TableName": self._name, **put}} for put in puts])
        except ClientError as error:
            if error.response["Error"]["Code"] == "TransactionCanceledException":
                raise Raced from error
            raise

    def mark_published(self, event: TicketReceived) -> None:
        # A row of its own: to change the event's would be billed by the size of the event, and be paid every time.
        expires_at = self._expiry(event.metadata.occurred_at, self._keep)
        self._table.put_item(Item={**_said_key(event), "expires_at": expires_at})

    def keep_answer(self, event: TicketAnswered, *, customer: str | None) -> None:
        expires_at = self._expiry(event.metadata.occurred_at, self._keep)
        row = {**_event_key(event), "event": _as_logged(event), "expires_at": expires_at}
        self._table.put_item(Item=row)
        if event.data.message_id:
            known = {"root": event.data.ticket_id, "customer": customer, "expires_at": expires_at}
            with suppress(self._client.exceptions.ConditionalCheckFailedException):  # it stands for a ticket already
                self._table.put_item(
                    Item={**_thread_key(event.data.message_id), **known},
                    ConditionExpression="attribute_not_exists(pk)",
                )

    def has_answer(self, event: TicketAnswered) -> bool:
        return "Item" in self._table.get_item(Key=_event_key(event), ConsistentRead=True)

    def set_aside(self, *, key: str, number: str, mail: Mail, reason: str, received_at: datetime) -> None:
        self._table.put_item(
            Item={
                **_aside_key(key, received_at),
                "id": number,
                "reason": reason,
                "from": mail.sender,
                "subject": mail.subject,
                "message_id": mail.message_id,
                "key": key,
                "received_at": received_at.isoformat(),
                "expires_at": self._expiry(received_at, self._keep),
            }
        )

    def released(self, *, key: str, received_at: datetime) -> None:
        with suppress(self._client.exceptions.ConditionalCheckFailedException):  # its row has expired
            self._table.update_item(
                Key=_aside_key(key, received_at),
                UpdateExpression="SET released_at = if_not_exists(released_at, :now)",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":now": datetime.now(UTC).isoformat()},
            )

    @staticmethod
    def _expiry(moment: datetime, after: timedelta) -> int:
        # From now, not from then: a row of a replayed old ticket must not vanish the moment it is written.
        return int(max(moment.timestamp(), time.time()) + after.total_seconds())


def _event_key(event: Event) -> dict[str, str]:
    return {"pk": f"ticket#{event.metadata.correlation_id}", "sk": f"event#{event.metadata.event_id}"}


def _aside_key(key: str, received_at: datetime) -> dict[str, str]:
    return {"pk": "set-aside", "sk": f"{received_at.isoformat()}#{key}"}


def _said_key(event: TicketReceived) -> dict[str, str]:
    return {"pk": f"ticket#{event.metadata.correlation_id}", "sk": f"said#{event.metadata.event_id}"}


def _customer_key(customer: str) -> dict[str, str]:
    return {"pk": f"customer#{customer}", "sk": "recent"}


def _thread_key(key: str) -> dict[str, str]:
    return {"pk": f"thread#{key[:_KEY_LIMIT]}", "sk": "root"}


def _as_logged(event: Event) -> str:
    entry = {"detail-type": event.detail_type(), "source": event.source, "detail": event.model_dump(mode="json")}
    return json.dumps(entry, ensure_ascii=False)
