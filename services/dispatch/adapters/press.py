"""What a press of a button in Slack means, and how Slack sends it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from contracts.ticket import Person
from services.dispatch.domain.choice import Choice
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
    channel: str = ""
    """Id of the channel it was pressed in."""


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
    channel = str((payload.get("channel") or payload.get("container") or {}).get("id") or "")
    channel = channel or str((payload.get("container") or {}).get("channel_id") or "")
    return [press for action in actions if isinstance(action, dict) and (press := _press(action, by, channel))]


def _press(action: dict[str, Any], by: Person, channel: str) -> Press | None:
    name = str(action.get("action_id", "")).partition(".")[0]
    if name not in ACTIONS:
        return None
    bound = _BLOCK.fullmatch(str(action.get("block_id", "")))
    if bound is None:
        raise BadInput("actions.block_id", "names no ticket", "Press a button of a message the router posted")
    selected = (action.get("selected_option") or {}).get("value") or action.get("value") or ""
    # A Split button stands on a follow-up and carries its id; the Split menu of a ticket carries a choice.
    chooses = name == "reassign" or (name == "split" and "|" in str(selected))
    choice = Choice.of(str(selected)) if chooses else None
    if choice and not choice.team:
        raise BadInput("actions.selected_option", "names no team", "Choose one of the options")
    return Press(name, bound["ticket_id"], int(bound["revision"]), by, choice, channel)


def payload_of(raw: bytes) -> dict[str, Any]:
    """The ``payload`` of an interaction request's form. Raises BadInput for anything else."""
    try:
        payload = json.loads(parse_qs(raw.decode(), strict_parsing=True)["payload"][0])
    except (ValueError, KeyError) as error:
        raise BadInput("payload", "is not there or not JSON", "Send what Slack sends: a form field payload") from error
    if not isinstance(payload, dict):
        raise BadInput("payload", "is not an object", "Send what Slack sends")
    return payload
