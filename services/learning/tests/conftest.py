"""A small rules folder, and hand-written stand-ins for Drive and the bucket."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.rules import Rules
from services.learning.app import EditedMeanwhile, InForce, Page, Posted, Question, Stamp
from services.learning.domain import Folder, Pages, Problem, lines_of, read_folder
from services.learning.domain.page import Spot
from shared.errors import NotNow

Rows = list[list[str]]
TOPICS = [
    ["topic", "what it covers", "team"],
    ["outage", "the site is down", "engineering"],
    ["bug", "a feature misbehaves", "engineering"],
    ["billing", "invoices, VAT", "finance"],
    ["sales: EMEA, and APAC", "offers", "finance"],
]
TEAMS = [
    ["team", "slack channel", "inbox", "lead", "manager"],
    ["engineering", "#engineering", "", "U0ENGLEAD", "U0ENGBOSS"],
    ["finance", "", "finance@example.com", "anna@example.com", ""],
    ["triage", "#triage", "", "U0SUPLEAD", ""],
]


def _read(guide: str = "", *, topics: Rows | None = None, teams: Rows | None = None) -> Folder:
    return read_folder(
        Pages(topics if topics is not None else TOPICS, teams if teams is not None else TEAMS, lines_of(guide))
    )


@pytest.fixture
def read() -> Callable[..., Folder]:
    """Read a folder of which only what matters is given."""
    return _read


@pytest.fixture
def read_lines() -> Callable[..., Folder]:
    """Read a folder whose Doc is given line by line, as Google's adapter does."""
    return lambda lines: read_folder(Pages(TOPICS, TEAMS, lines))


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class FakeFolder:
    """The folder in memory. ``meanwhile`` is what a colleague writes between our reading and our writing."""

    topics: Rows = field(default_factory=lambda: [list(row) for row in TOPICS])
    teams: Rows = field(default_factory=lambda: [list(row) for row in TEAMS])
    guide: str = "## Examples\n- billing: Where is my invoice?\n"
    meanwhile: list[str] = field(default_factory=list)
    reads: int = 0

    def stamp(self, before: str = "") -> Stamp:
        return Stamp(fingerprint=str(hash((str(self.topics), str(self.teams), self.guide))), changed_by="Anna")

    def read(self) -> Pages:
        self.reads += 1
        return Pages(self.topics, self.teams, lines_of(self.guide))

    def page(self) -> Page:
        lines = lines_of(self.guide)
        return Page(lines, [(index, index) for index in range(len(lines))], revision=self.guide)

    def doc_link(self) -> str | None:
        return "https://docs.example/doc"

    def write(self, page: Page, spot: Spot, line: str | None, remove: Sequence[int] = ()) -> None:
        if self.meanwhile:
            self.guide += self.meanwhile.pop(0) + "\n"
        if page.revision != self.guide:
            raise EditedMeanwhile
        lines = self.guide.splitlines()
        at = len(lines) if spot.at is None else spot.at + 1
        new = [] if line is None else [spot.section, line] if spot.how == "new section" else [line]
        kept = [[text] if index not in remove else [] for index, text in enumerate(lines)]
        self.guide = "\n".join(itertools.chain(*kept[:at], new, *kept[at:])) + "\n"


@dataclass
class FakeShelf:
    """The bucket in memory. ``rivals`` publish first that many times."""

    force: InForce | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    lessons: dict[str, dict[str, Any]] = field(default_factory=dict)
    effects: set[str] = field(default_factory=set)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    rivals: int = 0
    etags: Any = field(default_factory=itertools.count)

    def in_force(self) -> InForce | None:
        return self.force

    def last_reading(self) -> dict[str, Any]:
        return self.reading

    def publish(self, rules: Rules, *, instead_of: InForce | None, record: dict[str, Any]) -> None:
        if self.rivals:
            self.rivals -= 1
            self.force = InForce(rules.model_copy(update={"urgent_words": ("rival",)}), f"e{next(self.etags)}")
        if instead_of != self.force:
            raise EditedMeanwhile
        self.force = InForce(rules, f"e{next(self.etags)}")
        self.records.append(record)

    def note_reading(self, reading: dict[str, Any]) -> None:
        self.reading = reading

    def lesson(self, event_id: str) -> dict[str, Any] | None:
        return self.lessons.get(event_id)

    def lessons_of(self, ticket_id: str) -> list[dict[str, Any]]:
        return [lesson for lesson in self.lessons.values() if lesson["ticket_id"] == ticket_id]

    def claim(self, effect: str) -> bool:
        if effect in self.effects:
            return False
        self.effects.add(effect)
        return True

    def release(self, effect: str) -> None:
        self.effects.discard(effect)

    def note_posted(self, effect: str, posted: dict[str, Any]) -> None:
        self.messages[effect] = posted

    def posted(self, effect: str) -> dict[str, Any] | None:
        return self.messages.get(effect)

    def note_lesson(self, event_id: str, lesson: dict[str, Any]) -> None:
        self.lessons[event_id] = lesson


@dataclass
class FakeLeads:
    """Hears what the leads are told and asked; refuses while ``away``."""

    told: list[tuple[list[str], bool]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    revisions: list[int] = field(default_factory=list)
    closed: list[tuple[int, str]] = field(default_factory=list)
    away: bool = False

    def tell(self, problems: Sequence[Problem], rules: Rules | None, *, kept_last_good: bool) -> None:
        if self.away:
            raise NotNow("Slack is down")
        self.told.append(([problem.place for problem in problems], kept_last_good))

    def ask(self, question: Question, rules: Rules) -> Posted | None:
        if self.away:
            raise NotNow("Slack is down")
        self.asked.append((str(question.lesson.topic), " ".join(one.example.topic for one in question.against)))
        self.revisions.append(question.revision)
        return {"number": len(self.asked)}

    def close(self, asked: Posted, said: str) -> None:
        if self.away:
            raise NotNow("Slack is down")
        self.closed.append((asked["number"], said))


@pytest.fixture
def leads() -> FakeLeads:
    return FakeLeads()


@pytest.fixture
def folder() -> FakeFolder:
    return FakeFolder()


@pytest.fixture
def shelf() -> FakeShelf:
    return FakeShelf()
