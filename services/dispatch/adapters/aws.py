"""The bus, the rules, the log and the secrets, as dispatch may use them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import boto3

from contracts.rules import RULES_KEY, Rules
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.settings import Settings
from shared.bus import EventBus
from shared.settings import secret
from shared.snapshot import Snapshot


def bus(settings: Settings) -> EventBus:
    """The custom bus."""
    return EventBus(boto3.client("events"), name=settings.bus_name, source="tickets.dispatch")


def rules(settings: Settings) -> Snapshot[Rules]:
    """The published rules."""
    s3 = boto3.client("s3")
    return Snapshot(s3, bucket=settings.rules_bucket, key=RULES_KEY, parse=Rules.model_validate_json)


def log(settings: Settings) -> HandOffLog:
    """The hand-off log."""
    table = boto3.resource("dynamodb").Table(settings.table)
    return HandOffLog(table, retention_days=settings.retention_days)


def slack_signing_secret(settings: Settings) -> str:
    """What Slack signs its calls with."""
    return secret(_ssm(), settings.slack_signing_secret_name)


def slack_bot_token(settings: Settings) -> str:
    """What dispatch calls Slack with."""
    return secret(_ssm(), settings.slack_bot_token_name)


def mail_client() -> Any:
    """SES."""
    return boto3.client("sesv2")


@cache
def queues() -> Any:
    """SQS."""
    return boto3.client("sqs")


def ask_to_show(settings: Settings, ticket_id: str) -> None:
    """Ask dispatch's own inbox to show a ticket anew, so that a button is acknowledged at once."""
    queues().send_message(QueueUrl=settings.inbox_url, MessageBody=json.dumps({"show": ticket_id}))


def asked_to_show(body: str) -> str | None:
    """The ticket that ``ask_to_show`` asked for; None for an event."""
    shown = json.loads(body).get("show")
    return str(shown) if shown else None


@cache
def _ssm() -> Any:
    # shared.settings.secret caches per client: one client, one look-up per secret.
    return boto3.client("ssm")
