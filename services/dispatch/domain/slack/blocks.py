"""Block Kit pieces within Slack's documented limits, with every foreign word made literal.

Limits (https://docs.slack.dev/reference/block-kit): 50 blocks a message, 3,000 characters a section text, 75 a label,
150 an option value, 100 options a group, 100 groups, 25 elements an actions block, 255 a block id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from contracts.ticket import Person, Ping
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.words import cut, line, seen

SECTION_CHARS = 3000
CONTEXT_CHARS = 1900
LABEL_CHARS = 75
MENU_CHARS = 2500
"""The labels of one menu together: a message's blocks share one limit, see ``slack_list.LIST_CHARS``."""
GROUP_OPTIONS = 100
GROUPS = 100
FALLBACK_CHARS = 300

_USER_ID = re.compile(r"[UW][A-Z0-9]{5,}")
_MARKUP = re.compile(r"[*~`]|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])|^>|:(?=(?!\d\d:)[a-z0-9_+'-]+:)")
_LOOKS_LIKE = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", ">": "›", ":": "∶"})
"""Slack has no way to write its markup literally, and takes invisible characters beside it for word borders, which
is where markup works. What looks the same and means nothing is the only thing that no client reads as markup."""


@dataclass(frozen=True)
class Message:
    """A Slack message: its blocks, and the plain text for notifications and screen readers."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, *blocks: dict[str, Any]) -> Message:
        """A message whose plain text is foreign: cut and escaped."""
        return cls(fit(cut(line(text), FALLBACK_CHARS), FALLBACK_CHARS), list(blocks))


def escape(text: str) -> str:
    """The text as Slack shows it literally: ``&``, ``<`` and ``>`` are the only characters Slack gives a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fit(text: str, limit: int) -> str:
    """The text escaped, cut with a sign so that it has at most ``limit`` characters afterwards."""
    size = len(text)
    while len(escape(text)) > limit:
        size -= max(1, (len(escape(text)) - limit) // 5)
        text = cut(text, size)
    return escape(text)


def literal(text: str, limit: int) -> str:
    """Foreign text for a mrkdwn place: one line, cut with a sign, escaped, its markup replaced by its like."""
    return fit(_MARKUP.sub(lambda found: found[0].translate(_LOOKS_LIKE), cut(line(text), limit)), limit * 3)


def mention(ping: Ping, slack_id: str | None) -> str:
    """How a person is called: by Slack id when there is one, else by what the team sheet says."""
    return f"<@{slack_id}> ({ping.role})" if slack_id else f"{literal(ping.who, 120)} ({ping.role})"


def slack_id(who: str) -> str | None:
    """The Slack user id that ``who`` is, or None for an e-mail address or a name."""
    return who if _USER_ID.fullmatch(who) else None


def person(who: Person) -> str:
    """A person by name, not by mention: whoever pressed a button need not be called about it."""
    return literal(who.name or who.id, 120)


def moment(at: datetime) -> str:
    """A time in the reader's own time zone."""
    at = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def section(text: str) -> dict[str, Any]:
    """A paragraph. Verbatim: Slack makes no links, channels or mentions out of it."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def plain_section(text: str, limit: int = SECTION_CHARS) -> dict[str, Any]:
    """Foreign text as it is: plain text has no markup at all."""
    return {"type": "section", "text": {"type": "plain_text", "text": fit(seen(text), limit), "emoji": False}}


def context(text: str) -> dict[str, Any]:
    """A small grey line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def pages(lines: Iterable[str], limit: int = SECTION_CHARS) -> list[str]:
    """The lines in as few texts as the limit allows."""
    found: list[str] = []
    for entry in lines:
        if found and len(found[-1]) + len(entry) < limit:
            found[-1] += "\n" + entry
        else:
            found.append(entry)
    return found


def actions(block_id: str, *elements: dict[str, Any]) -> dict[str, Any]:
    """A row of buttons and menus."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(action_id: str, text: str, value: str, **more: str) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": label(text), "value": value, **more}


def menu(action_id: str, placeholder: str, *groups: tuple[str, list[Choice]]) -> dict[str, Any]:
    """A menu of choices under headings. When there is no room for all, the first heading's are cut, with a sign."""
    room = MENU_CHARS - sum(len(choice.label) for _, offered in groups[1:] for choice in offered)
    heading, offered = groups[0]
    shown = [
        one for one, end in zip(offered, accumulate(len(one.label) for one in offered), strict=True) if end <= room
    ]
    if len(shown) < len(offered):
        heading = f"{heading} (the first {len(shown)} of {len(offered)})"
    parted = [
        {"label": label(name), "options": [_option(choice) for choice in found[start : start + GROUP_OPTIONS]]}
        for name, found in ((heading, shown), *groups[1:])
        for start in range(0, len(found), GROUP_OPTIONS)
    ]
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": label(placeholder),
        "option_groups": parted[:GROUPS],
    }


def label(text: str) -> dict[str, Any]:
    """The text of a button, an option or a heading."""
    return {"type": "plain_text", "text": fit(cut(line(text), LABEL_CHARS), LABEL_CHARS) or "–"}


def _option(choice: Choice) -> dict[str, Any]:
    return {"text": label(choice.label), "value": choice.value}
