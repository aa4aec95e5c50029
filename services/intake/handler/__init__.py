"""intake's Lambda entry points, a room for each: a function imports its own room and nothing of the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {"form": "form_api.answer", "chat": "chat_api.answer", "inbox": "taking.inbox"}


def __getattr__(name: str) -> Any:
    """An entry point by name, for whoever wants them all."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    room, _, function = _ROOMS[name].partition(".")
    return getattr(import_module(f"{__name__}.{room}"), function)
