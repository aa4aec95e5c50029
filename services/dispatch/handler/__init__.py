"""dispatch's Lambda entry points, a room for each way in: a function imports its own and nothing of the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "count_outcomes": "schedules",
    "inbox": "from_queue",
    "look_back": "schedules",
    "mail_actions": "from_mail",
    "remind": "schedules",
    "slack_actions": "from_slack",
}


def __getattr__(name: str) -> Any:
    """An entry point by name, for whoever wants them all."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
