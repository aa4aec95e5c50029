"""Teaches the offline reader which likeness of two messages is worth what: writes ``same_*`` in its ``weights.npz``.

Logistic regression on pairs that the classifier's own check lets through: what it refuses is refused whatever a model
says. A wrong *same* counts three times a missed one. ``unseen_5`` and ``kinds_unseen`` are not looked at. A minute.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from evaluation.intake.labelled import Pair, pairs
from evaluation.intake.path import Said
from local.reader.encoder import Encoder
from local.reader.same import evidence
from local.reader.weights import FILE
from services.classifier.domain.same.asking import SHOWN_CHARS
from services.classifier.domain.same.differences import differences
from services.classifier.domain.same.wording import own_words
from services.intake.domain.same_words import same_words

LEARNED_FROM = (
    "problems", "held_out", "unseen_1", "unseen_2", "unseen_3", "unseen_4", "near_misses", "kinds_seen",
)  # fmt: skip
WRONG_COUNTS = 3.0
Array = NDArray[np.float64]


def open_pairs(name: str) -> list[Pair]:
    """Pairs that neither plain words nor the check decide."""

    def is_open(one: Said, other: Said) -> bool:
        return not same_words(one, other) and not differences(own_words(*one), own_words(*other))

    return [(same, one, other) for same, one, other in pairs(name) if is_open(one, other)]


def learn(seen: Array, same: Array) -> Array:
    """The weights and, last, the constant: for features as they are."""
    mean, spread = seen.mean(0), seen.std(0) + 1e-6
    rows = np.c_[(seen - mean) / spread, np.ones(len(seen))]
    counts = np.where(same == 1, 1.0, WRONG_COUNTS)
    found = np.zeros(rows.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (counts * (chance - same)) + np.r_[found[:-1], 0]
        curve = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + np.eye(len(found))
        found -= np.linalg.solve(curve, slope)
    return np.r_[found[:-1] / spread, found[-1] - found[:-1] @ (mean / spread)]


def main() -> None:
    """Learn, and write it down beside what the reader learned before."""
    encoder, rows = Encoder(), dict[bool, list[tuple[Array, bool]]]({True: [], False: []})
    for name in LEARNED_FROM:
        for same, one, other in track(open_pairs(name), name):
            shown = " ".join("\n".join(filter(None, one)).split())[:SHOWN_CHARS]
            english, features = evidence(shown, "\n".join(filter(None, other)), encoder)
            rows[english].append((features.astype(np.float64), same))
    with np.load(FILE) as stored:
        kept = {name: stored[name] for name in stored.files}
    for english, name in ((True, "same_english"), (False, "same_any")):
        seen, same = (np.array(column, np.float64) for column in zip(*rows[english], strict=True))
        kept[name] = learn(seen, same).astype(np.float32)
        print(f"{name}: {len(same)} pairs, {int(same.sum())} the same")
    np.savez_compressed(FILE, **kept)


if __name__ == "__main__":
    main()
