"""classifier's way to AWS: the bus, the rules, the readings it keeps, what is unread, the day's calls and the model."""

from __future__ import annotations

import boto3

from contracts.rules import RULES_KEY, Rules
from services.classifier.adapters.calls import Calls
from services.classifier.adapters.converse import BedrockModel, bedrock
from services.classifier.adapters.readings import Readings
from services.classifier.adapters.unread import Unread
from services.classifier.settings import Settings
from shared.bus import EventBus
from shared.snapshot import Snapshot

__all__ = ["BedrockModel", "Calls", "Readings", "Unread", "bus", "calls", "model", "readings", "rules", "unread"]


def bus(settings: Settings) -> EventBus:
    """The custom bus, as classifier may use it."""
    return EventBus(boto3.client("events"), name=settings.bus_name, source="tickets.classifier")


def rules(settings: Settings) -> Snapshot[Rules]:
    """The published rules."""
    s3 = boto3.client("s3")
    return Snapshot(s3, bucket=settings.rules_bucket, key=RULES_KEY, parse=Rules.model_validate_json)


def readings(settings: Settings) -> Readings:
    """What was said of each ticket."""
    return Readings(boto3.client("dynamodb"), table=settings.table_name, keep_days=settings.keep_days)


def unread(settings: Settings) -> Unread:
    """What the model has not read yet."""
    return Unread(boto3.client("dynamodb"), table=settings.table_name, keep_days=settings.keep_days)


def calls(settings: Settings) -> Calls:
    """How many calls are left of the day."""
    return Calls(boto3.client("dynamodb"), table=settings.table_name, a_day=settings.calls_per_day)


def model(settings: Settings) -> BedrockModel:
    """The configured model."""
    return bedrock(settings.model_id, timeout_s=settings.model_timeout_s)
