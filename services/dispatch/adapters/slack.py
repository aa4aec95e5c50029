"""Slack's Web API, as dispatch uses it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from services.dispatch.domain.slack import Message
from shared.errors import NotNow

EVENT_TYPE = "ticket_router"
"""``metadata.event_type`` of every message of ours, by which we find it again."""

_PASSING = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Slack errors that go away by themselves."""
_HERE = {"already_pinned", "message_not_found", "no_pin", "not_pinned"}
TIMEOUT_S = 10


class Slack:
    """One workspace. Every method raises NotNow when Slack is down, slow or asks to wait."""

    def __init__(self, *, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._people: dict[str, str | None] = {}

    @cached_property
    def _client(self) -> WebClient:
        return WebClient(token=self._token, base_url=self._url, timeout=TIMEOUT_S)

    def post(self, channel: str, message: Message, *, key: str, thread: str | None = None) -> str:
        """Post a message; answers its timestamp. ``key`` is what ``find`` knows it by."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        answer = self._call(
            "chat.postMessage",
            channel=self.channel_id(channel),
            text=message.text,
            blocks=message.blocks,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **({"thread_ts": thread} if thread else {}),
        )
        return str(answer["ts"])

    def update(self, channel: str, ts: str, message: Message) -> None:
        """Replace what a message says. Does nothing when somebody deleted it."""
        try:
            self._call("chat.update", channel=self.channel_id(channel), ts=ts, text=message.text, blocks=message.blocks)
        except SlackApiError as error:
            if error.response["error"] not in _HERE:
                raise

    def find(self, channel: str, key: str, *, thread: str | None = None) -> str | None:
        """The timestamp of our message with that key, if we did post it."""
        for message in self._messages(channel, thread):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return None

    def pin(self, channel: str, ts: str) -> None:
        """Pin a message; again is fine."""
        try:
            self._call("pins.add", channel=self.channel_id(channel), timestamp=ts)
        except SlackApiError as error:
            if error.response["error"] not in _HERE:
                raise

    def link(self, channel: str, ts: str) -> str | None:
        """The address of a message in Slack; None when somebody deleted it."""
        try:
            return str(self._call("chat.getPermalink", channel=self.channel_id(channel), message_ts=ts)["permalink"])
        except SlackApiError:
            return None

    def user_id(self, email: str) -> str | None:
        """The user with that address, or None. Looked up once."""
        if email not in self._people:
            try:
                self._people[email] = str(self._call("users.lookupByEmail", email=email)["user"]["id"])
            except SlackApiError:
                self._people[email] = None
        return self._people[email]

    def channel_id(self, name: str) -> str:
        """The id of the channel. Raises NotNow when there is none yet: the message waits until somebody makes it."""
        wanted = name.lstrip("#")
        if wanted not in self._channels:
            del self._channels
        if wanted not in self._channels:
            raise NotNow(f"Slack has no channel #{wanted}: make it, or correct the Teams tab", retry_after=60)
        return self._channels[wanted]

    @cached_property
    def _channels(self) -> dict[str, str]:
        kinds = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": 1000}
        pages = self._pages("conversations.list", "channels", **kinds)
        return {str(channel["name"]): str(channel["id"]) for channel in pages}

    def _messages(self, channel: str, thread: str | None) -> Iterator[dict[str, Any]]:
        where: dict[str, Any] = {"channel": self.channel_id(channel), "include_all_metadata": True, "limit": 200}
        if thread:
            yield from self._pages("conversations.replies", "messages", ts=thread, **where)
        else:
            yield from self._pages("conversations.history", "messages", **where)

    def _pages(self, method: str, items: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        cursor = ""
        for _ in range(20):
            answer = self._call(method, **arguments, **({"cursor": cursor} if cursor else {}))
            yield from answer[items]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, method: str, **arguments: Any) -> Any:
        writes = method in ("chat.postMessage", "chat.update")
        how = {"json": arguments} if writes else {"params": arguments, "http_verb": "GET"}
        if method == "pins.add":
            how = {"json": arguments}
        try:
            return self._client.api_call(method, **how)
        except SlackApiError as error:
            if error.response.status_code == 429 or error.response.get("error") in _PASSING:
                after = float(error.response.headers.get("Retry-After") or 30)
                raise NotNow(f"Slack asks to wait ({method})", retry_after=after) from error
            if error.response.status_code >= 500:
                raise NotNow(f"Slack answers {error.response.status_code} ({method})", retry_after=30) from error
            raise
        except (OSError, ValueError) as error:
            raise NotNow(f"Slack does not answer ({method}): {error}", retry_after=15) from error
