"""What is shown of a ticket in Slack: the customer, the facts, the words, the attachments."""

from __future__ import annotations

from typing import Any

from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import literal, moment
from services.dispatch.domain.words import (
    SOURCES,
    TONES,
    URGENCIES,
    customer_name,
    seen,
)

SHOWN_CHARS = 2400
"""How much of a message is shown at once; a longer one comes whole as a file under it."""


def is_shown_whole(handoff: HandOff) -> bool:
    """Whether the message itself has room for all that the customer wrote."""
    return len(kit.escape(seen(handoff.ticket.text).strip())) <= SHOWN_CHARS


def customer(handoff: HandOff) -> str:
    """Who wrote, whether that is sure, how and when."""
    ticket = handoff.ticket
    verified = "✔ verified" if ticket.customer.verified else "not verified"
    vip = " · ⭐ VIP" if handoff.move.vip else ""
    came = f"{SOURCES[ticket.source]}, {moment(ticket.received_at)}"
    order = f" · order {literal(ticket.order_number, 60)}" if ticket.order_number else ""
    return f"*{literal(customer_name(ticket.customer), 300)}* · {verified}{vip} · {came}{order}"


def facts(handoff: HandOff, team: str | None) -> str:
    """What the ticket was read as, and whose it is."""
    reading = handoff.reading
    facts = [
        f"*Topic* {literal(handoff.topic or 'unclear', 80)}",
        f"*Urgency* {URGENCIES[reading.urgency] if reading else 'not read'}",
        f"*Tone* {TONES[reading.tone] if reading else 'not read'}",
        f"*Team* {literal(team, 80)}" if team else "",
    ]
    return "  ·  ".join(filter(None, facts))


def original(handoff: HandOff) -> list[dict[str, Any]]:
    """The customer's words, cut to what fits."""
    text = seen(handoff.ticket.text).strip()
    if not text:
        return [kit.context("The message is empty.")]
    blocks = [kit.plain_section(text, SHOWN_CHARS)]
    if not is_shown_whole(handoff) or handoff.ticket.text_cut:
        blocks.append(kit.context(f"✂ Cut here: the message has {len(text):,} characters; all of it is in the thread."))
    if handoff.ticket.text_cut:
        blocks.append(kit.context("It was longer than the router carries: the original as it came in has the rest."))
    return blocks


def attachments(handoff: HandOff) -> list[dict[str, Any]]:
    """The files that came with it, by name."""
    files = handoff.ticket.attachments
    if not files:
        return []
    named = ", ".join(f"{literal(file.name or 'unnamed', 60)} ({_size(file.size)})" for file in files[:10])
    return [kit.context(f"📄 Attachments ({len(files)}): {named}{' …' if len(files) > 10 else ''}")]


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1000))} kB"
