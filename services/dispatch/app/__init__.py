"""dispatch's use cases.

An event or an action changes the stored hand-off, conditionally; ``settle`` then brings Slack, the inboxes and the bus
in line with what is stored. Each of its steps may run again after a crash and finds what it has already done.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.dispatch.app.arriving import dispatch, receive_copy
    from services.dispatch.app.listing import list_queues
    from services.dispatch.app.looking_back import count_outcomes, look_back, report
    from services.dispatch.app.ports import Outside
    from services.dispatch.app.pressing import correct, take
    from services.dispatch.app.reminding import remind
    from services.dispatch.app.settling import settle

__all__ = [
    "Outside",
    "correct",
    "count_outcomes",
    "dispatch",
    "list_queues",
    "look_back",
    "receive_copy",
    "remind",
    "report",
    "settle",
    "take",
]

_ROOMS = {
    "Outside": "ports",
    "correct": "pressing",
    "count_outcomes": "looking_back",
    "dispatch": "arriving",
    "list_queues": "listing",
    "look_back": "looking_back",
    "receive_copy": "arriving",
    "remind": "reminding",
    "report": "looking_back",
    "settle": "settling",
    "take": "pressing",
}


def __getattr__(name: str) -> Any:
    """A use case by name. Each is imported when it is first asked for: a function starts with what it needs."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
