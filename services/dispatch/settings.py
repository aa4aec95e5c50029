"""What dispatch's environment must say."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from shared.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Settings of dispatch. Times are minutes; 0 switches off what they time."""

    bus_name: str
    """Name of the custom bus."""
    rules_bucket: str
    """Bucket where learning publishes ``rules.v1``."""
    table_name: str
    """Name of the hand-off table."""
    inbox_url: str = ""
    """URL of dispatch's own inbox queue: what a button changes is shown from there."""
    slack_api_url: str = "https://slack.com/api/"
    """Root of Slack's Web API."""
    slack_bot_token_name: str
    """SSM name of the bot token."""
    slack_signing_secret_name: str
    """SSM name of the signing secret."""
    link_secret_name: str
    """SSM name of what the links in mails are signed with."""
    managers_channel: str = ""
    """Slack channel that sees every escalated ticket; left out when the workspace has none of that name."""
    inbox_fallback_minutes: int = 15
    """A team whose Slack has not answered for this long gets the ticket in its inbox."""
    mail_from: str
    """The router's own sender address."""
    team_mail_domains: str
    """The only domains mail may go to, separated by commas. IAM holds the role to them as well."""
    reply_to_customer: bool = False
    """Whether a reply to a hand-off mail goes to the customer. The router itself never writes to one."""
    api_id: str = ""
    """Id of dispatch's own HTTP API."""
    api_url_template: str = ""
    """Where an HTTP API is reached, with ``{api_id}`` in it."""
    remind_escalate_minutes: tuple[int, int] = (10, 30)
    """When an escalated ticket that nobody took is raised to the lead again, then to the manager."""
    remind_priority_minutes: tuple[int, int] = (30, 120)
    """The same for priority."""
    remind_hold_minutes: tuple[int, int] = (240, 1440)
    """The same for held tickets."""
    time_zone: str = "UTC"
    """The team's IANA time zone: weeks and months are counted in it."""
    model_usd_per_million_in: float = 1.1
    """US dollars for a million tokens read (Bedrock, Claude Haiku 4.5 through a geography's profile, 2026-11)."""
    model_usd_per_million_out: float = 5.5
    """US dollars for a million tokens written."""
    retention_days: int = 400
    """Days a row is kept after somebody took the ticket; an open ticket is never dropped by age."""

    @property
    def mail_domains(self) -> tuple[str, ...]:
        """The only domains mail may go to."""
        return tuple(domain.strip() for domain in self.team_mail_domains.split(",") if domain.strip())

    @property
    def api_url(self) -> str:
        """Where dispatch's own HTTP API is reached."""
        return self.api_url_template.format(api_id=self.api_id)

    @property
    def reminders(self) -> dict[str, tuple[timedelta, timedelta]]:
        """The times of the reminders by kind of move."""
        minutes = {
            "escalate": self.remind_escalate_minutes,
            "priority": self.remind_priority_minutes,
            "hold": self.remind_hold_minutes,
        }
        return {
            kind: (timedelta(minutes=lead), timedelta(minutes=manager))
            for kind, (lead, manager) in minutes.items()
            if lead and manager
        }


@cache
def settings() -> Settings:
    """The settings, read at first use."""
    return load(Settings)
