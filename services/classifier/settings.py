"""What classifier's environment must say."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from shared.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Settings of classifier."""

    bus_name: str
    """Name of the custom bus."""
    rules_bucket: str
    """Bucket where learning publishes ``rules.v1``."""
    table_name: str
    """DynamoDB table of the readings."""
    model_id: str
    """Bedrock model or inference-profile id. Its prices and its calibration are looked up under this name."""
    model_timeout_s: float = Field(default=12, gt=0)
    """Seconds one call may take before the ticket goes back to the queue."""
    patience_s: float = Field(default=600, ge=0)
    """Seconds after which a ticket that no model could read goes on unread, to be held."""
    calls_per_day: int = Field(default=0, ge=0)
    """Model calls a day (UTC) beyond which tickets go on unread; 0: any number."""
    keep_days: int = Field(default=400, ge=1)
    """Days that a reading is kept."""


@cache
def settings() -> Settings:
    """The settings, read at first use."""
    return load(Settings)
