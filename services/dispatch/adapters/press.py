"""What a press of a button in Slack means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from contracts.ticket import Person
from services.dispatch.domain.slack import Choice
from shared.errors import BadInput

ACTIONS = ("take", "reassign", "bump", "split", "not_a_copy")

_BLOCK = re.compile(r"(?P<ticket_id>.+?)\.(?P<revision>\d+)(\.\w+)?")


@dataclass(frozen=True)
class Press:
    """One button, pressed by one person."""

    action: str
    ticket_id: str
    revision: int | None
    by: Person
    choice: Choice | None = None


def press_of(payload: dict[str, Any]) -> list[Press]:
    """The presses in a Slack ``block_actions`` payload; empty for what Slack sends but nobody needs an answer to.

    Raises BadInput naming what is missing.
    """
    if payload.get("type") != "block_actions":
        return []
    user = payload.get("user") or {}
    if not user.get("id"):
        raise BadInput("user.id", "is missing", "Send what Slack sends")
    by = Person(id=str(user["id"]), name=str(user.get("name") or user.get("username") or ""))
    actions = payload.get("actions")
    if not isinstance(actions, list):
        raise BadInput("actions", "is missing", "Send what Slack sends")
    return [press for action in actions if (press := _press(action, by))]


def _press(action: dict[str, Any], by: Person) -> Press | None:
    name = str(action.get("action_id", "")).partition(".")[0]
    if name not in ACTIONS:
        return None
    bound = _BLOCK.fullmatch(str(action.get("block_id", "")))
    if bound is None:
        raise BadInput("actions.block_id", "names no ticket", "Press a button of a message the router posted")
    selected = (action.get("selected_option") or {}).get("value") or action.get("value") or ""
    choice = Choice.of(str(selected)) if name == "reassign" else None
    if choice and not choice.team:
        raise BadInput("actions.selected_option", "names no team", "Choose one of the options")
    return Press(name, bound["ticket_id"], int(bound["revision"]), by, choice)
