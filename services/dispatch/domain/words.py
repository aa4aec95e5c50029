"""How things are said: moves, tones, waits, people; and how foreign text is made harmless."""

from __future__ import annotations

import re
from datetime import timedelta

from contracts.ticket import Customer, MoveKind, Source, Ticket, Tone, Urgency

MOVES: dict[MoveKind, tuple[str, str]] = {
    "escalate": ("🔴", "Escalate"),
    "priority": ("🟠", "Priority"),
    "route": ("🔵", "Route"),
    "hold": ("🟡", "Hold"),
}
"""Colour and word of each move: never the colour alone."""

URGENCIES: dict[Urgency, str] = {"high": "🔺 high", "medium": "🔸 medium", "low": "🔹 low"}
TONES: dict[Tone, str] = {"angry": "😠 angry", "confused": "😕 confused", "calm": "🙂 calm"}
SOURCES: dict[Source, str] = {"mail": "by mail", "form": "by the form", "chat": "by chat"}

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
"""Controls, direction overrides, zero-width marks, tags, lone surrogates. Joiners stay: emoji and scripts need them."""


def seen(text: str) -> str:
    """The text without characters that show nothing but change how the rest is shown."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """The text in one line."""
    return " ".join(seen(text).split())


def cut(text: str, limit: int) -> str:
    """The text, and a sign where it was cut to ``limit`` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def wait(span: timedelta) -> str:
    """A wait as people say it: ``under a minute``, ``12 min``, ``3 h 05 min``, ``2 days 4 h``."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d} min"
    days, hours = divmod(hours, 24)
    return f"{days} day{'s' if days > 1 else ''} {hours} h"


def ago(span: timedelta) -> str:
    """How long ago, in one unit: ``just now``, ``12 min ago``, ``3 h ago``, ``2 days ago``."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    days = hours // 24
    return f"{hours} h ago" if hours < 24 else f"{days} day{'s' * (days > 1)} ago"


def customer_name(customer: Customer) -> str:
    """Who wrote, in one line: name and address, or whatever is known."""
    name, email = line(customer.name or customer.handle or ""), line(customer.email or "")
    return f"{name} ({email})" if name and email else name or email or "unknown customer"


def subject_of(ticket: Ticket) -> str:
    """The subject in one line; the message's first words when there is none."""
    return line(ticket.subject) or cut(line(ticket.text), 60) or "(empty)"
