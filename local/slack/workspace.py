"""The workspace: its messages, pins, files, modals, and who was pinged. Knows nothing of HTTP."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.slack.directory import BOT_ID, BOT_USER, TEAM_ID, Channel, Directory

_MENTION = re.compile(r"<(@[UW][A-Z0-9]+|!(?:here|channel|everyone)|!subteam\^[A-Z0-9]+)(?:\|[^>]*)?>")


class SlackError(Exception):
    """What Slack answers with ``ok: false``."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


@dataclass
class File:
    """An uploaded file."""

    id: str
    name: str
    length: int
    content: bytes = b""
    title: str = ""
    shared: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether it is a PNG or a JPEG, by what it holds."""
        return self.content.startswith((b"\x89PNG", b"\xff\xd8\xff"))

    def as_slack(self, base_url: str) -> dict[str, Any]:
        """The file object of Slack's API."""
        url = f"{base_url}files/{self.id}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": len(self.content),
            "url_private": url,
            "permalink": url,
        }


@dataclass
class Message:
    """A message in a channel. ``ts`` names it within the channel, and no two share one."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited: str | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    only_for: str | None = None

    def as_slack(self, *, with_metadata: bool = True) -> dict[str, Any]:
        """The message object of Slack's API."""
        message: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": TEAM_ID,
        }
        if self.user == BOT_USER:
            message |= {"bot_id": BOT_ID}
        optional = {
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata if with_metadata else None,
            "thread_ts": self.thread_ts,
            "edited": {"user": self.user, "ts": self.edited} if self.edited else None,
            "files": [{"id": file} for file in self.files],
            "reactions": [{"name": n, "users": u, "count": len(u)} for n, u in self.reactions.items()],
        }
        return message | {name: value for name, value in optional.items() if value}


@dataclass(frozen=True)
class Ping:
    """A person (or ``!here``, ``!channel``) who got a notification."""

    who: str
    channel: str
    ts: str
    at: float


class Workspace:
    """Everything in the workspace. ``version`` grows with every change, so that a page knows when to draw again.

    ``actions_url`` is where interactions are posted: the runner sets it once dispatch is deployed.
    """

    def __init__(
        self, rules_dir: Path, *, bot_token: str, signing_secret: str, extra_channels: tuple[str, ...]
    ) -> None:
        self.directory = Directory(rules_dir, extra_channels=extra_channels)
        self.bot_token, self.signing_secret, self.actions_url = bot_token, signing_secret, ""
        self.messages: dict[str, dict[str, Message]] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        """trigger id → (user, when it was given out)."""
        self.hooks: dict[str, tuple[str, str, str]] = {}
        """response_url token → (channel, message ts, user)."""
        self.pings: list[Ping] = []
        self.version = 0
        self._last = 0

    def post(self, message: Message) -> Message:
        """Put a message into its channel; people it mentions are pinged."""
        self.messages.setdefault(message.channel, {})[message.ts] = message
        if not message.only_for:
            self._ping(message)
        self.changed()
        return message

    def next_ts(self) -> str:
        """A timestamp that no other message has: Slack's microseconds, never twice."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def message(self, channel: Channel, ts: str) -> Message | None:
        """The message of that channel and timestamp."""
        return self.messages.get(channel.id, {}).get(ts)

    def delete(self, channel: Channel, ts: str) -> None:
        """Remove a message and its pin."""
        del self.messages[channel.id][ts]
        self.unpin(channel, ts)
        self.changed()

    def unshare(self, file: str) -> None:
        """Take a deleted file out of every message; one that says nothing else goes too."""
        for messages in self.messages.values():
            for message in [one for one in messages.values() if file in one.files]:
                message.files.remove(file)
                if not message.files and not message.text and not message.blocks:
                    del messages[message.ts]
        self.changed()

    def pin(self, channel: Channel, ts: str) -> None:
        """Pin a message."""
        channel.pins.append((ts, time.time()))
        self.changed()

    def unpin(self, channel: Channel, ts: str) -> None:
        """Remove a message's pin, if it has one."""
        channel.pins = [pin for pin in channel.pins if pin[0] != ts]
        self.changed()

    def timeline(self, channel: Channel) -> list[Message]:
        """What the channel shows, oldest first: no replies unless they were also sent to the channel."""
        return sorted(
            (m for m in self.messages.get(channel.id, {}).values() if _in_channel(m)), key=lambda m: float(m.ts)
        )

    def thread(self, channel: Channel, ts: str) -> list[Message]:
        """The replies under a message, oldest first."""
        replies = (m for m in self.messages.get(channel.id, {}).values() if m.thread_ts == ts and m.ts != ts)
        return sorted(replies, key=lambda m: float(m.ts))

    def changed(self) -> None:
        """Note that something a page shows is different now."""
        self.version += 1

    def _ping(self, message: Message) -> None:
        named = mentions(message)
        direct = self.directory.channels[message.channel].user
        if direct and message.user == BOT_USER and direct not in named:
            named.append(direct)
        self.pings += [Ping(who, message.channel, message.ts, time.time()) for who in named]

    def state(self) -> dict[str, Any]:
        """The whole workspace as JSON, for tests and the demo."""
        channels = self.directory.channels
        return {
            "version": self.version,
            "actions_url": self.actions_url,
            "users": [user.as_slack() for user in self.directory.users.values()],
            "channels": [
                {
                    **channel.as_slack(),
                    "name": channel.name,
                    "pins": [ts for ts, _ in channel.pins],
                    "messages": [
                        message.as_slack()
                        | {"pinned": channel.is_pinned(message.ts), "only_for": message.only_for}
                        | {"mentions": mentions(message), "replies": len(self.thread(channel, message.ts))}
                        for message in sorted(self.messages.get(channel.id, {}).values(), key=lambda m: float(m.ts))
                    ],
                }
                for channel in channels.values()
            ],
            "pings": [
                {"who": p.who, "channel": channels[p.channel].name, "channel_id": p.channel, "ts": p.ts, "at": p.at}
                for p in self.pings
            ],
            "views": list(self.views.values()),
            "files": [
                {"id": f.id, "name": f.name, "size": len(f.content), "shared": f.shared} for f in self.files.values()
            ],
        }


def _in_channel(message: Message) -> bool:
    return message.thread_ts in (None, message.ts) or message.broadcast


def mentions(message: Message) -> list[str]:
    """Who the message calls by name, once each, in order.

    Slack shows ``blocks`` instead of ``text`` when there are any, so a mention in the fallback text alone calls nobody;
    ``plain_text`` is never read as markup.
    """
    parts = list(_marked_up(message.blocks)) if message.blocks else [message.text]
    for attachment in message.attachments:
        nested = attachment.get("blocks")
        parts += list(_marked_up(nested)) if nested else [str(attachment.get(k, "")) for k in ("pretext", "text")]
    found = (match.group(1).removeprefix("@") for part in parts for match in _MENTION.finditer(part))
    return list(dict.fromkeys(found))


def _marked_up(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _marked_up(item)
    elif isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            yield node["text"]
        elif node.get("type") == "user" and node.get("user_id"):
            yield f"<@{node['user_id']}>"
        else:
            for value in node.values():
                yield from _marked_up(value)


def parsed(value: Any, *, error: str) -> Any:
    """An argument that may come as JSON or as a string of JSON (form-encoded calls). Raises SlackError ``error``."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as fault:
        raise SlackError(error) from fault
