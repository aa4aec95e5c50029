"""The public labelled sets, read from where they lie. They are no part of the project and are never committed."""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOLD = "__hold__"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Labelled:
    """A text with the topic it is about; None when it belongs to no topic of its set."""

    split: str
    text: str
    topic: str | None
    emotions: tuple[str, ...] = ()


def folder() -> Path:
    """Where the sets are: ``TICKET_ROUTER_DATA``, else beside the project."""
    return Path(os.environ.get("TICKET_ROUTER_DATA") or ROOT.parent / "shared" / "data")


@cache
def public_set(name: str) -> tuple[Labelled, ...]:
    """``banking77``, ``clinc150`` or ``goemotions``. Raises FileNotFoundError when the data is not there."""
    rows = []
    with (folder() / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            label = row.get("label")
            rows.append(
                Labelled(row["split"], row["text"], None if label == HOLD else label, tuple(row.get("emotions", ())))
            )
    return tuple(rows)


def topics_of(name: str) -> list[str]:
    """The topics of a set, in alphabetical order."""
    return sorted({row.topic for row in public_set(name) if row.topic})


def draw_examples(name: str, each: int, seed: int, topics: list[str] | None = None) -> list[Labelled]:
    """``each`` training texts of every topic, drawn with ``seed``."""
    chance, by_topic = random.Random(seed), defaultdict(list)
    for row in public_set(name):
        if row.split == "train" and row.topic:
            by_topic[row.topic].append(row)
    return [
        row
        for topic in topics or topics_of(name)
        for row in chance.sample(by_topic[topic], min(each, len(by_topic[topic])))
    ]
