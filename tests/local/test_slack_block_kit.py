"""Block Kit's limits, one line each: the longest that fits and the first that does not."""

from __future__ import annotations

from typing import Any

import pytest

from local.slack.blocks import faults, view_faults


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> list[dict[str, Any]]:
    return [{"type": "section", **fields}]


def button(**fields: Any) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain("Go"), **fields}]}]


def option(text: str = "One", value: str = "1", **more: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **more}


def select(**fields: Any) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [{"type": "static_select", "action_id": "a", **fields}]}]


def buttons(count: int) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [button(action_id=f"a{n}")[0]["elements"][0] for n in range(count)]}]


LIMITS = {
    "blocks in a message": (50, lambda n: [{"type": "divider"}] * n),
    "section text": (3000, lambda n: section(text=mrkdwn("x" * n))),
    "section field": (2000, lambda n: section(fields=[mrkdwn("x" * n)])),
    "section fields": (10, lambda n: section(fields=[mrkdwn("x")] * n)),
    "header": (150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    "context elements": (10, lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}]),
    "actions elements": (25, buttons),
    "block_id": (255, lambda n: section(text=plain("x"), block_id="x" * n)),
    "action_id": (255, lambda n: button(action_id="x" * n)),
    "button text": (75, lambda n: button(text=plain("x" * n))),
    "button value": (2000, lambda n: button(value="x" * n)),
    "button url": (3000, lambda n: button(url="x" * n)),
    "button accessibility label": (75, lambda n: button(accessibility_label="x" * n)),
    "option text": (75, lambda n: select(options=[option("x" * n)])),
    "option value": (150, lambda n: select(options=[option(value="x" * n)])),
    "option description": (75, lambda n: select(options=[option(description=plain("x" * n))])),
    "options": (100, lambda n: select(options=[option(value=str(i)) for i in range(n)])),
    "option groups": (100, lambda n: select(option_groups=[{"label": plain("g"), "options": [option()]}] * n)),
    "group label": (75, lambda n: select(option_groups=[{"label": plain("x" * n), "options": [option()]}])),
    "placeholder": (150, lambda n: select(options=[option()], placeholder=plain("x" * n))),
    "image alt text": (2000, lambda n: [{"type": "image", "image_url": "https://x.example/a", "alt_text": "x" * n}]),
    "markdown": (12_000, lambda n: [{"type": "markdown", "text": "x" * n}]),
    "markdown together": (
        12_000,
        lambda n: [{"type": "markdown", "text": "x" * (n // 2)}, {"type": "markdown", "text": "x" * (n - n // 2)}],
    ),
}


@pytest.mark.parametrize("what", LIMITS)
def test_the_longest_that_fits_and_the_first_that_does_not(what: str) -> None:
    most, make = LIMITS[what]

    assert faults(make(most)) == []
    assert faults(make(most + 1)) != []


WRONG = {
    "no list": {"type": "divider"},
    "an unknown block": [{"type": "banner"}],
    "an empty section": section(),
    "an empty text": section(text=mrkdwn("")),
    "markup in a header": [{"type": "header", "text": mrkdwn("x")}],
    "markup on a button": button(text=mrkdwn("x")),
    "an unknown style": button(style="green"),
    "a field Slack does not know": section(text=plain("x"), colour="red"),
    "verbatim on plain text": section(text={**plain("x"), "verbatim": True}),
    "emoji on mrkdwn": section(text={**mrkdwn("x"), "emoji": True}),
    "no alt text": [{"type": "image", "image_url": "https://x.example/a"}],
    "a menu without options": select(),
    "a menu with both kinds of options": select(
        options=[option()], option_groups=[{"label": plain("g"), "options": [option()]}]
    ),
    "a choice that is not offered": select(options=[option()], initial_option=option(value="2")),
    "two of one action_id": [{"type": "actions", "elements": [*button()[0]["elements"], *button()[0]["elements"]]}],
    "two of one block_id": [*section(text=plain("x"), block_id="b"), *section(text=plain("y"), block_id="b")],
    "a button in a context": [{"type": "context", "elements": button()[0]["elements"]}],
    "an empty actions block": [{"type": "actions", "elements": []}],
}


@pytest.mark.parametrize("what", WRONG)
def test_what_slack_refuses(what: str) -> None:
    assert faults(WRONG[what]) != []


def test_a_fault_says_what_and_where() -> None:
    blocks = [{"type": "divider"}, *section(text=mrkdwn("x" * 3001))]

    assert faults(blocks) == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]


def _modal(**fields: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "why"}
    blocks = [{"type": "input", "label": plain("Why"), "element": element}]
    return {"type": "modal", "title": plain("Move"), "submit": plain("Move"), "blocks": blocks, **fields}


@pytest.mark.parametrize(
    ("view", "fine"),
    [
        (_modal(), True),
        (_modal(title=plain("x" * 25)), False),
        (_modal(submit=None), False),
        (_modal(private_metadata="x" * 3001), False),
        (_modal(blocks=[{"type": "divider"}] * 100), True),
        (_modal(blocks=[{"type": "divider"}] * 101), False),
    ],
)
def test_modals(view: dict[str, Any], fine: bool) -> None:
    assert (view_faults(view) == []) is fine
