"""What a raw mail says: who wrote it, what is new in it, whether a machine sent it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.intake.domain.mail.mail import Mail
    from services.intake.domain.mail.reading import read_mail

__all__ = ["Mail", "read_mail"]


def __getattr__(name: str) -> Any:
    """Reading mail is imported when it is asked for: the form needs a charset of this house, and nothing else."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{'mail' if name == 'Mail' else 'reading'}"), name)
