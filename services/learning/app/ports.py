"""What the use cases need from outside: Drive, the bucket, the leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.rules import Rules
from services.learning.domain import Lesson, Line, Pages, Problem
from services.learning.domain.lesson import Placed
from services.learning.domain.page import Spot

TRIES = 5
"""How often to read again when somebody else was writing at the same moment."""
SOON_S = 20.0
"""Seconds until another try when it did not work out at once."""
Posted = dict[str, Any]
"""A message as its adapter finds it again; JSON."""


class EditedMeanwhile(Exception):
    """Somebody saved the Doc, or published the rules, between our reading and our writing."""


@dataclass(frozen=True)
class Stamp:
    """The state of the folder without its content: differs whenever a file does."""

    fingerprint: str
    changed_by: str
    problems: tuple[Problem, ...] = ()
    """Files too many in it. When one is fatal the folder cannot be read."""


@dataclass(frozen=True)
class Page:
    """The Doc as read, with what is needed to write to that very revision of it."""

    lines: Sequence[Line]
    spans: Sequence[tuple[int, int] | None]
    """Where each line begins and where its last character ends; None for a line that is no paragraph of its own."""
    revision: str


@dataclass(frozen=True)
class InForce:
    """The published rules and the version of the object that holds them."""

    rules: Rules
    etag: str


@dataclass(frozen=True)
class Question:
    """Nearly the same words stand for two topics: which is right?"""

    lesson: Lesson
    against: tuple[Placed, ...]
    revision: int
    """How many corrections the ticket has had: a button made for it is void once there are more."""
    doc_link: str | None
    """Where the Doc can be opened in a browser."""


class DriveFolder(Protocol):
    """The rules folder in Drive."""

    def stamp(self, before: str = "") -> Stamp:
        """The folder as it is now. ``before`` is its last fingerprint: what counted then counts on, beside any copy."""

    def read(self) -> Pages: ...

    def page(self) -> Page: ...

    def doc_link(self) -> str | None: ...

    def write(self, page: Page, spot: Spot, line: str | None, remove: Sequence[int] = ()) -> None:
        """Add the line and take others out, by number. Raises EditedMeanwhile when the Doc is not ``page`` any more."""


class Shelf(Protocol):
    """Where the published rules and everything about them are kept."""

    def in_force(self) -> InForce | None: ...

    def last_reading(self) -> dict[str, Any]:
        """What the last reading of the folder found; empty before the first."""

    def publish(self, rules: Rules, *, instead_of: InForce | None, record: dict[str, Any]) -> None:
        """Put the rules in force. Raises EditedMeanwhile when ``instead_of`` no longer is."""

    def note_reading(self, reading: dict[str, Any]) -> None: ...

    def lesson(self, event_id: str) -> dict[str, Any] | None: ...

    def lessons_of(self, ticket_id: str) -> Sequence[dict[str, Any]]:
        """What came of the ticket's corrections so far."""

    def claim(self, effect: str) -> bool:
        """Take an effect for this worker alone; False when it is taken or done."""

    def release(self, effect: str) -> None: ...

    def note_posted(self, effect: str, posted: Posted) -> None:
        """Keep where an effect that was claimed can be found again."""

    def posted(self, effect: str) -> Posted | None:
        """Where the effect can be found; None when nobody noted it."""

    def note_lesson(self, event_id: str, lesson: dict[str, Any]) -> None: ...


class Leads(Protocol):
    """The people who keep the rules."""

    def tell(self, problems: Sequence[Problem], rules: Rules | None, *, kept_last_good: bool) -> None:
        """Say what in the folder is not understood. Raises NotNow when they cannot be reached."""

    def ask(self, question: Question, rules: Rules) -> Posted | None:
        """Ask which topic the same words stand for. Answers what was posted; None where there is no channel.

        Raises NotNow when they cannot be reached.
        """

    def close(self, asked: Posted, said: str) -> None:
        """Take the buttons from a question and say what came of it. Raises NotNow when that must wait."""
