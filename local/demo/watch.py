"""Looking at a running stack from the outside: the hand-off log, Slack's Web API, the inboxes, the published rules."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

import boto3
import httpx
from slack_sdk import WebClient

from cli import stack as cli
from cli.log import events_of
from contracts.rules import RULES_KEY, Rules
from local.demo.send import Sender
from local.stack.choices import ACCOUNT
from local.stack.endpoints import Endpoints
from services.dispatch.adapters.log import HandOffLog

T = TypeVar("T")
Row = dict[str, Any]

LOOK_S = 0.25
"""Seconds between looks."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")


class Watch:
    """Reads what became of tickets. Changes nothing, but for ``press``."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self._session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=endpoints.aws_region
        )
        self.slack = WebClient(token=endpoints.slack_bot_token, base_url=endpoints.slack_api_url)

    def client(self, service: str) -> Any:
        """A boto3 client of the stack's AWS."""
        return self._session.client(service, endpoint_url=self.endpoints.aws_endpoint_url)

    def table(self, service: str) -> Any:
        """A service's table."""
        dynamodb = self._session.resource("dynamodb", endpoint_url=self.endpoints.aws_endpoint_url)
        return dynamodb.Table(f"tickets-{service}-{self.endpoints.stage}")

    @cached_property
    def log(self) -> HandOffLog:
        """The hand-off log, as ``ticket-router tickets`` reads it."""
        return HandOffLog(self.table("dispatch"))

    def rows(self, email: str) -> list[Row]:
        """A customer's tickets, oldest first."""
        return sorted(self.log.of_customer(email), key=lambda row: row["received_at"])

    def landed(self, email: str, number: int = 1) -> list[Row] | None:
        """A customer's tickets, once ``number`` of them have been handed off; None before."""
        rows = [row for row in self.rows(email) if row["destination"]]
        return rows if len(rows) >= number else None

    def events(self, ticket_id: str) -> list[dict[str, Any]]:
        """Every event of a ticket, in order, as ``ticket-router trace`` finds them."""
        return events_of(cli.Stack(self.endpoints.stage, self._session, self.endpoints.aws_endpoint_url), ticket_id)

    def rules(self) -> Rules:
        """The published snapshot."""
        bucket = f"tickets-rules-{self.endpoints.stage}-{self.endpoints.aws_region}-{ACCOUNT}"
        return Rules.model_validate_json(self.client("s3").get_object(Bucket=bucket, Key=RULES_KEY)["Body"].read())

    # --- Slack ---

    def channel_id(self, name: str) -> str:
        """The id of a channel."""
        channels = self.slack.conversations_list(limit=1000)["channels"]
        return str(next(channel["id"] for channel in channels if channel["name"] == name))

    def message(self, row: Row) -> dict[str, Any]:
        """The Slack message of a hand-off. Raises LookupError when the channel does not have it."""
        place = row["destination"]
        channel = self.channel_id(place["address"].removeprefix("#"))
        # Not limit=1: not every Slack that a person may choose heeds ``latest``.
        found = self.slack.conversations_history(channel=channel, latest=place["ref"], inclusive=True, limit=200)
        for message in found["messages"]:
            if message["ts"] == place["ref"]:
                return dict(message)
        raise LookupError(f"#{place['address']} has no message {place['ref']}")

    def thread(self, row: Row) -> list[dict[str, Any]]:
        """What stands under the Slack message of a hand-off."""
        place = row["destination"]
        channel = self.channel_id(place["address"].removeprefix("#"))
        messages: list[dict[str, Any]] = self.slack.conversations_replies(channel=channel, ts=place["ref"])["messages"]
        return messages[1:]

    def queue_list(self, channel: str) -> str:
        """The text of the channel's pinned queue list; empty when nothing is pinned."""
        pins = self.slack.pins_list(channel=self.channel_id(channel))["items"]
        return json.dumps(pins[-1]["message"], ensure_ascii=False) if pins else ""

    def comes_true(self, look: Callable[[], bool], *, seconds: float = 15) -> bool:
        """Whether something that follows a hand-off (the queue list, a note, a mail) is there soon."""
        try:
            return until(look, seconds=seconds, what="it")
        except TimeoutError:
            return False

    def press(
        self, row: Row, *, action: str, value: str = "", user: str = "U0SUPLEAD", note: dict[str, Any] | None = None
    ) -> httpx.Response:
        """Choose ``value`` in the hand-off's menu (or press its button, or one of a ``note`` in its thread), signed as
        Slack signs.
        """
        channel = self.channel_id(row["destination"]["address"].removeprefix("#"))
        message = note or self.message(row)
        block, element = next(
            (block, element)
            for block in message["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
            if element["action_id"] == action
        )
        chosen: dict[str, Any] = {"type": element["type"], "action_id": action, "block_id": block["block_id"]}
        if element["type"] == "static_select":
            groups = element.get("option_groups") or [{"options": element["options"]}]
            options = [option for group in groups for option in group["options"]]
            chosen["selected_option"] = next(option for option in options if option["value"] == value)
        else:
            chosen["value"] = element.get("value", "")
        payload = {
            "type": "block_actions",
            "user": {"id": user, "username": "lead", "name": "lead"},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
            "channel": {"id": channel, "name": row["destination"]["address"].removeprefix("#")},
            "message": message,
            "actions": [{**chosen, "action_ts": f"{time.time():.6f}"}],
        }
        return Sender(self.endpoints).raw_actions(urlencode({"payload": json.dumps(payload)}).encode())

    # --- mail ---

    def inbox(self, address: str) -> list[dict[str, Any]]:
        """The mails that were sent to a team's inbox, oldest first."""
        sent = httpx.get(self.endpoints.outbox_url, trust_env=False).json()
        return [mail for mail in sent if address.casefold() in [to.casefold() for to in mail["to"]]]


def pinged(message: dict[str, Any]) -> set[str]:
    """The Slack ids that a message calls by name."""
    return set(_MENTION.findall(json.dumps(message.get("blocks") or message.get("text", ""))))


def until(look: Callable[[], T | None], *, seconds: float, what: str) -> T:
    """Look until there is something to see. Raises TimeoutError that says what was waited for."""
    end = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not seen within {seconds:.0f} s")
        time.sleep(LOOK_S)
