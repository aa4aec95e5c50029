"""Taking events from a service's inbox: ``bus rule → SQS → Lambda`` with partial batch responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.envelope import Event
from shared.errors import NotNow
from shared.observability import logger

_SQS_LONGEST_WAIT_S = 43_200
"""SQS: the longest visibility timeout (12 h)."""

log = logger("inbox")

E = TypeVar("E", bound=Event)


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


def consume(batch: dict[str, Any], context: LambdaContext, *, take: Callable[[SQSRecord], None]) -> dict[str, Any]:
    """Give each message of the batch to ``take``; answer which ones failed, so that only those come back.

    ``NotNow`` with a ``retry_after`` sets the message's visibility timeout, so it comes back when the other side asked
    for it and not before (the role needs ``sqs:GetQueueUrl`` and ``sqs:ChangeMessageVisibility`` for it). Unlike
    Powertools' default, a batch of which every message failed is reported the same way instead of raising: one path
    for one failure and for ten.
    """

    def attempt(record: SQSRecord) -> None:
        try:
            take(record)
        except NotNow as error:
            log.info("not now", why=str(error), message_id=record.message_id)
            if error.retry_after is not None:
                _come_back(record, error.retry_after)
            raise
        except Exception:
            # Powertools keeps quiet about it: without this line nobody learns why a message became a dead letter.
            log.exception("failed", message_id=record.message_id)
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event=batch, record_handler=attempt, processor=processor, context=context))


def _come_back(record: SQSRecord, after: float) -> None:
    name = record.event_source_arn.rpartition(":")[2]
    url = _sqs().get_queue_url(QueueName=name)["QueueUrl"]
    seconds = max(0, min(_SQS_LONGEST_WAIT_S, round(after)))
    _sqs().change_message_visibility(QueueUrl=url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=seconds)


@cache
def _sqs() -> Any:
    return boto3.client("sqs")
