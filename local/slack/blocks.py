"""Block Kit's documented limits, as Slack checks them before it shows a message.

Facts: Slack's reference pages on blocks, block elements and composition objects. Faults are worded the way Slack words
them in ``response_metadata.messages``: ``[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.slack.checks import (
    Check,
    anything,
    boolean,
    by_type,
    error,
    items,
    object_of,
    one_of,
    string,
    text_object,
    whole,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARS = 12_000
"""Slack: all markdown blocks of one message together."""


def faults(blocks: Any, *, surface: str = "message", at: str = "/blocks") -> list[str]:
    """Everything wrong with a list of blocks. ``surface`` is ``message`` or ``view`` (modals may hold 100)."""
    found = list(items(0, MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS, _block)(blocks, at))
    if not isinstance(blocks, list):
        return found
    objects = [block for block in blocks if isinstance(block, dict)]
    found += _repeated([block.get("block_id") for block in objects], "block_id", at)
    markdown = sum(len(str(block.get("text", ""))) for block in objects if block.get("type") == "markdown")
    if markdown > MARKDOWN_CHARS:
        found.append(error(f"markdown blocks hold {markdown} characters together; {MARKDOWN_CHARS} are allowed", at))
    return found


def _repeated(names: list[Any], what: str, at: str) -> list[str]:
    given = [name for name in names if name]
    return [error(f"`{what}` {name!r} already exists", at) for name in sorted({n for n in given if given.count(n) > 1})]


# --- composition objects ------------------------------------------------------------------------


def plain(most: int) -> Check:
    """A ``plain_text`` object of at most ``most`` characters."""
    return text_object(most, "plain_text")


def _any_text(most: int) -> Check:
    return text_object(most, "plain_text", "mrkdwn")


_CONFIRM = object_of(
    {
        "title": plain(100),
        "text": _any_text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    "title",
    "text",
    "confirm",
    "deny",
)


def _option(text: Check) -> Check:
    fields = {"text": text, "value": string(150), "description": _any_text(75), "url": string(3000)}
    return object_of(fields, "text", "value")


_PLAIN_OPTION, _ANY_OPTION = _option(plain(75)), _option(_any_text(75))
_GROUP = object_of({"label": plain(75), "options": items(1, 100, _PLAIN_OPTION)}, "label", "options")

# --- elements -----------------------------------------------------------------------------------

_ID: dict[str, Check] = {"type": anything, "action_id": string(255)}
_INTERACTIVE: dict[str, Check] = {**_ID, "confirm": _CONFIRM, "focus_on_load": boolean}
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}
_BUTTON = object_of(
    {
        **_ID,
        "confirm": _CONFIRM,
        "text": plain(75),
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    "text",
)


def _static_select(value: Any, at: str) -> Iterator[str]:
    fields: dict[str, Check] = {
        **_INTERACTIVE,
        **_PLACEHOLDER,
        "options": items(1, 100, _PLAIN_OPTION),
        "option_groups": items(1, 100, _GROUP),
        "initial_option": _PLAIN_OPTION,
        "initial_options": items(1, 100, _PLAIN_OPTION),
        "max_selected_items": whole(1, 100),
    }
    yield from object_of(fields)(value, at)
    if ("options" in value) == ("option_groups" in value):
        yield error("must have either `options` or `option_groups`", at)
    groups = value.get("option_groups") or [{"options": value.get("options")}]
    options = [o for g in groups if isinstance(g, dict) for o in (g.get("options") or []) if isinstance(o, dict)]
    chosen = value.get("initial_option")
    if chosen is not None and chosen not in options:
        yield error("`initial_option` must match one of the options", f"{at}/initial_option")


def _pick(**more: Check) -> Check:
    return object_of({**_INTERACTIVE, **_PLACEHOLDER, **more})


_CHOICES: dict[str, Check] = {
    **_INTERACTIVE,
    "options": items(1, 10, _ANY_OPTION),
    "initial_option": _ANY_OPTION,
    "initial_options": items(1, 10, _ANY_OPTION),
}
_IMAGE: dict[str, Check] = {
    "type": anything,
    "image_url": string(3000),
    "alt_text": string(2000),
    "slack_file": anything,
}
_TEXT_INPUT = object_of(
    {
        **_INTERACTIVE,
        **_PLACEHOLDER,
        "initial_value": string(3000, 0),
        "multiline": boolean,
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
        "dispatch_action_config": anything,
    }
)
_ACTION_ELEMENTS: dict[str, Check] = {
    "button": _BUTTON,
    "static_select": _static_select,
    "users_select": _pick(initial_user=string(255)),
    "channels_select": _pick(initial_channel=string(255), response_url_enabled=boolean),
    "conversations_select": _pick(
        initial_conversation=string(255),
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=anything,
    ),
    "external_select": _pick(initial_option=_PLAIN_OPTION, min_query_length=whole(0, 100)),
    "overflow": object_of({**_ID, "confirm": _CONFIRM, "options": items(1, 5, _PLAIN_OPTION)}, "options"),
    "datepicker": _pick(initial_date=string(10)),
    "timepicker": _pick(initial_time=string(5), timezone=string(255)),
    "checkboxes": object_of(_CHOICES, "options"),
    "radio_buttons": object_of(_CHOICES, "options"),
}
_MULTI: dict[str, Check] = {
    "multi_static_select": _static_select,
    "multi_users_select": _pick(initial_users=anything, max_selected_items=whole(1, 100)),
}
_INPUT_ELEMENTS = {k: v for k, v in _ACTION_ELEMENTS.items() if k not in ("button", "overflow")} | _MULTI
_INPUT_ELEMENTS["plain_text_input"] = _TEXT_INPUT
_INPUT_ELEMENTS["email_text_input"] = _INPUT_ELEMENTS["url_text_input"] = _TEXT_INPUT
_IMAGE_ELEMENT = object_of(_IMAGE, "alt_text")

# --- blocks -------------------------------------------------------------------------------------

_BLOCK: dict[str, Check] = {"type": anything, "block_id": string(255)}


def _section(value: Any, at: str) -> Iterator[str]:
    fields: dict[str, Check] = {
        **_BLOCK,
        "text": _any_text(3000),
        "fields": items(1, 10, _any_text(2000)),
        "accessory": by_type({**_ACTION_ELEMENTS, **_MULTI, "image": _IMAGE_ELEMENT}, "element"),
        "expand": boolean,
    }
    yield from object_of(fields)(value, at)
    if not value.get("text") and not value.get("fields"):
        yield error("must have `text` or `fields`", at)


def _actions(value: Any, at: str) -> Iterator[str]:
    fields = {**_BLOCK, "elements": items(1, 25, by_type(_ACTION_ELEMENTS, "element"))}
    yield from object_of(fields, "elements")(value, at)
    elements = [e for e in value.get("elements") or [] if isinstance(e, dict)]
    yield from _repeated([e.get("action_id") for e in elements], "action_id", f"{at}/elements")


_context_element = by_type(
    {"image": _IMAGE_ELEMENT, "plain_text": _any_text(3000), "mrkdwn": _any_text(3000)}, "context element"
)
_block = by_type(
    {
        "section": _section,
        "actions": _actions,
        "header": object_of({**_BLOCK, "text": plain(150)}, "text"),
        "divider": object_of(_BLOCK),
        "context": object_of({**_BLOCK, "elements": items(1, 10, _context_element)}, "elements"),
        "image": object_of({**_BLOCK, **_IMAGE, "title": plain(2000)}, "alt_text"),
        "input": object_of(
            {
                **_BLOCK,
                "label": plain(2000),
                "hint": plain(2000),
                "optional": boolean,
                "dispatch_action": boolean,
                "element": by_type(_INPUT_ELEMENTS, "element"),
            },
            "label",
            "element",
        ),
        "markdown": object_of({**_BLOCK, "text": string(MARKDOWN_CHARS)}, "text"),
        "rich_text": object_of({**_BLOCK, "elements": items(1, 1000, anything)}, "elements"),
    },
    "block",
)

_VIEW = object_of(
    {
        "type": one_of("modal"),
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "blocks": anything,
        "private_metadata": string(3000, 0),
        "callback_id": string(255, 0),
        "external_id": string(255, 0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    "type",
    "title",
    "blocks",
)


def view_faults(view: Any) -> list[str]:
    """Everything wrong with a modal view."""
    found = list(_VIEW(view, "/view"))
    if isinstance(view, dict):
        found += faults(view.get("blocks"), surface="view", at="/view/blocks")
        kinds = [b.get("type") for b in view.get("blocks") or [] if isinstance(b, dict)]
        if "input" in kinds and not view.get("submit"):
            found.append(error("missing required field: submit", "/view"))
    return found
