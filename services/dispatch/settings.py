"""What dispatch's environment must say."""

from __future__ import annotations

from functools import cache

from shared.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Settings of dispatch."""

    bus_name: str
    """Name of the custom bus."""
    rules_bucket: str
    """Bucket where learning publishes ``rules.v1``."""
    table: str
    """Name of the hand-off table."""
    inbox_url: str = ""
    """URL of dispatch's own inbox queue: what a button changes is shown from there."""
    slack_api_url: str = "https://slack.com/api/"
    """Root of Slack's Web API."""
    slack_bot_token_name: str
    """SSM name of the bot token."""
    slack_signing_secret_name: str
    """SSM name of the signing secret."""
    mail_from: str
    """The router's own sender address."""
    team_mail_domain: str
    """The only domain mail may go to. IAM holds the role to it as well."""
    retention_days: int = 400
    """Days a row is kept after somebody took the ticket; an open ticket is never dropped by age."""


@cache
def settings() -> Settings:
    """The settings, read at first use."""
    return load(Settings)
