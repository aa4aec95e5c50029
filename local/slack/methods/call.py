"""One call of the Web API, and what every method looks up in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.slack.directory import BOT_USER, Channel
from local.slack.workspace import Message, SlackError, Workspace

NO_MORE: dict[str, Any] = {"response_metadata": {"next_cursor": ""}}
"""What a list says on its last page."""


@dataclass(frozen=True)
class Call:
    """A call's arguments in a workspace. ``base_url`` is this server's own and ends in a slash."""

    space: Workspace
    args: dict[str, Any]
    base_url: str

    def text(self, name: str) -> str:
        """The argument as text, empty when it is missing."""
        return str(self.args.get(name) or "")

    def flag(self, name: str, default: bool = False) -> bool:
        """The argument as a boolean, in any of the ways clients write one."""
        return self.args.get(name, default) in (True, 1, "1", "true", "True")

    def channel(self, *, by_name: bool = False, member: bool = False, argument: str = "channel") -> Channel:
        """The channel. Raises SlackError when there is none, or (with ``member``) when the bot is not in it."""
        channel = self.space.directory.channel(self.text(argument), by_name=by_name)
        if channel is None:
            raise SlackError("channel_not_found")
        if member and BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def message(self, channel: Channel, argument: str) -> Message:
        """The message of that timestamp. Raises SlackError when there is none."""
        message = self.space.message(channel, self.text(argument))
        if message is None or message.only_for:
            raise SlackError("message_not_found")
        return message

    def page(self, items: list[Any], *, most: int, default: int = 100) -> tuple[list[Any], dict[str, Any]]:
        """The part of a list that ``cursor`` and ``limit`` ask for, and how to get the next one."""
        try:
            start, limit = int(self.text("cursor") or 0), int(self.text("limit") or default)
        except ValueError as fault:
            raise SlackError("invalid_cursor") from fault
        if not 1 <= limit <= most:
            raise SlackError("invalid_limit")
        following = start + limit
        cursor = str(following) if following < len(items) else ""
        return items[start:following], {"response_metadata": {"next_cursor": cursor}}
