"""What one person wants done with one ticket."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.ticket import Person
from services.dispatch.domain.choice import Choice

ACTIONS = (
    "take", "give_back", "assign", "done", "reassign", "bump", "lower", "split", "not_a_copy", "not_a_ticket",
    "confirm", "undo",
)  # fmt: skip
"""All that people can do."""
QUIET_ACTIONS = ("take", "give_back", "assign", "done", "undo")
"""Those that no event brings back to the inbox (an undo of one of them is none either): it is asked to show them."""


@dataclass(frozen=True)
class Wish:
    """An action, who wants it, and what they saw of the ticket when they wanted it."""

    action: str
    ticket_id: str
    by: Person
    revision: int | None = None
    """How often people had changed the ticket; None when the button does not say."""
    step: int | None = None
    """How many steps it had taken in its life; None when the button does not say."""
    choice: Choice | None = None
    to: Person | None = None
    """The colleague it is assigned to."""
