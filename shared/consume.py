"""Taking events from a service's inbox: ``bus rule → SQS → Lambda`` with partial batch responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from contracts.envelope import Event
from shared.errors import NotNow
from shared.observability import logger

_SQS_LONGEST_WAIT_S = 43_200
"""SQS: the longest visibility timeout (12 h)."""

_FIRST_PATIENCE_S, _LONGEST_PATIENCE_S = 10.0, 900.0
_ENOUGH_MS = 15_000
"""A message is not begun with less time left: one Slack or model call may take ten seconds."""

log = logger("inbox")

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Message:
    """One message of an SQS batch, as Lambda hands it over."""

    body: str
    message_id: str
    receipt_handle: str
    queue: str
    """Name of the queue it came from."""
    received: int
    """How often it was handed out, this time included."""


def event_of(body: str, *kinds: type[E]) -> E:
    """The event inside an SQS body that an EventBridge rule delivered, if it is one of ``kinds``.

    Raises ValueError for another kind or a version that this code does not know, and pydantic's ValidationError (a
    ValueError too) for data that breaks the contract: the message then ends in the dead-letter queue, to be redriven
    once the cause is mended.
    """
    envelope = json.loads(body)
    known = {kind.version: kind for kind in kinds if kind.detail_type() == envelope.get("detail-type")}
    if not known:
        raise ValueError(f"This inbox does not take {envelope.get('detail-type')!r}")
    version = envelope.get("detail", {}).get("metadata", {}).get("version")
    if version not in known:
        reads = " and ".join(map(str, sorted(known)))
        raise ValueError(f"{envelope['detail-type']} version {version!r} came; this code reads version {reads}")
    return known[version].model_validate(envelope["detail"])


def consume(batch: dict[str, Any], context: object, *, take: Callable[[Message], None]) -> dict[str, Any]:
    """Give each message of the batch to ``take``; answer which ones failed, so that only those come back.

    ``NotNow`` with a ``retry_after`` sets the message's visibility timeout, so it comes back when the other side asked
    for it and not before (the role needs ``sqs:GetQueueUrl`` and ``sqs:ChangeMessageVisibility`` for it); what failed
    because AWS did waits longer each time (``patience``); anything else comes back when the queue says. What the
    function has no time left for is not begun: a worker that is cut off in the middle leaves more to find out. The
    answer is Lambda's ``ReportBatchItemFailures``. Not Powertools' BatchProcessor: it brings models of every event
    source there is, 30 ms of processor time at each cold start.
    """
    messages = map(_message, batch["Records"])
    failed = [message.message_id for message in messages if not _taken(message, take, context)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def patience(tries: int) -> float:
    """Seconds until a message comes back that failed for the ``tries``-th time because AWS did not do its part.

    Soon at first; twelve tries, what the queues allow, last for more than an hour of outage.
    """
    return float(min(_LONGEST_PATIENCE_S, _FIRST_PATIENCE_S * 2.0 ** (tries - 1)))


def _message(record: dict[str, Any]) -> Message:
    return Message(
        body=record["body"],
        message_id=record["messageId"],
        receipt_handle=record.get("receiptHandle", ""),
        queue=record.get("eventSourceARN", "").rpartition(":")[2],
        received=int(record.get("attributes", {}).get("ApproximateReceiveCount") or 1),
    )


def _taken(message: Message, take: Callable[[Message], None], context: Any) -> bool:
    if context is not None and context.get_remaining_time_in_millis() < _ENOUGH_MS:
        log.info("no time left to begin with it", message_id=message.message_id)
        _come_back(message, 0)
        return False
    try:
        take(message)
    except NotNow as error:
        log.info("not now", why=str(error), message_id=message.message_id)
        if error.retry_after is not None:
            _come_back(message, error.retry_after)
        return False
    except Exception as error:
        # Without this line nobody learns why a message became a dead letter.
        log.exception("failed", message_id=message.message_id)
        if isinstance(error, ClientError | BotoCoreError):
            _come_back(message, patience(message.received))
        return False
    return True


def _come_back(message: Message, after: float) -> None:
    try:
        url = _sqs().get_queue_url(QueueName=message.queue)["QueueUrl"]
        seconds = max(0, min(_SQS_LONGEST_WAIT_S, round(after)))
        _sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=message.receipt_handle, VisibilityTimeout=seconds)
    except Exception:  # it comes back all the same, when the queue's own timeout ends
        log.exception("cannot say when to come back", message_id=message.message_id)


@cache
def _sqs() -> Any:
    return boto3.client("sqs")
