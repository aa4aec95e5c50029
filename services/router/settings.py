"""What router's environment must say."""

from __future__ import annotations

from functools import cache

from shared.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Settings of router."""

    bus_name: str
    """Name of the custom bus."""
    rules_bucket: str
    """Bucket where learning publishes ``rules.v1``."""


@cache
def settings() -> Settings:
    """The settings, read at first use."""
    return load(Settings)
