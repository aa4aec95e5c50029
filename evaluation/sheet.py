"""A rules snapshot made of labelled texts, so that the classifier reads an evaluation as it reads a team's folder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from contracts.rules import TRIAGE, Example, Rules, Team, Topic
from contracts.ticket import Customer, Ticket

DAY = datetime(2026, 1, 1, tzinfo=UTC)
URGENT_WORDS = ("outage", "down", "refund", "deadline", "losing sales", "data loss", "security breach", "cannot work")
"""The urgent words of the sample folder."""


def rules_of(
    topics: dict[str, str], examples: Iterable[tuple[str, str]], *, urgent_words: tuple[str, ...] = URGENT_WORDS
) -> Rules:
    """Rules with these topics (name → what it covers) and examples (topic, text)."""
    return Rules(
        version=1,
        revision=1,
        published_at=DAY,
        topics=tuple(
            Topic(name=name, covers=covers, team="team", row=row)
            for row, (name, covers) in enumerate(topics.items(), 2)
        ),
        teams=(Team(name="team", row=2), Team(name=TRIAGE, row=3)),
        urgent_words=urgent_words,
        examples=tuple(
            Example(example_id=f"e{line}", topic=topic, text=text, line=line)
            for line, (topic, text) in enumerate(examples, 1)
        ),
    )


def ticket_of(text: str, number: int = 0) -> Ticket:
    """A ticket that says ``text``."""
    customer = Customer(email="customer@example.com")
    return Ticket(ticket_id=f"T-{number}", source="form", customer=customer, text=text, received_at=DAY)
