"""Teaches the offline reader what the signs of urgency and tone are worth: ``python -m evaluation.train_manner``.

Logistic regression, each level and tone against the others, on tickets labelled for it: ``trades/tuned``, the tuned
half of the shop, and the pairs among the reader's own sentences. (Comments of a forum beside them made the hearing of
anger worse on tickets; the head that is one of the signs knows them.) Prints what it comes to on each trade when it is
left out of the learning, then writes the arrays into ``weights.npz``. Half a minute.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from evaluation.logistic import Array, fit
from evaluation.manner import scores, trade
from evaluation.public import ROOT
from evaluation.sheet import URGENT_WORDS
from local.reader.app import _encoder as encoder
from local.reader.manner import TONES, URGENCIES, tone_signs, urgency_signs
from local.reader.sentences import PAIRS
from local.reader.weights import FILE

RIDGE = 1.0
MUST_NOT_BE_OVERLOOKED = {"high": 1.5, "angry": 1.5, "confused": 1.2}
"""How many times a miss of these weighs: a person unheard is worse than a ticket on top that could have waited."""


@dataclass(frozen=True)
class Row:
    """A text and its labels."""

    group: str
    text: str
    tone: str
    urgency: str


def rows() -> list[Row]:
    """All that is learned from."""
    found = []
    for file in sorted((ROOT / "evaluation" / "trades" / "tuned").glob("*.txt")):
        found += [Row(file.stem, t.text, t.first[1], t.first[0]) for t in trade(file)[1]]
    found += [Row("pairs", text, tone, urgency) for urgency, tone, text in PAIRS]
    for line in (ROOT / "evaluation" / "shop" / "tuned.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        if said.get("tone") and said.get("urgency"):
            found.append(Row("shop", said["text"], said["tone"], said["urgency"]))
    return found


def learned(signs: Array, labels: list[str], names: tuple[str, ...]) -> Array:
    """A row of worths for each name, the intercept last."""
    weight = np.array([MUST_NOT_BE_OVERLOOKED.get(label, 1.0) for label in labels])
    return np.array([fit(signs, np.array([label == name for label in labels]), weight, RIDGE) for name in names])


def left_out(every: list[Row], signs: Array, labels: list[str], names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Group, label and what is said of each row by what the other groups teach."""
    groups, said = np.array([row.group for row in every]), []
    for group in dict.fromkeys(groups):
        there, here = np.flatnonzero(groups != group), np.flatnonzero(groups == group)
        worth = learned(signs[there], [labels[n] for n in there], names)
        best = (np.hstack([signs[here], np.ones((len(here), 1))]) @ worth.T).argmax(1)
        said += [(str(group), labels[n], names[best[place]]) for place, n in enumerate(here)]
    return said


def main() -> None:
    """Learn, print what leaving each trade out comes to, write."""
    every, found = rows(), {}
    tone = np.array([tone_signs(row.text, encoder()) for row in every])
    urgency = np.array([urgency_signs(row.text, URGENT_WORDS, encoder()) for row in every])
    for name, names, signs in (("tone", TONES, tone), ("urgency", URGENCIES, urgency)):
        labels = [getattr(row, name) for row in every]
        said = left_out(every, signs, labels, names)
        for what, of in (("trades", {row.group for row in every} - {"shop", "pairs"}), ("shop", {"shop"})):
            print(f"{name}, {what}, each left out: {scores([(label, s) for group, label, s in said if group in of])}")
        found[name] = learned(signs, labels, names).astype(np.float32)
    with np.load(FILE) as stored:
        kept = {name: stored[name] for name in stored.files if name not in found}
    np.savez_compressed(FILE, **{**kept, **found})


if __name__ == "__main__":
    main()
