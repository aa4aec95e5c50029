"""What a simulated team starts with, made from a public set: a sheet, a Doc with a few examples, and what comes in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from evaluation.learning.office import Folder, Shelf
from evaluation.public import draw_examples, public_set, topics_of
from local.reader.app import _encoder as encoder
from services.learning import app
from services.learning.domain import Line

DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The first day."""


@dataclass(frozen=True)
class Matter:
    """A topic of the sheet: the labels it stands for by the team's habit; the sheet shows only the first few."""

    name: str
    labels: tuple[str, ...]
    shown: tuple[str, ...]


def sheet(data: str, *, topics: int, shown: int, seed: int, alike: bool = True) -> list[Matter]:
    """Deal the set's labels out to ``topics`` topics of one size: what is alike together, or at random."""
    labels = topics_of(data)
    random.Random(f"{seed} {data} sheet").shuffle(labels)
    dealt = (
        _together(data, labels, topics, seed) if alike else [tuple(labels[start::topics]) for start in range(topics)]
    )
    return [Matter(" and ".join(map(_plain, group[:shown])), group, group[:shown]) for group in dealt]


def _together(data: str, labels: Sequence[str], topics: int, seed: int) -> list[tuple[str, ...]]:
    """Groups of labels whose tickets are alike: from far-off beginnings, the nearest pair of label and group first."""
    means = {label: encoder()([row.text for row in draw_examples(data, 8, seed, [label])]).mean(0) for label in labels}
    vectors = {label: mean / np.linalg.norm(mean) for label, mean in means.items()}

    def near(label: str, group: Sequence[str]) -> float:
        return float(np.mean([vectors[label] @ vectors[other] for other in group]))

    groups = [[labels[0]]]
    while len(groups) < topics:
        taken = [group[0] for group in groups]
        groups.append([min((n for n in labels if n not in taken), key=lambda n: max(near(n, [t]) for t in taken))])
    left = [label for label in labels if [label] not in groups]
    while left:
        room = [group for group in groups if len(group) < -(-len(labels) // topics)]
        label, group = max(((label, group) for label in left for group in room), key=lambda pair: near(*pair))
        group.append(label)
        left.remove(label)
    for group in groups:
        random.Random(f"{seed} {group[0]}").shuffle(group)
    return [tuple(group) for group in groups]


def stream(data: str, matters: Sequence[Matter], *, tickets: int, seed: int) -> list[tuple[str, str | None]]:
    """Tickets (text, topic) from the test split in random order, and the set's text of no topic where it has any."""
    owner = {label: matter.name for matter in matters for label in matter.labels}
    rows = [row for row in public_set(data) if row.split in ("test", "oos_test")]
    random.Random(f"{seed} {data} stream").shuffle(rows)
    return [(row.text, owner[row.topic] if row.topic else None) for row in rows[:tickets]]


def office(data: str, matters: Sequence[Matter], *, each: int, seed: int, target: int = 95) -> tuple[Folder, Shelf]:
    """A folder as a team starts with it: a team for every topic, and a few examples of what came to mind first."""
    lines = [Line("Settings", heading=True), Line(f"hold target: {target} %"), Line("Examples", heading=True)]
    for matter in matters:
        examples = draw_examples(data, each, seed, list(matter.shown))
        lines += [Line(f'"{matter.name}": {row.text}') for row in examples]
    rows = [["topic", "what it covers", "team"], *([m.name, "", f"team {n}"] for n, m in enumerate(matters))]
    teams = [["team", "inbox"], ["triage", "triage@example.com"]]
    teams += [[f"team {n}", f"team-{n}@example.com"] for n in range(len(matters))]
    folder, shelf = Folder(rows, teams, lines), Shelf()
    app.publish_rules(folder=folder, shelf=shelf, now=DAY)
    return folder, shelf


def _plain(label: str) -> str:
    return label.replace("_", " ").lower()
