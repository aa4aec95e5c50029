"""Taking events from a service's inbox: ``bus rule → SQS → Lambda`` with partial batch responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
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


def event_of(body: str, *kinds: type[E]) -> E:
    """The event inside an SQS body that an EventBridge rule delivered, if it is one of ``kinds``.

    Raises ValueError for another kind or a version that this code does not know, and pydantic's ValidationError (a
    ValueError too) for data that breaks the contract: the message then ends in the dead-letter queue, to be redriven
    once the cause is mended.
    """
    envelope = json.loads(body)
    kind = next((kind for kind in kinds if kind.detail_type() == envelope.get("detail-type")), None)
    if kind is None:
        raise ValueError(f"This inbox does not take {envelope.get('detail-type')!r}")
    version = envelope.get("detail", {}).get("metadata", {}).get("version")
    if version != kind.version:
        raise ValueError(f"{kind.detail_type()} version {version!r} came; this code reads version {kind.version}")
    return kind.model_validate(envelope["detail"])


def consume(batch: dict[str, Any], context: LambdaContext, *, take: Callable[[SQSRecord], None]) -> dict[str, Any]:
    """Give each message of the batch to ``take``; answer which ones failed, so that only those come back.

    ``NotNow`` with a ``retry_after`` sets the message's visibility timeout, so it comes back when the other side asked
    for it and not before (the role needs ``sqs:GetQueueUrl`` and ``sqs:ChangeMessageVisibility`` for it); what failed
    because AWS did waits longer each time (``patience``); anything else comes back when the queue says. What the
    function has no time left for is not begun: a worker that is cut off in the middle leaves more to find out. Unlike
    Powertools' default, a batch of which every message failed is reported the same way instead of raising: one path for
    one failure and for ten.
    """

    def attempt(record: SQSRecord) -> None:
        if context is not None and context.get_remaining_time_in_millis() < _ENOUGH_MS:
            _come_back(record, 0)
            raise NotNow("no time left to begin with it", retry_after=0)
        try:
            take(record)
        except NotNow as error:
            log.info("not now", why=str(error), message_id=record.message_id)
            if error.retry_after is not None:
                _come_back(record, error.retry_after)
            raise
        except Exception as error:
            # Powertools keeps quiet about it: without this line nobody learns why a message became a dead letter.
            log.exception("failed", message_id=record.message_id)
            if isinstance(error, ClientError | BotoCoreError):
                with suppress(ClientError, BotoCoreError):
                    _come_back(record, patience(_tries(record)))
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event=batch, record_handler=attempt, processor=processor, context=context))


def patience(tries: int) -> float:
    """Seconds until a message comes back that failed for the ``tries``-th time because AWS did not do its part.

    Soon at first; twelve tries, what the queues allow, last for more than an hour of outage.
    """
    return float(min(_LONGEST_PATIENCE_S, _FIRST_PATIENCE_S * 2.0 ** (tries - 1)))


def _tries(record: SQSRecord) -> int:
    return int((record.get("attributes") or {}).get("ApproximateReceiveCount") or 1)


def _come_back(record: SQSRecord, after: float) -> None:
    name = record.event_source_arn.rpartition(":")[2]
    url = _sqs().get_queue_url(QueueName=name)["QueueUrl"]
    seconds = max(0, min(_SQS_LONGEST_WAIT_S, round(after)))
    _sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=seconds)


@cache
def _sqs() -> Any:
    return boto3.client("sqs")
