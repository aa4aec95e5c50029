"""How well the offline reader hears anger: ``python -m evaluation.tone`` prints the table.

On GoEmotions' test half (people's comments in a forum; nothing of it was tuned on), in the shape of TweetEval's emotion
task (Barbieri et al. 2020): anger against joy, optimism and sadness. As there, *anger* is anger and annoyance
(SemEval-2018 task 1 calls the class “anger, annoyance, rage”) and a comment of two classes is left out. The other rows
show what the figure hangs on: which labels count as anger, and what it is told apart from.
"""

from __future__ import annotations

import random

from rich.progress import track

from evaluation.public import Labelled, public_set
from local.reader.app import _encoder as encoder
from local.reader.manner import tone_of

OTHERS = frozenset({"joy", "optimism", "sadness"})
ANGER = frozenset({"anger", "annoyance"})
TASKS = {
    "anger, annoyance against joy, optimism, sadness (as TweetEval)": (ANGER, OTHERS),
    "anger, annoyance, disgust against joy, optimism, sadness": (ANGER | {"disgust"}, OTHERS),
    "anger alone against joy, optimism, sadness": (frozenset({"anger"}), OTHERS),
    "anger, annoyance against every other label": (ANGER, None),
}
"""What is counted as anger, and what against; None: whatever else there is."""
SHARE_OF_ALL = 1500
"""Comments drawn of the whole half for the last row."""


def comments(anger: frozenset[str], others: frozenset[str] | None) -> list[tuple[str, bool]]:
    """The comments of a task and whether they are angry."""
    rows = [row for row in public_set("goemotions") if row.split == "test"]
    if others is None:
        return [(row.text, _is(row, anger)) for row in random.Random(1).sample(rows, SHARE_OF_ALL)]
    return [
        (row.text, _is(row, anger))
        for row in rows
        if set(row.emotions) <= anger | others and (_is(row, anger) != _is(row, others))
    ]


def f1(found: list[tuple[bool, bool]]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean of (said, true) pairs."""
    right = sum(said and true for said, true in found)
    precision = right / max(1, sum(said for said, _ in found))
    recall = right / max(1, sum(true for _, true in found))
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _is(row: Labelled, labels: frozenset[str]) -> bool:
    return not labels.isdisjoint(row.emotions)


def main() -> None:
    """Read every comment once; print the table."""
    tasks = {name: comments(*task) for name, task in TASKS.items()}
    texts = sorted({text for task in tasks.values() for text, _ in task})
    angry = {text: tone_of(text, encoder()) == "angry" for text in track(texts, "Reading comments")}
    print("| anger on GoEmotions' test half | comments | angry | precision | recall | F1 |\n|---|--:|--:|--:|--:|--:|")
    for name, task in tasks.items():
        precision, recall, mean = f1([(angry[text], true) for text, true in task])
        truly = sum(true for _, true in task)
        print(f"| {name} | {len(task):,} | {truly:,} | {precision:.2f} | {recall:.2f} | {mean:.2f} |")


if __name__ == "__main__":
    main()
