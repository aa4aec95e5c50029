"""intake's use cases: take what comes in by three lanes, make it one ticket each, and say so once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.intake.app.accepting import Flooded, Limits, accept_chat, accept_form, hold_back_floods, offer_uploads
    from services.intake.app.ports import Kept, Raced
    from services.intake.app.receiving_chat import receive_chat
    from services.intake.app.receiving_form import receive_form
    from services.intake.app.receiving_mail import receive_mail
    from services.intake.app.writing import receive, unfold

__all__ = [
    "Flooded",
    "Kept",
    "Limits",
    "Raced",
    "accept_chat",
    "accept_form",
    "hold_back_floods",
    "offer_uploads",
    "receive",
    "receive_chat",
    "receive_form",
    "receive_mail",
    "unfold",
]

_ROOMS = {
    "Flooded": "accepting",
    "Kept": "ports",
    "Limits": "accepting",
    "Raced": "ports",
    "accept_chat": "accepting",
    "accept_form": "accepting",
    "hold_back_floods": "accepting",
    "offer_uploads": "accepting",
    "receive": "writing",
    "receive_chat": "receiving_chat",
    "receive_form": "receiving_form",
    "receive_mail": "receiving_mail",
    "unfold": "writing",
}


def __getattr__(name: str) -> Any:
    """A use case by name. Each is imported when it is first asked for: a function starts with what it needs."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
