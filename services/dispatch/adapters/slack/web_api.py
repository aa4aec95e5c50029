"""Slack's Web API, as dispatch uses it."""

from __future__ import annotations

import re
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from services.dispatch.domain.attempt import Refused
from services.dispatch.domain.slack.blocks import Message
from shared.errors import NotNow
from shared.observability import logger

log = logger("dispatch.slack")

EVENT_TYPE = "ticket_router"
"""``metadata.event_type`` of every message of ours, by which we find it again."""
TIMEOUT_S = 10
PAGES = 10
"""How far back a message of ours is looked for: 2,000 messages."""

_PASSING = {"ratelimited", "rate_limited", "service_unavailable", "request_timeout"}
"""Slack errors that go away by themselves."""
_HALF_DONE = {"internal_error", "fatal_error"}
"""Slack errors after which part of the call may have been carried out (Slack: errors common to all methods)."""
_TOKEN = "store a working bot token in SSM"
_MENDABLE = {
    "account_inactive": _TOKEN,
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "token_expired": _TOKEN,
    "token_revoked": _TOKEN,
    "missing_scope": "give the app the scopes of the README and install it again",
    "not_in_channel": "invite the bot there (/invite)",
    "channel_not_found": "make the channel and invite the bot, or correct the Teams tab",
    "is_archived": "unarchive the channel, or correct the Teams tab",
}
"""Slack errors that go away once somebody has mended the workspace's settings, with the cure."""
_MOVED = {"channel_not_found", "is_archived"}
"""A channel may have been made anew under its old name."""
_SLACKS = re.compile("[a-z_]+")
"""What an error of Slack's own looks like; slack-sdk reports a page of somebody in between as an error as well."""
_GONE = {"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"}
_JSON = {"chat.postMessage", "chat.update", "pins.add", "files.completeUploadExternal", "chat.postEphemeral"}


class FileRefused(Refused):
    """Slack has something against a file for good: its type, its size, the workspace's settings."""


Make = Callable[[Callable[[], str]], str]
"""Makes a call that must not be made twice."""


def _at_once(call: Callable[[], str]) -> str:
    return call()


class Slack:
    """One workspace. Every method raises NotNow when Slack is down, slow or asks to wait.

    ``token`` is asked for the bot token, again when Slack refuses the one it gave.
    ``wait_turn`` is called with channel and key before each new message: Slack takes about one a second and channel.
    """

    def __init__(self, *, url: str, token: Callable[[], str], wait_turn: Callable[[str, str], None]) -> None:
        self._url, self._token, self._wait_turn = url, token, wait_turn
        self._people: dict[str, str | None] = {}

    @cached_property
    def _client(self) -> WebClient:
        # No retries of its own: after a reset it would post again at once what may have been posted.
        return WebClient(token=self._token(), base_url=self._url, timeout=TIMEOUT_S, retry_handlers=[])

    def post(
        self, channel: str, message: Message, *, key: str, thread: str | None = None, make: Make = _at_once
    ) -> str:
        """Post a message; answers its timestamp. ``key`` is what ``find`` knows it by.

        ``make`` makes the one call that posts, and no other. Raises Refused when it certainly did not.
        """
        where = self.channel_id(channel)
        self._wait_turn(channel, key)

        def call() -> str:
            try:
                answer = self._call(
                    "chat.postMessage",
                    channel=where,
                    text=message.text,
                    blocks=message.blocks,
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                    unfurl_links=False,
                    unfurl_media=False,
                    **({"thread_ts": thread} if thread else {}),
                )
            except SlackApiError as error:
                # Whatever Slack has against it, the ticket must come before its team: it waits, then goes to the inbox.
                raise Refused(f"Slack refuses {key} in #{channel}: {error.response.data}", retry_after=60) from error
            return str(answer["ts"])

        return make(call)

    def update(self, channel: str, ts: str, message: Message) -> bool:
        """Replace what a message says; False when it is gone, or the whole channel is."""
        return self.has_channel(channel) and self._unless_gone(
            "chat.update", channel=self.channel_id(channel), ts=ts, text=message.text, blocks=message.blocks
        )

    def find(self, channel: str, key: str, *, thread: str | None = None) -> str | None:
        """The timestamp of our message with that key, if we did post it."""
        for message in self._messages(channel, thread):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return None

    def pin(self, channel: str, ts: str) -> None:
        """Pin a message; again is fine. A message that cannot be pinned (too many are) is there all the same."""
        try:
            self._call("pins.add", channel=self.channel_id(channel), timestamp=ts)
        except SlackApiError as error:
            if error.response["error"] not in ("already_pinned", *_GONE):
                log.warning("Slack does not pin the list", channel=channel, why=error.response["error"])

    def tell(self, channel_id: str, user: str, message: Message) -> None:
        """Say something that only one person sees, and is lost when it cannot be said now: it would not help later."""
        shown = {"blocks": message.blocks} if message.blocks else {}
        with suppress(SlackApiError, NotNow):
            self._call("chat.postEphemeral", channel=channel_id, user=user, text=message.text, **shown)

    def upload(
        self,
        channel: str,
        name: str,
        content: bytes,
        *,
        title: str,
        says: str = "",
        thread: str | None = None,
        make: Make = _at_once,
    ) -> None:
        """Put a file into a channel or a thread. ``says`` is a picture in words. ``make`` as in ``post``.

        Raises FileRefused.
        """
        about = {"alt_txt": says[:1000]} if says else {}
        try:
            ticket = self._call("files.getUploadURLExternal", filename=name, length=len(content), **about)
        except SlackApiError as error:
            raise FileRefused(str(error.response["error"])) from error
        request = urllib.request.Request(ticket["upload_url"], data=content, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):
                pass
        except OSError as error:
            raise NotNow(f"Slack does not take the file: {error}", retry_after=15) from error
        where = {"channel_id": self.channel_id(channel), **({"thread_ts": thread} if thread else {})}
        files = [{"id": ticket["file_id"], "title": title}]

        def share() -> str:
            try:
                return str(self._call("files.completeUploadExternal", files=files, **where)["ok"])
            except SlackApiError as error:
                raise FileRefused(str(error.response["error"])) from error

        make(share)

    def has_file(self, channel: str, name: str, *, thread: str | None = None) -> bool:
        """Whether a file of that name lies in the channel or the thread."""
        files = (file for message in self._messages(channel, thread) for file in message.get("files") or [])
        return any(name in (file.get("name"), file.get("title")) for file in files)

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

    def has_channel(self, name: str) -> bool:
        """Whether the workspace has the channel of that name or id."""
        if name.lstrip("#") not in self._channels:
            del self._channels
        return name.lstrip("#") in self._channels

    def channel_id(self, name: str) -> str:
        """The id of the channel. Raises NotNow when there is none yet: the message waits until somebody makes it."""
        if not self.has_channel(name):
            raise NotNow(f"Slack has no channel #{name}: {_MENDABLE['channel_not_found']}", retry_after=60)
        return self._channels[name.lstrip("#")]

    @cached_property
    def _channels(self) -> dict[str, str]:
        kinds = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": 1000}
        # Slack fills a page and then filters it: pages may be short or empty, only the cursor tells the end.
        pages = self._pages("conversations.list", "channels", most=None, **kinds)
        found = {str(channel["name"]): str(channel["id"]) for channel in pages}
        return found | {channel_id: channel_id for channel_id in found.values()}

    def _messages(self, channel: str, thread: str | None) -> Iterator[dict[str, Any]]:
        where: dict[str, Any] = {"channel": self.channel_id(channel), "include_all_metadata": "true", "limit": 200}
        if thread:
            yield from self._pages("conversations.replies", "messages", ts=thread, **where)
        else:
            yield from self._pages("conversations.history", "messages", **where)

    def _pages(
        self, method: str, items: str, *, most: int | None = PAGES, **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        cursor, seen = "", {""}
        while most is None or len(seen) <= most:
            answer = self._call(method, **arguments, **({"cursor": cursor} if cursor else {}))
            yield from answer[items]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if cursor in seen:  # at the end there is none; one that comes again would lead in a circle
                return
            seen.add(cursor)

    def _named(self, channel_id: Any) -> str:
        known = self.__dict__.get("_channels") or {}
        return next((f", #{name}" for name, an_id in known.items() if an_id == channel_id != name), "")

    def _unless_gone(self, method: str, **arguments: Any) -> bool:
        try:
            self._call(method, **arguments)
        except SlackApiError as error:
            if error.response["error"] in _GONE:
                return False
            raise
        return True

    def _call(self, method: str, **arguments: Any) -> Any:
        how: dict[str, Any] = {"json": arguments} if method in _JSON else {"http_verb": "GET", "params": arguments}
        try:
            return self._client.api_call(method, **how)
        except SlackApiError as error:
            problem = str(error.response.get("error"))
            if error.response.status_code == 429 or problem in _PASSING:
                after = float(error.response.headers.get("Retry-After") or 30)
                raise Refused(f"Slack asks to wait ({method})", retry_after=after) from error
            if problem in _HALF_DONE:
                raise NotNow(f"Slack failed ({method}): {problem}", retry_after=30) from error
            if cure := _MENDABLE.get(problem):
                where = self._named(arguments.get("channel") or arguments.get("channel_id"))
                # What was read once may be what is wrong: the next try reads it anew.
                if problem in _MOVED:
                    self.__dict__.pop("_channels", None)
                if cure == _TOKEN:
                    self.__dict__.pop("_client", None)
                raise Refused(f"Slack says {problem} ({method}{where}): {cure}", retry_after=60) from error
            if error.response.status_code >= 500 or not _SLACKS.fullmatch(problem):
                raise NotNow(f"Slack answers {error.response.status_code} ({method})", retry_after=30) from error
            raise
        except (OSError, ValueError) as error:
            never_sent = isinstance(getattr(error, "reason", error), ConnectionRefusedError | socket.gaierror)
            problem = f"Slack {'cannot be reached' if never_sent else 'does not answer'} ({method}): {error}"
            raise (Refused if never_sent else NotNow)(problem, retry_after=15) from error
