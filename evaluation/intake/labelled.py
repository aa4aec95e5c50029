"""The labelled pairs of tickets of one customer, all of our own writing."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from evaluation.intake.path import Said

PAIRS = Path(__file__).parent / "pairs"
GROUPS = ("problems", "held_out", "unseen_1", "unseen_2", "unseen_3", "unseen_4", "unseen_5")
"""A group is what one customer writes, a list in it one problem: every pair within a group counts."""
KINDS = ("kinds_seen", "kinds_unseen")
"""Eleven languages: one letter, size, place, person, date, floor, colour or state apart; and copies reworded."""

Pair = tuple[bool, Said, Said]


def pairs(name: str) -> list[Pair]:
    """The pairs of one file: whether they are one problem, and the two."""
    if name in KINDS:
        lines = map(json.loads, (PAIRS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
        return [(one["same"], ("", one["a"]), ("", one["b"])) for one in lines]
    said = json.loads((PAIRS / f"{name}.json").read_text(encoding="utf-8"))
    if name in GROUPS:
        return [pair for problems in said["groups"].values() for pair in _within(problems)]
    told = {True: said.get("same", []), False: said.get("different", []) + said.get("pairs", [])}
    return [(same, ("", a), ("", b)) for same, two in told.items() for a, b in two]


def _within(problems: list[list[str | list[str]]]) -> list[Pair]:
    told = [(number, _said(text)) for number, problem in enumerate(problems) for text in problem]
    return [(one == other, a, b) for (one, a), (other, b) in itertools.combinations(told, 2)]


def _said(text: str | list[str]) -> Said:
    return ("", text) if isinstance(text, str) else (text[0], text[1])
