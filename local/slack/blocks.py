"""Block Kit's documented limits, as Slack checks them before it shows a message.

Facts: Slack's reference pages on blocks, block elements and composition objects. Faults are worded the way Slack words
them in ``response_metadata.messages``: ``[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARS = 12_000
"""Slack: all markdown blocks of one message together."""

Check = Callable[[Any, str], Iterator[str]]
"""Looks at a value at a JSON pointer and yields what is wrong with it."""


def faults(blocks: Any, *, surface: str = "message", at: str = "/blocks") -> list[str]:
    """Everything wrong with a list of blocks. ``surface`` is ``message`` or ``view`` (modals may hold 100)."""
    found = list(_items(0, MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS, _block)(blocks, at))
    if not isinstance(blocks, list):
        return found
    whole = [block for block in blocks if isinstance(block, dict)]
    found += _repeated([block.get("block_id") for block in whole], "block_id", at)
    markdown = sum(len(str(block.get("text", ""))) for block in whole if block.get("type") == "markdown")
    if markdown > MARKDOWN_CHARS:
        found.append(_error(f"markdown blocks hold {markdown} characters together; {MARKDOWN_CHARS} are allowed", at))
    return found


def _error(problem: str, at: str) -> str:
    return f"[ERROR] {problem} [json-pointer:{at}]"


def _repeated(names: list[Any], what: str, at: str) -> list[str]:
    given = [name for name in names if name]
    return [
        _error(f"`{what}` {name!r} already exists", at) for name in sorted({n for n in given if given.count(n) > 1})
    ]


# --- small checks that the table below is made of -----------------------------------------------


def _string(most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield _error("must be a string", at)
        elif len(value) < least:
            yield _error(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield _error(f"must be less than {most + 1} characters", at)

    return check


def _one_of(*allowed: Any) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield _error(f"must be one of {', '.join(map(str, allowed))}", at)

    return check


def _items(least: int, most: int, each: Check) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield _error("must be an array", at)
            return
        if len(value) > most:
            yield _error(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield _error(f"no fewer than {least} items allowed" if least > 1 else "must provide at least 1 item", at)
        for number, item in enumerate(value):
            yield from each(item, f"{at}/{number}")

    return check


def _anything(_value: Any, _at: str) -> Iterator[str]:
    yield from ()


def _boolean(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield _error("must be a boolean", at)


def _whole(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield _error(f"must be a whole number from {least} to {most}", at)

    return check


def _object(fields: dict[str, Check], *required: str) -> Check:
    """An object with these fields and no other (Slack refuses what it does not know)."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _error("must be an object", at)
            return
        for name in required:
            if name not in value:
                yield _error(f"missing required field: {name}", at)
        for name, given in value.items():
            if name not in fields:
                yield _error(f"invalid additional property: {name}", at)
            elif given is not None or name in required:
                yield from fields[name](given, f"{at}/{name}")

    return check


def _text(most: int, *kinds: str, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        fields: dict[str, Check] = {"type": _one_of(*kinds), "text": _string(most, least)}
        fields |= {"emoji": _boolean} if kind == "plain_text" else {"verbatim": _boolean}
        yield from _object(fields, "type", "text")(value, at)

    return check


def _by_type(kinds: dict[str, Check], what: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _error("must be an object", at)
        elif (kind := value.get("type")) not in kinds:
            yield _error(f"unsupported type: {kind!r} is no {what} that is allowed here", at)
        else:
            yield from kinds[str(kind)](value, at)

    return check


# --- composition objects ------------------------------------------------------------------------


def plain(most: int) -> Check:
    """A ``plain_text`` object of at most ``most`` characters."""
    return _text(most, "plain_text")


def _any_text(most: int) -> Check:
    return _text(most, "plain_text", "mrkdwn")


_CONFIRM = _object(
    {
        "title": plain(100),
        "text": _any_text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": _one_of("primary", "danger"),
    },
    "title",
    "text",
    "confirm",
    "deny",
)


def _option(text: Check) -> Check:
    fields = {"text": text, "value": _string(150), "description": _any_text(75), "url": _string(3000)}
    return _object(fields, "text", "value")


_PLAIN_OPTION, _ANY_OPTION = _option(plain(75)), _option(_any_text(75))
_GROUP = _object({"label": plain(75), "options": _items(1, 100, _PLAIN_OPTION)}, "label", "options")

# --- elements -----------------------------------------------------------------------------------

_ID: dict[str, Check] = {"type": _anything, "action_id": _string(255)}
_INTERACTIVE: dict[str, Check] = {**_ID, "confirm": _CONFIRM, "focus_on_load": _boolean}
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}
_BUTTON = _object(
    {
        **_ID,
        "confirm": _CONFIRM,
        "text": plain(75),
        "url": _string(3000),
        "value": _string(2000),
        "style": _one_of("primary", "danger"),
        "accessibility_label": _string(75),
    },
    "text",
)


def _static_select(value: Any, at: str) -> Iterator[str]:
    fields: dict[str, Check] = {
        **_INTERACTIVE,
        **_PLACEHOLDER,
        "options": _items(1, 100, _PLAIN_OPTION),
        "option_groups": _items(1, 100, _GROUP),
        "initial_option": _PLAIN_OPTION,
        "initial_options": _items(1, 100, _PLAIN_OPTION),
        "max_selected_items": _whole(1, 100),
    }
    yield from _object(fields)(value, at)
    if ("options" in value) == ("option_groups" in value):
        yield _error("must have either `options` or `option_groups`", at)
    groups = value.get("option_groups") or [{"options": value.get("options")}]
    options = [o for g in groups if isinstance(g, dict) for o in (g.get("options") or []) if isinstance(o, dict)]
    chosen = value.get("initial_option")
    if chosen is not None and chosen not in options:
        yield _error("`initial_option` must match one of the options", f"{at}/initial_option")


def _pick(**more: Check) -> Check:
    return _object({**_INTERACTIVE, **_PLACEHOLDER, **more})


_CHOICES: dict[str, Check] = {
    **_INTERACTIVE,
    "options": _items(1, 10, _ANY_OPTION),
    "initial_option": _ANY_OPTION,
    "initial_options": _items(1, 10, _ANY_OPTION),
}
_IMAGE: dict[str, Check] = {
    "type": _anything,
    "image_url": _string(3000),
    "alt_text": _string(2000),
    "slack_file": _anything,
}
_TEXT_INPUT = _object(
    {
        **_INTERACTIVE,
        **_PLACEHOLDER,
        "initial_value": _string(3000, 0),
        "multiline": _boolean,
        "min_length": _whole(0, 3000),
        "max_length": _whole(1, 3000),
        "dispatch_action_config": _anything,
    }
)
_ACTION_ELEMENTS: dict[str, Check] = {
    "button": _BUTTON,
    "static_select": _static_select,
    "users_select": _pick(initial_user=_string(255)),
    "channels_select": _pick(initial_channel=_string(255), response_url_enabled=_boolean),
    "conversations_select": _pick(
        initial_conversation=_string(255),
        default_to_current_conversation=_boolean,
        response_url_enabled=_boolean,
        filter=_anything,
    ),
    "external_select": _pick(initial_option=_PLAIN_OPTION, min_query_length=_whole(0, 100)),
    "overflow": _object({**_ID, "confirm": _CONFIRM, "options": _items(1, 5, _PLAIN_OPTION)}, "options"),
    "datepicker": _pick(initial_date=_string(10)),
    "timepicker": _pick(initial_time=_string(5), timezone=_string(255)),
    "checkboxes": _object(_CHOICES, "options"),
    "radio_buttons": _object(_CHOICES, "options"),
}
_MULTI: dict[str, Check] = {
    "multi_static_select": _static_select,
    "multi_users_select": _pick(initial_users=_anything, max_selected_items=_whole(1, 100)),
}
_INPUT_ELEMENTS = {k: v for k, v in _ACTION_ELEMENTS.items() if k not in ("button", "overflow")} | _MULTI
_INPUT_ELEMENTS["plain_text_input"] = _TEXT_INPUT
_INPUT_ELEMENTS["email_text_input"] = _INPUT_ELEMENTS["url_text_input"] = _TEXT_INPUT
_IMAGE_ELEMENT = _object(_IMAGE, "alt_text")

# --- blocks -------------------------------------------------------------------------------------

_BLOCK: dict[str, Check] = {"type": _anything, "block_id": _string(255)}


def _section(value: Any, at: str) -> Iterator[str]:
    fields: dict[str, Check] = {
        **_BLOCK,
        "text": _any_text(3000),
        "fields": _items(1, 10, _any_text(2000)),
        "accessory": _by_type({**_ACTION_ELEMENTS, **_MULTI, "image": _IMAGE_ELEMENT}, "element"),
        "expand": _boolean,
    }
    yield from _object(fields)(value, at)
    if not value.get("text") and not value.get("fields"):
        yield _error("must have `text` or `fields`", at)


def _actions(value: Any, at: str) -> Iterator[str]:
    fields = {**_BLOCK, "elements": _items(1, 25, _by_type(_ACTION_ELEMENTS, "element"))}
    yield from _object(fields, "elements")(value, at)
    elements = [e for e in value.get("elements") or [] if isinstance(e, dict)]
    yield from _repeated([e.get("action_id") for e in elements], "action_id", f"{at}/elements")


_context_element = _by_type(
    {"image": _IMAGE_ELEMENT, "plain_text": _any_text(3000), "mrkdwn": _any_text(3000)}, "context element"
)
_block = _by_type(
    {
        "section": _section,
        "actions": _actions,
        "header": _object({**_BLOCK, "text": plain(150)}, "text"),
        "divider": _object(_BLOCK),
        "context": _object({**_BLOCK, "elements": _items(1, 10, _context_element)}, "elements"),
        "image": _object({**_BLOCK, **_IMAGE, "title": plain(2000)}, "alt_text"),
        "input": _object(
            {
                **_BLOCK,
                "label": plain(2000),
                "hint": plain(2000),
                "optional": _boolean,
                "dispatch_action": _boolean,
                "element": _by_type(_INPUT_ELEMENTS, "element"),
            },
            "label",
            "element",
        ),
        "markdown": _object({**_BLOCK, "text": _string(MARKDOWN_CHARS)}, "text"),
        "rich_text": _object({**_BLOCK, "elements": _items(1, 1000, _anything)}, "elements"),
    },
    "block",
)

_VIEW = _object(
    {
        "type": _one_of("modal"),
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "blocks": _anything,
        "private_metadata": _string(3000, 0),
        "callback_id": _string(255, 0),
        "external_id": _string(255, 0),
        "clear_on_close": _boolean,
        "notify_on_close": _boolean,
        "submit_disabled": _boolean,
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
            found.append(_error("missing required field: submit", "/view"))
    return found
