"""Write down what a correction teaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.rules import Example, Rules
from contracts.ticket_corrected import TicketCorrected
from services.learning.app.ports import SOON_S, TRIES, DriveFolder, EditedMeanwhile, Leads, Posted, Question, Shelf
from services.learning.app.publish import last_fingerprint, publish_rules
from services.learning.domain import Lesson, Plan, examples_on, lesson_of, plan_for
from services.learning.domain.guide import kept_apart_on
from services.learning.domain.lesson import came_of, plan_apart
from services.learning.domain.page import spot_in
from services.learning.domain.sections import APART, EXAMPLES
from shared.errors import NotNow

NOTED_WITHIN = timedelta(minutes=7)
"""A question whose worker died before noting it is noted by the redelivery: after six minutes (serverless.yml)."""
NOTED_SOON_S = 120.0
"""Seconds until a yes looks for its question again: with five tries in all, that is longer than ``NOTED_WITHIN``."""


def learn(
    *, corrected: TicketCorrected, folder: DriveFolder, shelf: Shelf, leads: Leads, now: datetime
) -> dict[str, Any] | None:
    """Write what the correction teaches into the Doc, once, and publish at once.

    Answers what came of it; None when that is done already. Words that stand for another topic are not written but
    asked of the leads. Their yes is a correction that moves nothing: it takes out the lines they were asked about. Any
    other correction of the ticket closes the question. Raises NotNow when there are no rules yet, a question is not
    noted yet, or colleagues kept writing; the message comes back later.
    """
    event_id = corrected.metadata.event_id
    if shelf.lesson(event_id) is not None:
        return None
    in_force = shelf.in_force()
    if in_force is None:
        raise NotNow("no rules are published yet", retry_after=SOON_S)
    rules, yes = in_force.rules, corrected.data.correction.is_yes
    done_at = corrected.data.correction.corrected_at
    corrected_at = done_at.isoformat()
    earlier = shelf.lessons_of(corrected.data.ticket.ticket_id)
    late = any(done["corrected_at"] > corrected_at for done in earlier)
    asked = None if late else _asked_last(earlier)
    if yes and not asked and not late and now - done_at < NOTED_WITHIN:
        raise NotNow("the question that this answers is not noted yet", retry_after=NOTED_SOON_S)
    lesson = lesson_of(corrected, rules, asked)
    seen = [Example.model_validate(one) for one in asked["asked_about"]] if asked and yes else []
    plan = Plan(write=False, why_not=lesson.why_not)
    if late:
        plan = Plan(write=False, why_not="a later correction of the ticket came first")
    # Also without a topic: who moves a ticket on takes back what its earlier move taught.
    elif not lesson.why_not or (corrected.data.correction.kind == "reassigned" and not yes):
        overruled = frozenset(one.example_id for one in seen)
        plan = write_down(lesson, rules, earlier, folder, overruled=overruled, last=last_fingerprint(shelf))
        publish_rules(folder=folder, shelf=shelf, now=now)
    posted = shelf.posted(f"asked/{asked['event_id']}") if asked else None
    if posted:
        gone = _gone(seen, rules, folder) if seen else []
        leads.close(posted, came_of(corrected, lesson, plan, gone))
    if plan.ask_about:
        question = Question(lesson, plan.ask_about, len(earlier) + 1, folder.doc_link())
        _ask_once(f"asked/{event_id}", lambda: leads.ask(question, rules), shelf)
    # Noted last: if anything before it fails, the redelivery finds the mark in the Doc and goes on from there.
    outcome = {
        **vars(lesson),
        "event_id": event_id,
        "written": plan.write,
        "why_not": plan.why_not,
        "asked_about": [one.example.model_dump() for one in plan.ask_about],
        "corrected_by": corrected.data.correction.corrected_by.model_dump(),
        "corrected_at": corrected_at,
        "learned_at": now.isoformat(),
    }
    shelf.note_lesson(event_id, outcome)
    return outcome


def _asked_last(earlier: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """What came of the ticket's last correction, if the leads were asked about it."""
    last = max(earlier, key=lambda done: str(done["corrected_at"]), default=None)
    return last if last and last["asked_about"] else None


def _gone(seen: Sequence[Example], rules: Rules, folder: DriveFolder) -> list[Example]:
    """Those of the examples that the Doc has no longer."""
    page = folder.page()
    placed = examples_on(page.lines, [True] * len(page.lines), rules.topics)
    standing = {one.example.example_id for one in placed}
    return [one for one in seen if one.example_id not in standing]


def _ask_once(effect: str, ask: Callable[[], Posted | None], shelf: Shelf) -> None:
    """Ask unless another worker has, and note where: both may deal with one correction at the same moment."""
    if not shelf.claim(effect):
        return
    try:
        posted = ask()
    except Exception:
        shelf.release(effect)
        raise
    if posted:
        shelf.note_posted(effect, posted)


def write_down(
    lesson: Lesson,
    rules: Rules,
    earlier: Sequence[Mapping[str, Any]],
    folder: DriveFolder,
    *,
    overruled: frozenset[str] = frozenset(),
    last: str = "",
) -> Plan:
    """Write the lesson into the Doc as its examples allow, reading again whenever somebody else was quicker."""
    folder.stamp(last)  # the Doc may have been replaced by another since this function last looked
    marks = frozenset(str(done["mark"]) for done in earlier)
    for _ in range(TRIES):
        page = folder.page()
        writable = [span is not None for span in page.spans]
        if lesson.apart:
            plan = plan_apart(lesson, kept_apart_on(page.lines))
        else:
            placed = examples_on(page.lines, writable, rules.topics)
            plan = plan_for(lesson, placed, earlier=marks, overruled=overruled)
        spot = spot_in(APART if lesson.apart else EXAMPLES, page.lines, writable)
        try:
            if plan.write or plan.remove:
                folder.write(page, spot, lesson.line if plan.write else None, plan.remove)
        except EditedMeanwhile:
            continue
        return plan
    raise NotNow("colleagues are writing in the Doc", retry_after=SOON_S)
