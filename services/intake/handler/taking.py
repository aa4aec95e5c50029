"""What lies in the inbox: S3's notices of mail, forms and chats checked in front, and TicketCorrected from the bus."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from contracts.ticket_corrected import TicketCorrected
from services.intake import app
from services.intake.handler import wiring
from shared.consume import event_of

_SES_TRIED_THE_BUCKET = "/AMAZON_SES_SETUP_NOTIFICATION"
"""The object that SES writes when its receipt rule is made, to see whether it may. It is no mail."""


def take(record: SQSRecord) -> None:
    """Do what one message asks for."""
    message = json.loads(record.body)
    if message.get("Event") == "s3:TestEvent":  # S3 says once that it may write here
        return
    if "Records" in message:
        for notice in message["Records"]:
            key = unquote_plus(notice["s3"]["object"]["key"])
            if not key.endswith(_SES_TRIED_THE_BUCKET):
                _take_mail(key, datetime.fromisoformat(notice["eventTime"]))
    elif message.get("lane") == "released":  # a person said that a mail that was set aside is a ticket
        _take_mail(message["key"], datetime.fromisoformat(message["received_at"]), released=True)
    elif "lane" in message:
        _take_checked(message["lane"], message["key"], datetime.fromisoformat(message["received_at"]))
    else:
        corrected = event_of(record.body, TicketCorrected)
        app.unfold(corrected=corrected, folding=wiring.folding(), tickets=wiring.table(), bus=wiring.bus())
        wiring.log.info("unfolded", ticket_id=corrected.metadata.correlation_id)


def _take_mail(key: str, received_at: datetime, *, released: bool = False) -> None:
    received = app.receive_mail(
        key=key,
        received_at=received_at,
        staff=wiring.published().staff(),
        ours=wiring.settings().ours,
        folding=wiring.folding(),
        files=wiring.bucket(),
        tickets=wiring.table(),
        bus=wiring.bus(),
        counter=wiring.counter(),
        released=released,
    )
    if received is None:
        wiring.log.info("mail set aside", key=key)
    else:
        wiring.log.info("ticket received", ticket_id=received.metadata.correlation_id, source="mail")


def _take_checked(lane: str, key: str, received_at: datetime) -> None:
    asked: dict[str, Any] = {
        "key": key,
        "received_at": received_at,
        "folding": wiring.folding(),
        "files": wiring.bucket(),
        "tickets": wiring.table(),
        "bus": wiring.bus(),
    }
    if lane == "chat":
        received = app.receive_chat(conversations=wiring.conversations(), **asked)
    else:
        received = app.receive_form(**asked)
    wiring.log.info("ticket received", ticket_id=received.metadata.correlation_id, source=lane)
