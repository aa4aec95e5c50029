"""Asking in the one call which of the customer's recent tickets says the same. Nothing recent, nothing asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.ticket import RecentTicket, Source, Ticket

FIELD = "same_as"
TAG = "earlier"
SHOWN_CHARS = 300
"""Characters of each earlier ticket that the model sees: about 75 tokens of English."""

RULE = f"""
{FIELD}: number of the message in <{TAG}> that reports the very same trouble again, in other words or by another way. \
0 when any thing, place, person, number, size, colour or time differs, when it asks for something else, or in doubt."""

_WAYS: dict[Source, str] = {"mail": "by mail", "form": "by the contact form", "chat": "by chat"}


def schema() -> dict[str, Any]:
    """The field of the answer's JSON schema."""
    return {FIELD: {"type": "integer"}}


def block(ticket: Ticket, line: Callable[[str], str]) -> list[str]:
    """The lines of the prompt that show them, oldest first, numbered from 1; ``line`` makes a text safe to show."""
    told = [f"{number}: {line(one.words)[:SHOWN_CHARS]}" for number, one in enumerate(oldest_first(ticket), 1)]
    return [f"<{TAG}>", *told, f"</{TAG}>"] if told else []


def oldest_first(ticket: Ticket) -> tuple[RecentTicket, ...]:
    """The recent tickets as they are numbered: of several that tell the same, the first is the original."""
    return tuple(sorted(ticket.recent, key=lambda one: (one.received_at, one.ticket_id)))


def told_of(ticket: Ticket, one: RecentTicket) -> str:
    """Why the ticket is a copy of ``one``, for the people who see it."""
    ago = _ago(abs(ticket.received_at - one.received_at))
    return f"Same customer, same problem in other words as {one.ticket_id}, which came {_WAYS[one.source]} {ago}"


def _ago(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 1:
        return "in the same minute"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''} earlier"
    return f"{round(minutes / 60)} hours earlier"
