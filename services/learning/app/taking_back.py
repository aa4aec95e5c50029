"""Take back what a correction taught, once a person has undone it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.ticket_corrected_v2 import TicketCorrected
from services.learning.app.ports import SOON_S, TRIES, DriveFolder, EditedMeanwhile, Leads, Shelf
from services.learning.app.publish import last_fingerprint, publish_rules
from services.learning.domain import Lesson, Plan
from services.learning.domain.guide import learned_lines
from services.learning.domain.lesson import came_of
from services.learning.domain.page import spot_in
from services.learning.domain.sections import EXAMPLES
from shared.errors import NotNow


def take_back(
    corrected: TicketCorrected,
    *,
    asked: Mapping[str, Any] | None,
    folder: DriveFolder,
    shelf: Shelf,
    leads: Leads,
    now: datetime,
) -> dict[str, Any]:
    """Take the line out that the undone correction wrote, and put back what went for it; publish; close its question.

    A correction that comes only after its undo is late, and teaches nothing. Raises NotNow while colleagues keep
    writing.
    """
    done = corrected.data.correction
    undone = shelf.lesson(done.undoes or "") or {}
    mark = (done.undoes or "")[:8]
    removed = _rewrite(mark, undone.get("replaced", ()), folder, last=last_fingerprint(shelf))
    publish_rules(folder=folder, shelf=shelf, now=now)
    why_not = "taken back" if removed else "there was nothing to take back"
    lesson = Lesson(corrected.data.ticket.ticket_id, corrected.metadata.event_id[:8], "", None, why_not=why_not)
    posted = shelf.posted(f"asked/{asked['event_id']}") if asked else None
    if posted:
        leads.close(posted, came_of(corrected, lesson, Plan(write=False, why_not=why_not), []))
    outcome = {
        **vars(lesson),
        "event_id": corrected.metadata.event_id,
        "written": False,
        "replaced": removed,
        "asked_about": [],
        "corrected_by": done.corrected_by.model_dump(),
        "corrected_at": done.corrected_at.isoformat(),
        "learned_at": now.isoformat(),
    }
    shelf.note_lesson(corrected.metadata.event_id, outcome)
    return outcome


def _rewrite(mark: str, replaced: Sequence[str], folder: DriveFolder, *, last: str) -> list[str]:
    """Take the lines with the mark out, and put those back that they replaced. Answers what was taken out."""
    folder.stamp(last)  # the Doc may have been replaced by another since this function last looked
    removed: list[str] = []
    for _ in range(TRIES + len(replaced)):
        page = folder.page()
        writable = [span is not None for span in page.spans]
        mine = [(section, at) for section, at in learned_lines(page.lines, mark) if mark and writable[at]]
        standing = {line.text.strip() for line in page.lines}
        missing = [line for line in replaced if line.strip() not in standing]
        if not mine and not missing:
            return removed
        section = mine[0][0] if mine else EXAMPLES
        gone = tuple(at for _, at in mine)
        try:
            folder.write(page, spot_in(section, page.lines, writable), missing[0] if missing else None, gone)
        except EditedMeanwhile:
            continue
        removed += [page.lines[at].text for at in gone]
    raise NotNow("colleagues are writing in the Doc", retry_after=SOON_S)
