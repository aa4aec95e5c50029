"""What a press of a button in Slack means, and how Slack sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.ticket import Person
from services.dispatch.domain.choice import Choice
from shared.errors import BadInput

ACTIONS = ("take", "reassign", "bump", "split", "not_a_copy", "confirm")

_BLOCK = re.compile(r"(?P<ticket_id>[\w-]{1,100})\.(?P<revision>[0-9]{1,6})(\.\w+)?", re.ASCII)
_CURE = "Send what Slack sends: a form field payload"
_NAME_CHARS = 200


class _Sent(BaseModel):
    """Base of what is read of an interaction; Slack sends much more, and null for what it does not say."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _User(_Sent):
    id: str = Field(min_length=1, max_length=100)
    name: str | None = None
    username: str | None = None


class _Option(_Sent):
    value: str = ""


class _Action(_Sent):
    action_id: str = ""
    block_id: str = ""
    value: str | None = None
    selected_option: _Option | None = None


class _Channel(_Sent):
    id: str = ""


class _Container(_Sent):
    channel_id: str = ""


class _Kind(_Sent):
    type: str = ""


class _Presses(_Sent):
    user: _User
    actions: list[_Action]
    channel: _Channel | None = None
    container: _Container | None = None


@dataclass(frozen=True)
class Press:
    """One button, pressed by one person."""

    action: str
    ticket_id: str
    revision: int
    by: Person
    choice: Choice | None = None
    channel: str = ""
    """Id of the channel it was pressed in."""


def presses_in(raw: bytes) -> list[Press]:
    """The presses in the body of an interaction request; none for what Slack sends but nobody needs an answer to.

    Raises BadInput naming what is missing or wrong.
    """
    try:
        payload = parse_qs(raw.decode(), strict_parsing=True)["payload"][0]
    except (ValueError, KeyError) as error:
        raise BadInput("payload", "is not there", _CURE) from error
    try:
        if _Kind.model_validate_json(payload).type != "block_actions":
            return []
        sent = _Presses.model_validate_json(payload)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "payload"
        raise BadInput(where, fault["msg"], _CURE) from error
    by = Person(id=sent.user.id, name=(sent.user.name or sent.user.username or "")[:_NAME_CHARS])
    channel = (sent.channel and sent.channel.id) or (sent.container and sent.container.channel_id) or ""
    return [press for action in sent.actions if (press := _press(action, by, channel))]


def _press(action: _Action, by: Person, channel: str) -> Press | None:
    name = action.action_id.partition(".")[0]
    if name not in ACTIONS:
        return None
    bound = _BLOCK.fullmatch(action.block_id)
    if bound is None:
        raise BadInput("actions.block_id", "names no ticket", "Press a button of a message the router posted")
    selected = (action.selected_option.value if action.selected_option else "") or action.value or ""
    # A Split button stands on a follow-up and carries its id; the Split menu of a ticket carries a choice.
    chooses = name == "reassign" or (name == "split" and "|" in selected)
    choice = Choice.of(selected) if chooses else None
    if choice and not choice.team:
        raise BadInput("actions.selected_option", "names no team", "Choose one of the options")
    return Press(name, bound["ticket_id"], int(bound["revision"]), by, choice, channel)
