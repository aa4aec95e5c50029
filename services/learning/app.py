"""learning's use cases: publish what people wrote, and write down what a correction teaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.rules import Rules
from contracts.ticket_corrected import TicketCorrected
from services.learning.domain import Lesson, Line, Pages, Problem, lesson_of, read_folder
from services.learning.domain.changes import changes
from services.learning.domain.lesson import LEARNED
from services.learning.domain.page import Spot, spot_for_example
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
    ends: Sequence[int | None]
    """Index behind each line's last character; None for a line that is no paragraph of its own."""
    revision: str


@dataclass(frozen=True)
class InForce:
    """The published rules and the version of the object that holds them."""

    rules: Rules
    etag: str


class DriveFolder(Protocol):
    """The rules folder in Drive."""

    def stamp(self) -> Stamp: ...

    def read(self) -> Pages: ...

    def page(self) -> Page: ...

    def write(self, page: Page, spot: Spot, line: str) -> None:
        """Add the line. Raises EditedMeanwhile when the Doc is no longer the ``page`` that was read."""


class Shelf(Protocol):
    """Where the published rules and everything about them are kept."""

    def in_force(self) -> InForce | None: ...

    def last_fingerprint(self) -> str | None: ...

    def publish(self, rules: Rules, *, instead_of: InForce | None, record: dict[str, Any]) -> None:
        """Put the rules in force. Raises EditedMeanwhile when ``instead_of`` no longer is."""

    def note_reading(self, reading: dict[str, Any]) -> None: ...

    def lesson(self, event_id: str) -> bool: ...

    def note_lesson(self, event_id: str, lesson: dict[str, Any]) -> None: ...


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
        if stamp.fingerprint == shelf.last_fingerprint():
            return Published(None)
        try:
            return _publish(stamp, folder=folder, shelf=shelf, now=now)
        except EditedMeanwhile:
            continue
    raise NotNow("the rules are being published by somebody else", retry_after=SOON_S)


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
    shelf.note_reading(
        {
            "fingerprint": stamp.fingerprint,
            "read_at": now.isoformat(),
            "revision": after.revision if after else before.rules.revision if before else None,
            "kept_last_good": found.draft is None,
            "problems": [problem.as_dict() for problem in found.problems],
        }
    )
    return Published(after, found.problems)


def learn(*, corrected: TicketCorrected, folder: DriveFolder, shelf: Shelf, now: datetime) -> Lesson | None:
    """Write what the correction teaches into the Doc, once, and publish at once. None when that is done already.

    Raises NotNow when there are no rules yet or colleagues kept writing; the message comes back later.
    """
    event_id = corrected.metadata.event_id
    if shelf.lesson(event_id):
        return None
    in_force = shelf.in_force()
    if in_force is None:
        raise NotNow("no rules are published yet", retry_after=SOON_S)
    lesson = lesson_of(corrected, in_force.rules)
    if lesson.topic is not None:
        _write_down(lesson, folder)
        publish_rules(folder=folder, shelf=shelf, now=now)
    # Noted last: if anything before it fails, the redelivery finds the mark in the Doc and goes on from there.
    shelf.note_lesson(event_id, {**vars(lesson), "learned_at": now.isoformat()})
    return lesson


def _write_down(lesson: Lesson, folder: DriveFolder) -> None:
    for _ in range(TRIES):
        page = folder.page()
        if any((mark := LEARNED.search(line.text)) and mark["correction"] == lesson.mark for line in page.lines):
            return
        try:
            folder.write(page, spot_for_example(page.lines, [end is not None for end in page.ends]), lesson.line)
        except EditedMeanwhile:
            continue
        return
    raise NotNow("colleagues are writing in the Doc", retry_after=SOON_S)


def _differ(before: Rules, after: Rules) -> bool:
    return after.model_copy(update={"revision": before.revision, "published_at": before.published_at}) != before
