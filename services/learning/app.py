"""learning's use cases: publish what people wrote, and write down what a correction teaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.rules import Example, Rules
from contracts.ticket_corrected import TicketCorrected
from services.learning.domain import (
    Lesson,
    Line,
    Pages,
    Plan,
    Problem,
    examples_on,
    lesson_of,
    plan_for,
    read_folder,
)
from services.learning.domain.changes import changes
from services.learning.domain.guide import APART, EXAMPLES, kept_apart_on
from services.learning.domain.lesson import plan_apart
from services.learning.domain.page import Spot, spot_in
from shared.errors import NotNow

TRIES = 5
"""How often to read again when somebody else was writing at the same moment."""
SOON_S = 20.0
"""Seconds until another try when it did not work out at once."""


class EditedMeanwhile(Exception):
    """Somebody saved the Doc, or published the rules, between our reading and our writing."""


@dataclass(frozen=True)
class Stamp:
    """The state of the folder without its content: differs whenever a file does."""

    fingerprint: str
    changed_by: str


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
    against: Example
    revision: int
    """How many corrections the ticket has had: a button made for it is void once there are more."""
    doc_link: str | None
    """Where the Doc can be opened in a browser."""


class DriveFolder(Protocol):
    """The rules folder in Drive."""

    def stamp(self) -> Stamp: ...

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

    def note_lesson(self, event_id: str, lesson: dict[str, Any]) -> None: ...


class Leads(Protocol):
    """The people who keep the rules."""

    def tell(self, problems: Sequence[Problem], rules: Rules | None, *, kept_last_good: bool) -> None:
        """Say what in the folder is not understood. Raises NotNow when they cannot be reached."""

    def ask(self, question: Question, rules: Rules) -> None:
        """Ask which of two topics the same words stand for. Raises NotNow when they cannot be reached."""


@dataclass(frozen=True)
class Published:
    """What came of looking at the folder. ``rules`` is None when the rules in force stay."""

    rules: Rules | None
    problems: tuple[Problem, ...] = ()


def publish_rules(*, folder: DriveFolder, shelf: Shelf, now: datetime) -> Published:
    """Publish the folder's content if it changed. Unchanged files cost one call; a fatal problem keeps the last good.

    Raises NotNow when others kept publishing at the same moment.
    """
    for _ in range(TRIES):
        stamp = folder.stamp()
        if stamp.fingerprint == shelf.last_reading().get("fingerprint"):
            return Published(None)
        try:
            return _publish(stamp, folder=folder, shelf=shelf, now=now)
        except EditedMeanwhile:
            continue
    raise NotNow("the rules are being published by somebody else", retry_after=SOON_S)


def tell_leads(*, shelf: Shelf, leads: Leads) -> tuple[Problem, ...]:
    """Tell the leads of every problem they have not been told of; of one that was mended and came back, again.

    Raises NotNow when they cannot be reached; the next look tries again.
    """
    reading = shelf.last_reading()
    problems = {problem.id: problem for problem in map(Problem.from_dict, reading.get("problems", []))}
    untold = [problem for name, problem in problems.items() if name not in reading.get("told", [])]
    if untold:
        in_force = shelf.in_force()
        leads.tell(untold, in_force.rules if in_force else None, kept_last_good=reading["kept_last_good"])
        shelf.note_reading({**reading, "told": list(problems)})
    return tuple(untold)


def _publish(stamp: Stamp, *, folder: DriveFolder, shelf: Shelf, now: datetime) -> Published:
    # What is in force is read before the folder: whoever read an older folder then fails to publish over a newer one.
    before = shelf.in_force()
    found = read_folder(folder.read())
    after = None
    if found.draft is not None:
        after = found.draft.as_rules(revision=before.rules.revision + 1 if before else 1, published_at=now)
        if before and not _differ(before.rules, after):
            after = None
    if after is not None:
        record = {
            "revision": after.revision,
            "published_at": now.isoformat(),
            "changed_by": stamp.changed_by,
            "changes": changes(before.rules if before else None, after),
        }
        shelf.publish(after, instead_of=before, record=record)
    still_there = {problem.id for problem in found.problems}
    shelf.note_reading(
        {
            "fingerprint": stamp.fingerprint,
            "read_at": now.isoformat(),
            "revision": after.revision if after else before.rules.revision if before else None,
            "kept_last_good": found.draft is None,
            "problems": [problem.as_dict() for problem in found.problems],
            "told": [name for name in shelf.last_reading().get("told", []) if name in still_there],
        }
    )
    return Published(after, found.problems)


def learn(
    *, corrected: TicketCorrected, folder: DriveFolder, shelf: Shelf, leads: Leads, now: datetime
) -> dict[str, Any] | None:
    """Write what the correction teaches into the Doc, once, and publish at once.

    Answers what came of it; None when that is done already. Words that stand for another topic are not written but
    asked of the leads; the next correction of that ticket is their answer. Raises NotNow when there are no rules yet
    or colleagues kept writing; the message comes back later.
    """
    event_id = corrected.metadata.event_id
    if shelf.lesson(event_id) is not None:
        return None
    in_force = shelf.in_force()
    if in_force is None:
        raise NotNow("no rules are published yet", retry_after=SOON_S)
    rules = in_force.rules
    lesson = lesson_of(corrected, rules)
    corrected_at = corrected.data.correction.corrected_at.isoformat()
    earlier = shelf.lessons_of(lesson.ticket_id)
    plan = Plan(write=False, why_not=lesson.why_not)
    if any(done["corrected_at"] > corrected_at for done in earlier):
        plan = Plan(write=False, why_not="a later correction of the ticket came first")
    # Also without a topic: who moves a ticket on takes back what its earlier move taught.
    elif not lesson.why_not or corrected.data.correction.kind == "reassigned":
        plan = _write_down(lesson, rules, earlier, folder)
        publish_rules(folder=folder, shelf=shelf, now=now)
    if plan.ask_about:
        question = Question(lesson, plan.ask_about, len(earlier) + 1, folder.doc_link())
        _once(f"asked/{event_id}", lambda: leads.ask(question, rules), shelf)
    # Noted last: if anything before it fails, the redelivery finds the mark in the Doc and goes on from there.
    outcome = {
        **vars(lesson),
        "event_id": event_id,
        "written": plan.write,
        "why_not": plan.why_not,
        "asked_about": plan.ask_about.model_dump() if plan.ask_about else None,
        "corrected_by": corrected.data.correction.corrected_by.model_dump(),
        "corrected_at": corrected_at,
        "learned_at": now.isoformat(),
    }
    shelf.note_lesson(event_id, outcome)
    return outcome


def _once(effect: str, act: Callable[[], None], shelf: Shelf) -> None:
    if shelf.claim(effect):
        try:
            act()
        except Exception:
            shelf.release(effect)
            raise


def _write_down(lesson: Lesson, rules: Rules, earlier: Sequence[dict[str, Any]], folder: DriveFolder) -> Plan:
    answered = any(done["asked_about"] for done in earlier)
    marks = frozenset(str(done["mark"]) for done in earlier)
    for _ in range(TRIES):
        page = folder.page()
        writable = [span is not None for span in page.spans]
        if lesson.apart:
            plan = plan_apart(lesson, kept_apart_on(page.lines))
        else:
            placed = examples_on(page.lines, writable, rules.topics)
            plan = plan_for(lesson, placed, earlier=marks, answered=answered)
        spot = spot_in(APART if lesson.apart else EXAMPLES, page.lines, writable)
        try:
            if plan.write or plan.remove:
                folder.write(page, spot, lesson.line if plan.write else None, plan.remove)
        except EditedMeanwhile:
            continue
        return plan
    raise NotNow("colleagues are writing in the Doc", retry_after=SOON_S)


def _differ(before: Rules, after: Rules) -> bool:
    return after.model_copy(update={"revision": before.revision, "published_at": before.published_at}) != before
