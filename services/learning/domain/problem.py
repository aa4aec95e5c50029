"""Something in the folder that could not be understood: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from contracts.envelope import derived_id


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the rules folder.

    A fatal problem keeps the last good rules in force; one that ``stays`` drops nothing; any other drops only what it
    names.
    """

    document: Literal["Sheet", "Doc", "Folder"]
    part: str
    """Tab of the Sheet, heading of the Doc, or what of the folder."""
    line: int | None
    """Row of the tab (headings are row 1), or line below the heading (from 1, empty lines not counted)."""
    quote: str
    """What is written there."""
    wrong: str
    cure: str
    fatal: bool = False
    stays: bool = False
    """What it names is in force all the same: it is understood, and yet will not do what people want."""

    @property
    def place(self) -> str:
        """Where to look, as a person would say it."""
        unit = "row" if self.document == "Sheet" else "line"
        return self.part if self.line is None else f"{self.part}, {unit} {self.line}"

    @property
    def id(self) -> str:
        """The same for the same mistake, also when lines above it come or go."""
        # The same row may hold a mistake as well: that is another problem.
        return derived_id("problem", self.part, self.quote or self.wrong, *["stays"] * self.stays)[:8]

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Problem:
        """The problem that ``as_dict`` gave, an older version's too."""
        return cls(**{field.name: value[field.name] for field in fields(cls) if field.name in value})

    def as_dict(self) -> dict[str, Any]:
        """The problem as ``problems.json`` and ``--json`` carry it."""
        return {"place": self.place, **vars(self)}

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong} {self.cure}".strip()


def too_many(what: str, counts: str | None, others: Sequence[str]) -> Problem:
    """A Sheet or Doc too many in the folder: ``counts`` is the one that is read on, None when nobody can tell."""
    names = " and ".join(f"*{name}*" for name in others)
    if counts is None:
        wrong = f"the folder has {len(others)} {what}s, {names}, and I cannot tell which one counts."
        return Problem("Folder", f"{what}s", None, "", wrong, "Move all but one of them to another folder.", fatal=True)
    wrong = f"*{counts}* counts; I do not read {names}."
    return Problem("Folder", f"{what}s", None, "", wrong, f"Move {names} to another folder.", stays=True)


HOW = "Write: escalate when tone is angry and urgency is high."
LINE_EACH = "Write a line for each case."


class Unclear(ValueError):
    """A rule that cannot be understood: what is wrong, and the cure."""

    def __init__(self, wrong: str, cure: str) -> None:
        super().__init__(wrong)
        self.wrong, self.cure = wrong, cure
