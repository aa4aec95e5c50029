"""The rules folder, the bucket and the leads in memory, so that a whole year of corrections runs in minutes.

They take the places of Drive, S3 and Slack behind the use cases of learning; everything above them is the real code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.rules import Rules
from services.learning.app import InForce, Page, Posted, Question, Stamp
from services.learning.domain import Line, Pages, Problem
from services.learning.domain.page import Spot

Rows = list[list[str]]


@dataclass
class Folder:
    """A Sheet and a Doc that one person keeps."""

    topics: Rows
    teams: Rows
    lines: list[Line]
    edits: int = 0

    def stamp(self, before: str = "") -> Stamp:  # noqa: ARG002 – one Doc, never another
        """Differs after every edit."""
        return Stamp(fingerprint=str(self.edits), changed_by="the lead")

    def read(self) -> Pages:
        """Everything that is written."""
        return Pages(self.topics, self.teams, self.lines)

    def page(self) -> Page:
        """The Doc."""
        return Page(self.lines, [(at, at) for at in range(len(self.lines))], revision=str(self.edits))

    def doc_link(self) -> None:
        """Nobody opens it."""

    def write(self, page: Page, spot: Spot, line: str | None, remove: Sequence[int] = ()) -> None:  # noqa: ARG002
        """Nobody else writes here, so nothing can have changed meanwhile."""
        self.edits += 1
        if line is not None and spot.at is None:
            self.lines += [Line("Examples", heading=True), Line(line)]
        elif line is not None and spot.at is not None:
            self.lines.insert(spot.at + 1, Line(line))
        for at in sorted(remove, reverse=True):
            del self.lines[at]


@dataclass
class Shelf:
    """What learning keeps."""

    force: InForce | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    lessons: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, Posted] = field(default_factory=dict)

    def in_force(self) -> InForce | None:
        """The published rules."""
        return self.force

    def last_reading(self) -> dict[str, Any]:
        """What the last reading found."""
        return self.reading

    def publish(self, rules: Rules, *, instead_of: InForce | None, record: dict[str, Any]) -> None:  # noqa: ARG002
        """Put the rules in force."""
        self.force = InForce(rules, str(rules.revision))

    def note_reading(self, reading: dict[str, Any]) -> None:
        """Keep what a reading found."""
        self.reading = reading

    def lesson(self, event_id: str) -> dict[str, Any] | None:
        """What came of a correction."""
        return self.lessons.get(event_id)

    def lessons_of(self, ticket_id: str) -> Sequence[dict[str, Any]]:
        """What came of a ticket's corrections."""
        return [lesson for lesson in self.lessons.values() if lesson["ticket_id"] == ticket_id]

    def claim(self, effect: str) -> bool:  # noqa: ARG002
        """There is one worker."""
        return True

    def release(self, effect: str) -> None:
        """There is one worker."""

    def note_posted(self, effect: str, posted: Posted) -> None:
        """Keep where a message is."""
        self.messages[effect] = posted

    def posted(self, effect: str) -> Posted | None:
        """Where a message is."""
        return self.messages.get(effect)

    def note_lesson(self, event_id: str, lesson: dict[str, Any]) -> None:
        """Keep what came of a correction."""
        self.lessons[event_id] = lesson


@dataclass
class Leads:
    """Note the questions they are asked, for whoever runs the simulation to answer."""

    questions: list[Question] = field(default_factory=list)

    def tell(self, problems: Sequence[Problem], rules: Rules | None, *, kept_last_good: bool) -> None:  # noqa: ARG002
        """A simulated folder has no mistakes in it; if it does, the simulation is wrong."""
        raise AssertionError([str(problem) for problem in problems])

    def ask(self, question: Question, rules: Rules) -> None:  # noqa: ARG002
        """Note the question."""
        self.questions.append(question)

    def close(self, asked: Posted, said: str) -> None:
        """A question that was only noted has no message."""
