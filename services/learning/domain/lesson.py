"""What a correction teaches: a line for the Doc's Examples."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.envelope import derived_id
from contracts.rules import Rules
from contracts.ticket import Ticket
from contracts.ticket_corrected import TicketCorrected

LONGEST_EXAMPLE_CHARS = 300
LEARNED = re.compile(r"\s*\(learned from correction (?P<correction>[\w-]{4,36})\)\s*$", re.I)
"""The mark at the end of a line the router added; it names the correction by the start of its event id."""


@dataclass(frozen=True)
class Lesson:
    """An example to add, or the reason why there is none."""

    topic: str | None
    text: str
    mark: str
    why_not: str = ""

    @property
    def line(self) -> str:
        """The line as it stands in the Doc."""
        topic = self.topic or ""
        label = f'"{topic}"' if ":" in topic or "|" in topic else topic
        return f"{label}: {self.text} (learned from correction {self.mark})"


def example_id(topic: str, text: str) -> str:
    """The id of an example: same topic and words, same id, wherever the line stands."""
    return derived_id("example", topic.casefold(), " ".join(text.casefold().split()))[:8]


def lesson_of(corrected: TicketCorrected, rules: Rules) -> Lesson:
    """What the correction teaches. Only a reassignment teaches a topic."""
    mark = corrected.metadata.event_id[:8]
    text = words_of(corrected.data.ticket)
    if corrected.data.correction.kind != "reassigned":
        return Lesson(None, text, mark, why_not=f"a ticket {corrected.data.correction.kind} teaches no topic")
    if not text:
        return Lesson(None, text, mark, why_not="the ticket has no words to learn from")
    topic = topic_meant(corrected, rules)
    if topic is None:
        team = corrected.data.correction.after.team
        return Lesson(
            None, text, mark, why_not=f"the correction names team {team}, and which of its topics is not clear"
        )
    return Lesson(topic, text, mark)


def topic_meant(corrected: TicketCorrected, rules: Rules) -> str | None:
    """The topic the person had in mind: named, or the team's only one, or the team's likeliest as it was read."""
    after = corrected.data.correction.after
    if after.topic:
        named = rules.topic(after.topic)
        return named.name if named else None
    of_team = [topic.name for topic in rules.topics if topic.team.casefold() == after.team.casefold()]
    if len(of_team) == 1:
        return of_team[0]
    candidates = corrected.data.reading.candidates if corrected.data.reading else ()
    return next((candidate.topic for candidate in candidates if candidate.topic in of_team), None)


def words_of(ticket: Ticket) -> str:
    """The ticket in one line short enough for the Doc: subject, then text, unless the text repeats it."""
    subject, text = " ".join(ticket.subject.split()), " ".join(ticket.text.split())
    repeats = subject.casefold().rstrip(".!?") in text.casefold()
    joined = text if repeats or not subject else f"{subject.rstrip('.')}. {text}".strip()
    if len(joined) <= LONGEST_EXAMPLE_CHARS:
        return joined
    return joined[:LONGEST_EXAMPLE_CHARS].rsplit(" ", 1)[0] + " …"
