"""The bus, the rules, the log and the secrets, as dispatch may use them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from contracts.rules import RULES_KEY, Rules
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


def table(settings: Settings) -> Any:
    """The hand-off table."""
    return boto3.resource("dynamodb").Table(settings.table_name)


def stored_secret(name: str) -> str:
    """The secret of that SSM name."""
    return secret(_ssm(), name)


def current_secret(name: str) -> str:
    """The secret of that SSM name, read anew: somebody may have replaced it."""
    return secret.__wrapped__(_ssm(), name)


def bucket_client() -> Any:
    """S3. Version 4 signatures: links to files in newer regions need them."""
    return boto3.client("s3", config=Config(signature_version="s3v4"))


def mail_client() -> Any:
    """SES. One try a call: a mail whose answer is lost would otherwise be sent again at once, up to four times."""
    retries = {"total_max_attempts": 1, "mode": "standard"}
    return boto3.client("ses", config=Config(connect_timeout=5, read_timeout=10, retries=retries))  # type: ignore[arg-type]


@cache
def queues() -> Any:
    """SQS."""
    return boto3.client("sqs")


def ask_to_show(settings: Settings, ticket_id: str, **tell: str) -> None:
    """Ask dispatch's own inbox to show a ticket anew, so that a button is acknowledged at once.

    ``tell`` (channel, user, text) is said to whoever pressed it.
    """
    queues().send_message(QueueUrl=settings.inbox_url, MessageBody=json.dumps({"show": ticket_id, "tell": tell}))


def ask_to_mail_list(settings: Settings, team: str, day: str) -> None:
    """Ask dispatch's own inbox, which may send mail, for a team's list of the day."""
    body = json.dumps({"mail_list": {"team": team, "day": day}})
    queues().send_message(QueueUrl=settings.inbox_url, MessageBody=body)


def asked_to_mail_list(body: str) -> tuple[str, str] | None:
    """What ``ask_to_mail_list`` asked for; None for anything else."""
    asked = json.loads(body).get("mail_list")
    return (str(asked["team"]), str(asked["day"])) if asked else None


def ask_to_look_back(settings: Settings, asked: dict[str, str]) -> None:
    """Leave a report to dispatch's own inbox, which tries it until Slack is there again."""
    queues().send_message(QueueUrl=settings.inbox_url, MessageBody=json.dumps({"look_back": asked}), DelaySeconds=60)


def asked_to_look_back(body: str) -> dict[str, str] | None:
    """What ``ask_to_look_back`` asked for; None for anything else."""
    asked: dict[str, str] | None = json.loads(body).get("look_back")
    return asked


def told_where_it_went(body: str) -> tuple[str, dict[str, str]] | None:
    """A ticket and where people took it, as ``ticket-router compare`` says it; None for anything else."""
    told = json.loads(body)
    return (str(told["compare"]), told["went"]) if "compare" in told else None


def asked_to_show(body: str) -> tuple[str, dict[str, str]] | None:
    """What ``ask_to_show`` asked for; None for an event."""
    asked = json.loads(body)
    return (str(asked["show"]), asked.get("tell") or {}) if "show" in asked else None


@cache
def _ssm() -> Any:
    # shared.settings.secret caches per client: one client, one look-up per secret.
    return boto3.client("ssm")
