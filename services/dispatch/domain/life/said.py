"""What somebody did, in words, and whether it is the same again."""

from __future__ import annotations

from contracts.ticket import Correction, Person
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.life.handoff import HandOff

_KINDS = {"reassign": "reassigned", "bump": "bumped", "split": "split", "not_a_copy": "unfolded"}


def is_the_same(handoff: HandOff, action: str, choice: Choice | None, *, by: Person) -> bool:
    """Whether this is what the same person has just done: the second click of a double click.

    Not so for a yes: its question shows only later that it is answered, so whoever presses again is told.
    """
    done = handoff.corrections[-1] if handoff.corrections else None
    if done is None or done.corrected_by != by or done.kind != _KINDS.get(action) or done.is_yes:
        return False
    return choice is None or (choice.team, choice.topic or done.after.topic) == (done.after.team, done.after.topic)


def said(done: Correction) -> str:
    """What was done, as in “Lena has …”."""
    if done.is_yes:
        return f"answered that {done.after.topic or done.after.team} is right"
    return {
        "reassigned": f"moved it to {done.after.team}" + (f", about {done.after.topic}" if done.after.topic else ""),
        "bumped": "bumped it",
        "split": f"split it: a part goes to {done.after.team}",
        "unfolded": "said that it is no copy",
    }[done.kind]
