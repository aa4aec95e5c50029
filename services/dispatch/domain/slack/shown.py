"""What is shown of a ticket in Slack: the customer, the facts, the words, the attachments."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from services.dispatch.domain import sent
from services.dispatch.domain.life.earlier import EarlierTicket
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.sent import Sent
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import literal, moment
from services.dispatch.domain.words import (
    SOURCES,
    TONES,
    URGENCIES,
    ago,
    customer_name,
    seen,
)

SHOWN_CHARS = 2400
"""How much of a message is shown at once; a longer one comes whole as a file under it."""


NAMES_CHARS = 600
"""Of one list of file names."""


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


def earlier(handoff: HandOff) -> str:
    """What else the customer wrote about, with links; empty when this is the first."""
    known = handoff.earlier
    if known is None:
        return ""
    count = f"{known.count}{' or more' * known.more} earlier ticket{'s' * (known.count > 1)}"
    last = f"{'the last ' * (known.count > 1)}{_one(known.last)} {ago(handoff.ticket.received_at - known.last.at)}"
    others = f" · also open: {', '.join(map(_one, known.open))}" if known.open else ""
    return f"🕘 {count}: {last}{others}"


def _one(ticket: EarlierTicket) -> str:
    name = kit.link(ticket.link, ticket.ticket_id) if ticket.link else literal(ticket.ticket_id, 40)
    return f"{name} (with {literal(ticket.team, 60)}, {'open' if ticket.is_open else ticket.state})"


def facts(handoff: HandOff, team: str | None) -> str:
    """What the ticket was read as, and whose it is."""
    reading = handoff.reading
    facts = [
        f"*Topic* {literal(handoff.topic or 'unclear', 80)}",
        f"*Urgency* {URGENCIES[handoff.urgency] if handoff.urgency else 'not read'}",
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
        blocks.append(kit.context("It was longer than the router carries: ⋯ → All they sent has the rest."))
    return blocks


def files(handoff: HandOff, *, limit: int) -> list[dict[str, Any]]:
    """The files that came with it by name, where they are, and what else there is."""
    ticket = handoff.ticket
    found = sent.attachments(ticket, limit=limit)
    shown, others = [one for one in found if not one.why_not], [one for one in found if one.why_not]
    lines = [f"📎 In the thread: {_named(shown)}"] if shown else []
    lines += [f"⚠️ Not shown here: {_named(others)}. See ⋯ → All they sent"] if others else []
    if ticket.folded:
        why = literal(", ".join(ticket.folded.why), 200)
        lines.append(f"✂️ {ticket.folded.lines} lines not shown ({why}): ⋯ → All they sent")
    if ticket.maybe_automatic:
        lines.append(f"🤖 A machine may have sent it: {literal(ticket.maybe_automatic, 300)}")
    return [kit.context(page) for page in kit.pages(lines, kit.CONTEXT_CHARS)]


def _named(found: list[Sent]) -> str:
    named = [f"{literal(one.name, 60)} ({literal(sent.about(one), 120)})" for one in found]
    ends = accumulate(len(one) + 2 for one in named)
    shown = [one for one, end in zip(named, ends, strict=True) if end <= NAMES_CHARS]
    return ", ".join(shown) + (f" … {len(found)} in all" if len(shown) < len(found) else "")
