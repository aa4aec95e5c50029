"""The last step taken back, with what it taught."""

from __future__ import annotations

from datetime import datetime

from contracts.ticket import Person
from contracts.ticket_corrected_v2 import Correction
from services.dispatch.domain.life.events import correction_id
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.life.steps import Step, may_undo, restored


def undo(handoff: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """The ticket as it was before the last step. None when that cannot be taken back, or not any more.

    What was said in the thread stays said; what was still to be said because of the step is not. An undo is not
    undone itself.
    """
    before = handoff.before
    if before is None or not may_undo(handoff, at=at):
        return None
    last = handoff.steps[-1]
    step = Step(did="undone", by=by, at=at, undid=last.did)
    changes = {**restored(before), "notes": _kept(handoff, last), "before": None}
    if last.revision is not None:
        stood = handoff.corrections[last.revision - 1].before
        after = stood.model_copy(update={"topic": before.topic, "urgency": before.urgency})
        undone = Correction(
            kind="undone",
            before=handoff.placement(),
            after=after,
            corrected_by=by,
            corrected_at=at,
            undoes=correction_id(handoff, last.revision),
        )
        changes["corrections"] = (*handoff.corrections, undone)
        step = step.model_copy(update={"revision": handoff.revision + 1})
    return handoff.model_copy(update={**changes, "steps": (*handoff.steps, step)})


def _kept(handoff: HandOff, last: Step) -> tuple[Note, ...]:
    mine = (f"bump#{last.revision}", f"assigned#{len(handoff.steps) - 1}")
    return tuple(note for note in handoff.notes if note.key not in mine)
