"""What Slack sends when a person presses something: signed, as a form field ``payload``, answered within 3 seconds.

Facts: Slack's pages on request signing (``v0``), ``block_actions`` and ``view_submission`` and ``response_url``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from local.slack.directory import APP_ID, BOT_USER, TEAM_ID, Channel, User
from local.slack.methods.around import show_view
from local.slack.workspace import Message, SlackError, Workspace

SLACK_WAITS_S = 3.0
"""Slack shows the person an error when the answer takes longer."""


@dataclass(frozen=True)
class Answer:
    """What came back for an interaction. ``late``: Slack would have shown the person an error meanwhile."""

    status: int
    body: str
    late: bool

    def as_dict(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {"ok": self.status == 200 and not self.late, "status": self.status, "body": self.body, "late": self.late}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's request signature, version v0."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


class Interactions:
    """Presses and submissions, on behalf of a user of the workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace

    async def press(
        self, *, channel: Channel, message: Message, element: dict[str, Any], chosen: Any, user: User, base_url: str
    ) -> Answer:
        """Press a button or choose in a menu of a message. ``element`` is as the message has it, plus its block_id."""
        now = self._space.next_ts()
        action: dict[str, Any] = {
            "type": element["type"], "action_id": element.get("action_id") or secrets.token_hex(3),
            "block_id": element["block_id"], "action_ts": now,
        }  # fmt: skip
        if element["type"] == "button":
            action |= {"text": element["text"], "value": element.get("value", "")}
        elif element["type"] in ("users_select", "channels_select", "conversations_select"):
            action[f"selected_{element['type'].removesuffix('s_select')}"] = chosen
        else:
            action["selected_option"] = chosen
        container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id,
                     "is_ephemeral": bool(message.only_for)}  # fmt: skip
        token = secrets.token_urlsafe(12)
        self._space.hooks[token] = (channel.id, message.ts, user.id)
        payload = {
            **self._common("block_actions", user),
            "container": container,
            "channel": {"id": channel.id, "name": channel.name if not channel.user else "directmessage"},
            "message": message.as_slack() | {"app_id": APP_ID},
            "state": {"values": {}},
            "response_url": f"{base_url}response/{token}",
            "actions": [action],
        }
        return await self._send(payload)

    async def submit(
        self, *, view: dict[str, Any], values: dict[str, Any], user: User
    ) -> tuple[Answer, dict[str, Any]]:
        """Submit a modal. The second result is the answer's ``response_action``, already acted upon."""
        filled = {key: value for key, value in view.items() if key != "user"} | {"state": {"values": values}}
        answer = await self._send({**self._common("view_submission", user), "view": filled, "response_urls": []})
        told: dict[str, Any] = {}
        if answer.status == 200 and answer.body.strip().startswith("{"):
            told = json.loads(answer.body)
        if answer.status == 200:
            self._follow(view, told, user)
        return answer, told

    def _follow(self, view: dict[str, Any], told: dict[str, Any], user: User) -> None:
        action = told.get("response_action")
        if action == "errors":
            return
        if action in ("update", "push"):
            show_view(self._space, told.get("view"), user=user.id, replacing=view["id"] if action == "update" else None)
            return
        self._space.views.pop(view["id"], None)
        self._space.changed()

    def _common(self, kind: str, user: User) -> dict[str, Any]:
        trigger = f"{time.time_ns()}.{secrets.token_hex(8)}"
        self._space.triggers[trigger] = (user.id, time.monotonic())
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
            "api_app_id": APP_ID,
            "token": "deprecated",
            "team": {"id": TEAM_ID, "domain": "local"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": trigger,
        }

    async def _send(self, payload: dict[str, Any]) -> Answer:
        if not self._space.actions_url:
            raise SlackError(
                "no_request_url", detail="Nobody has said yet where actions go (the request URL is not set)."
            )
        body = urlencode({"payload": json.dumps(payload)}).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._space.signing_secret, timestamp, body),
        }
        started = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
                answer = await client.post(self._space.actions_url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return Answer(0, f"{type(error).__name__}: {error}", late=time.monotonic() - started > SLACK_WAITS_S)
        return Answer(answer.status_code, answer.text, late=time.monotonic() - started > SLACK_WAITS_S)


def find_element(message: Message, action_id: str, block_id: str = "") -> dict[str, Any] | None:
    """The button or menu of that action id in a message, with its block's id."""
    nested = [block for attachment in message.attachments for block in attachment.get("blocks") or []]
    for block in [*message.blocks, *nested]:
        if block_id and block.get("block_id") != block_id:
            continue
        for element in [*(block.get("elements") or []), block.get("accessory") or {}]:
            if element.get("action_id") == action_id:
                return {**element, "block_id": block.get("block_id", "")}
    return None


def find_option(element: dict[str, Any], value: str) -> dict[str, Any] | None:
    """The option of that value in a menu."""
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    return next((option for group in groups for option in group["options"] if option["value"] == value), None)


def bot_message(channel: Channel, ts: str, answer: dict[str, Any], *, thread_ts: str | None) -> Message:
    """The message that an app sends through a ``response_url``."""
    return Message(
        channel.id,
        ts,
        BOT_USER,
        text=str(answer.get("text") or ""),
        blocks=answer.get("blocks") or [],
        attachments=answer.get("attachments") or [],
        thread_ts=thread_ts,
    )
