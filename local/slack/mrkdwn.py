"""Slack's text formats as safe HTML. Everything that is not Slack's own markup is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

Names = Callable[[str], str | None]
"""The name of a user or channel id, or None when nobody has it."""

_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.S)
_ANGLE = re.compile(r"<([^<>\n]+)>")
_STYLES = [
    (re.compile(rf"(?<![\w{c}]){re.escape(c)}(?=\S)([^{re.escape(c)}\n]*?\S|\S){re.escape(c)}(?![\w{c}])"), tag)
    for c, tag in (("*", "strong"), ("_", "em"), ("~", "s"))
]
_EMOJI = re.compile(r":([a-z0-9_+'-]+):")
_KNOWN_EMOJI = {
    "rotating_light": "🚨", "red_circle": "🔴", "large_orange_circle": "🟠", "large_yellow_circle": "🟡",
    "large_blue_circle": "🔵", "large_green_circle": "🟢", "white_circle": "⚪", "warning": "⚠️", "fire": "🔥",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "hourglass": "⌛", "hourglass_flowing_sand": "⏳",
    "star": "⭐", "bell": "🔔", "bust_in_silhouette": "👤", "busts_in_silhouette": "👥", "email": "✉️", "envelope": "✉️",
    "speech_balloon": "💬", "memo": "📝", "clipboard": "📋", "pushpin": "📌", "paperclip": "📎", "link": "🔗",
    "arrow_up": "⬆️", "arrow_right": "➡️", "eyes": "👀", "raised_hand": "✋", "hand": "✋", "tada": "🎉", "bulb": "💡",
    "inbox_tray": "📥", "twisted_rightwards_arrows": "🔀", "scissors": "✂️", "repeat": "🔁", "question": "❓",
    "exclamation": "❗", "pause_button": "⏸️", "double_vertical_bar": "⏸️", "lock": "🔒", "bar_chart": "📊",
    "angry": "😠", "confused": "😕", "slightly_smiling_face": "🙂", "crown": "👑", "thumbsup": "👍", "+1": "👍",
    "zap": "⚡", "calendar": "📅", "clock1": "🕐", "stopwatch": "⏱️", "label": "🏷️", "mag": "🔍", "moneybag": "💰",
}  # fmt: skip
_UNESCAPE = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str, *, emoji: bool = True) -> Markup:
    """A ``plain_text`` object's text: no markup, emoji names turned into emoji.

    Slack keeps every text object escaped, and shows the three entities as the characters they stand for.
    """
    text = _plain_entities(text)
    return escape(_emoji(text) if emoji else text)


def mrkdwn(text: str, names: Names) -> Markup:
    """Slack's ``mrkdwn`` as HTML: bold, italic, strike, code, quotes, links, mentions, dates, emoji."""
    kept: list[Markup] = []

    def keep(html: Markup) -> str:
        kept.append(html)
        return f"\x00{len(kept) - 1}\x00"

    def code(match: re.Match[str]) -> str:
        if match.group(1) is not None:
            return keep(Markup("<pre>{}</pre>").format(_plain_entities(match.group(1).strip("\n"))))
        return keep(Markup("<code>{}</code>").format(_plain_entities(match.group(2))))

    text = text.replace("\x00", "")
    text = _CODE.sub(code, text)
    text = _ANGLE.sub(lambda match: keep(_angle(match.group(1), names)), text)
    lines = str(escape(_emoji(_plain_entities(text)))).split("\n")
    html = "\n".join(_styled(line) for line in lines)
    html = _quotes(html)
    html = re.sub("\x00(\\d+)\x00", lambda match: str(kept[int(match.group(1))]), html)
    return Markup(html)


def _styled(line: str) -> str:
    for pattern, tag in _STYLES:
        line = pattern.sub(rf"<{tag}>\1</{tag}>", line)
    return line


def _quotes(html: str) -> str:
    out, quoted = [], False
    for line in html.split("\n"):
        starts = line.startswith("&gt;")
        if starts and not quoted:
            out.append("<blockquote>")
        elif quoted and not starts:
            out.append("</blockquote>")
        quoted = starts
        body = line[4:].removeprefix(" ") if starts else line
        out.append(body + "<br>")
    if quoted:
        out.append("</blockquote>")
    joined = "".join(out)
    return joined.replace("<br></blockquote>", "</blockquote>").removesuffix("<br>")


def _plain_entities(text: str) -> str:
    for entity, character in _UNESCAPE:
        text = text.replace(entity, character)
    return text


def _emoji(text: str) -> str:
    return _EMOJI.sub(lambda match: _KNOWN_EMOJI.get(match.group(1), match.group(0)), text)


def _angle(inside: str, names: Names) -> Markup:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return Markup('<span class="mention">@{}</span>').format(names(target[1:]) or label or target[1:])
    if target.startswith("#"):
        return Markup('<span class="mention">#{}</span>').format(names(target[1:]) or label or target[1:])
    if target.startswith("!date^"):
        return _date(target, label)
    if target.startswith("!"):
        return Markup('<span class="mention loud">@{}</span>').format(label or target[1:])
    if re.match(r"(https?|mailto|tel):", target, re.I):
        shown = _plain_entities(label or target.removeprefix("mailto:"))
        return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(
            _plain_entities(target), shown
        )
    return escape(_plain_entities(f"<{inside}>"))


def _date(target: str, fallback: str) -> Markup:
    """``!date^<unix time>^<format>``: the page's script writes it in the reader's own time zone, as Slack does."""
    try:
        _, seconds, form = target.split("^")[:3]
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return escape(_plain_entities(fallback))
    shown = _plain_entities(fallback)
    return Markup('<time datetime="{}" data-date="{}">{}</time>').format(at.isoformat(), form, shown)


def rich_text(elements: list[dict[str, Any]], names: Names) -> Markup:
    """A ``rich_text`` block's elements as HTML."""
    return Markup("").join(_rich(element, names) for element in elements)


_RICH_TAGS = {"rich_text_section": "p", "rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}


def _rich(element: dict[str, Any], names: Names) -> Markup:
    kind, inner = element.get("type"), element.get("elements") or []
    if kind == "rich_text_list":
        tag = Markup("ol") if element.get("style") == "ordered" else Markup("ul")
        items = Markup("").join(Markup("<li>{}</li>").format(rich_text([item], names)) for item in inner)
        return Markup("<{0}>{1}</{0}>").format(tag, items)
    if kind in _RICH_TAGS:
        return Markup("<{0}>{1}</{0}>").format(Markup(_RICH_TAGS[kind]), rich_text(inner, names))
    if kind == "user":
        return _angle(f"@{element.get('user_id', '')}", names)
    if kind == "link":
        return _angle(f"{element.get('url', '')}|{element.get('text') or element.get('url', '')}", names)
    if kind == "emoji":
        return plain(f":{element.get('name', '')}:")
    html: Markup = Markup.escape(str(element.get("text", "")))
    for style, wrap in (("bold", "strong"), ("italic", "em"), ("strike", "s"), ("code", "code")):
        if (element.get("style") or {}).get(style):
            html = Markup("<{0}>{1}</{0}>").format(Markup(wrap), html)
    return html
