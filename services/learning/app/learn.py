"""Write down what a correction teaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from contracts.rules import Rules
from contracts.ticket_corrected import TicketCorrected
from services.learning.app.ports import SOON_S, TRIES, DriveFolder, EditedMeanwhile, Leads, Question, Shelf
from services.learning.app.publish import publish_rules
from services.learning.domain import Lesson, Plan, examples_on, lesson_of, plan_for
from services.learning.domain.guide import kept_apart_on
from services.learning.domain.lesson import plan_apart
from services.learning.domain.page import spot_in
from services.learning.domain.sections import APART, EXAMPLES
from shared.errors import NotNow


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
        plan = write_down(lesson, rules, earlier, folder)
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


def write_down(lesson: Lesson, rules: Rules, earlier: Sequence[dict[str, Any]], folder: DriveFolder) -> Plan:
    """Write the lesson into the Doc as its examples allow, reading again whenever somebody else was quicker."""
    folder.stamp()  # the Doc may have been replaced by another since this function last looked
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
