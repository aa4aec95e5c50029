"""router's way to AWS: the bus it publishes on and the rules it reads."""

from __future__ import annotations

import boto3

from contracts.rules import RULES_KEY, Rules
from services.router.settings import Settings
from shared.bus import EventBus
from shared.snapshot import Snapshot


def bus(settings: Settings) -> EventBus:
    """The custom bus, as router may use it."""
    return EventBus(boto3.client("events"), name=settings.bus_name, source="tickets.router")


def rules(settings: Settings) -> Snapshot[Rules]:
    """The published rules."""
    s3 = boto3.client("s3")
    return Snapshot(s3, bucket=settings.rules_bucket, key=RULES_KEY, parse=Rules.model_validate_json)
