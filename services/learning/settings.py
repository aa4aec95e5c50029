"""What learning's environment must say."""

from __future__ import annotations

from functools import cache

from shared.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Settings of learning."""

    rules_bucket: str
    """Bucket of the published rules; learning alone writes it."""
    rules_folder_id: str
    """Id of the Drive folder that holds the Sheet and the Doc: the last part of its address in the browser."""
    google_key_parameter: str
    """Name of the SSM SecureString with the service account's JSON key."""
    slack_token_parameter: str
    """Name of the SSM SecureString with Slack's bot token."""
    slack_api_url: str = "https://slack.com/api/"
    """Base URL of Slack's Web API."""
    google_api_root: str = ""
    """Base URL that stands in for Google's three APIs; empty means Google's own."""


@cache
def settings() -> Settings:
    """The settings, read at first use."""
    return load(Settings)
