"""Publish what people wrote, and tell the leads what could not be understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.rules import Rules
from services.learning.app.ports import SOON_S, TRIES, DriveFolder, EditedMeanwhile, InForce, Leads, Shelf, Stamp
from services.learning.domain import Folder, Problem, read_folder
from services.learning.domain.changes import changes
from shared.errors import NotNow


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
        last = last_fingerprint(shelf)
        stamp = folder.stamp(last)
        if stamp.fingerprint == last:
            return Published(None)
        try:
            return _publish(stamp, folder=folder, shelf=shelf, now=now)
        except EditedMeanwhile:
            continue
    raise NotNow("the rules are being published by somebody else", retry_after=SOON_S)


def last_fingerprint(shelf: Shelf) -> str:
    """The fingerprint of the folder when it was last read; empty before the first time."""
    return str(shelf.last_reading().get("fingerprint", ""))


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
    found = Folder(None, ()) if any(problem.fatal for problem in stamp.problems) else read_folder(folder.read())
    problems = (*stamp.problems, *found.problems)
    after = None
    if found.draft is not None:
        revision = before.rules.revision + 1 if before else 1
        after = found.draft.as_rules(revision=revision, published_at=now, instead_of=before.rules if before else None)
        if before and not _differ(before.rules, after):
            after = None
    if after is not None:
        put_in_force(after, instead_of=before, changed_by=stamp.changed_by, shelf=shelf)
    still_there = {problem.id for problem in problems}
    shelf.note_reading(
        {
            "fingerprint": stamp.fingerprint,
            "read_at": now.isoformat(),
            "revision": after.revision if after else before.rules.revision if before else None,
            "kept_last_good": found.draft is None,
            "problems": [problem.as_dict() for problem in problems],
            "told": [name for name in shelf.last_reading().get("told", []) if name in still_there],
        }
    )
    return Published(after, problems)


def put_in_force(rules: Rules, *, instead_of: InForce | None, changed_by: str, shelf: Shelf) -> None:
    """Publish a revision with the record of who made it and what is different. Raises EditedMeanwhile."""
    record = {
        "revision": rules.revision,
        "published_at": rules.published_at.isoformat(),
        "changed_by": changed_by,
        "changes": changes(instead_of.rules if instead_of else None, rules),
    }
    shelf.publish(rules, instead_of=instead_of, record=record)


def _differ(before: Rules, after: Rules) -> bool:
    return after.model_copy(update={"revision": before.revision, "published_at": before.published_at}) != before
