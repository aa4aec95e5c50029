"""What somebody did, in words, and whether it is the same again."""

from __future__ import annotations

from contracts.ticket import Person
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.steps import Did, Step

_DOES: dict[str, tuple[Did, ...]] = {
    "take": ("taken",), "give_back": ("given back", "reopened"), "assign": ("assigned",), "done": ("done",),
    "reassign": ("reassigned",), "bump": ("bumped",), "lower": ("lowered",), "split": ("split",),
    "not_a_copy": ("unfolded",), "not_a_ticket": ("not a ticket",), "undo": ("undone",),
}  # fmt: skip
"""What each action leaves behind. A yes is not among them: its question shows only later that it is answered, so
whoever presses again is told."""


def is_the_same(handoff: HandOff, action: str, choice: Choice | None, to: Person | None, *, by: Person) -> bool:
    """Whether this is what the same person has just done: the second click of a double click."""
    last = handoff.steps[-1] if handoff.steps else None
    if last is None or last.by != by or last.did not in _DOES.get(action, ()) or last.to != to:
        return False
    if choice is None or last.revision is None:
        return True
    after = handoff.corrections[last.revision - 1].after
    return (choice.team, choice.topic or after.topic) == (after.team, after.topic)


def said(handoff: HandOff, step: Step) -> str:
    """What was done, as in “Lena has …”."""
    after = handoff.corrections[step.revision - 1].after if step.revision else None
    words: dict[Did, str] = {
        "taken": "taken it",
        "given back": "given it back: it waits",
        "assigned": f"assigned it to {name_of(step.to)}",
        "done": "marked it done",
        "answered": "answered the customer",
        "reopened": "opened it again: it waits",
        "bumped": "bumped it",
        "lowered": "lowered it",
        "unfolded": "said that it is no copy",
        "not a ticket": "said that it is not a ticket",
        "undone": f"undone the last step ({step.undid})",
    }
    if after is not None:
        about = f", about {after.topic}" if after.topic else ""
        words["reassigned"] = f"moved it to {after.team}{about}"
        words["split"] = f"split it: a part goes to {after.team}"
        words["confirmed"] = f"answered that {after.topic or after.team} is right"
    return words[step.did]


def name_of(who: Person | None) -> str:
    """A person in words."""
    return who.name or who.id if who else "somebody"
