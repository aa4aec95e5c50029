"""A Slack channel, however people wrote or copied it."""

from __future__ import annotations

import re

from contracts.rules import CHANNEL_ID

_NAME = re.compile(r"[^\s#.,@<>|/A-Z]{1,80}")
"""Slack: channel names are at most 80 characters, lower case, without spaces or full stops."""
_ID = re.compile(
    rf"(?:https://[\w.-]+\.slack\.com/(?:archives|client/T\w+)/|<?#?)(?P<id>{CHANNEL_ID.pattern})(?:\|[^>]*)?[>/]?"
)
"""A channel by its id: *Copy channel ID*, *Copy link*, or as Slack writes it in a message."""
_OTHER_ID = re.compile(r"[UWDTB](?=[A-Z]*\d)[A-Z0-9]{8,20}")
"""A member's, a conversation's, a workspace's: nothing that a ticket could be posted in."""


def channel_in(said: str) -> str | None:
    """The channel's name without the #, or its id; None when it is neither."""
    if by_id := _ID.fullmatch(said):
        return by_id["id"]
    name = said.removeprefix("#")
    # Slack has no capitals in a channel's name.
    return name.lower() if _NAME.fullmatch(name.lower()) and not _OTHER_ID.fullmatch(name) else None
