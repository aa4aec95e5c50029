"""What a Reassign button carries: dispatch and learning put them into Slack, and every press comes to dispatch."""

from __future__ import annotations

import re

_ESCAPES = {"%": "%25", "|": "%7C"}
_MEANT = {escape: mark for mark, escape in _ESCAPES.items()}


def choice_value(team: str, topic: str | None) -> str:
    """``<team>|<topic>``, the topic empty when none is chosen. A bar in a name is written ``%7C``."""
    return "|".join(re.sub(r"[%|]", lambda mark: _ESCAPES[mark[0]], name) for name in (team, topic or ""))


def chosen(value: str) -> tuple[str, str | None]:
    """The team and the topic that a value names."""
    team, _, topic = value.partition("|")
    plain = [re.sub(r"%25|%7C", lambda escape: _MEANT[escape[0]], name) for name in (team, topic)]
    return plain[0], plain[1] or None
