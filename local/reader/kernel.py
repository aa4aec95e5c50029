"""Kernel ridge regression over sentence vectors: a classifier made of the lines at hand, solved anew each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.reader.encoder import ENGLISH, Vectors

SHARPNESS = 3.0
"""How fast one line's say falls off with its distance."""
RIDGE = 0.3
SHARE_OF_ENGLISH = 0.62
"""Weight of the English encoder on an English text; on others it has none."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """What the lines say about a text, and about each other."""

    scores: Array
    """How much the text belongs to each class: about 1 for one of its own lines, about 0 for others."""
    left_out: Array
    """The same for each line, as if that line were not there (lines by classes)."""
    near: Array
    """How close the text is to each line."""


def ridge(asked: Vectors, known: Vectors, owners: NDArray[np.int_], classes: int, *, english: bool) -> Fit:
    """Fit the lines and ask about the text. Left-out scores cost nothing more (Rasmussen & Williams 2006, §5.4.2).

    ``asked`` has a row for the whole text first, then one for each of its sentences: the whole counts half, the nearest
    row the other half.
    """
    a, b = known[:, :ENGLISH], known[:, ENGLISH:]
    inverse = np.linalg.inv(closeness(a @ a.T, b @ b.T, english=english) + RIDGE * np.eye(len(known)))
    views = closeness(a @ asked[:, :ENGLISH].T, b @ asked[:, ENGLISH:].T, english=english)
    near = (views[:, 0] + views.max(1)) / 2
    truth = np.eye(classes)[owners]
    pull = inverse @ truth
    return Fit(near @ pull, truth - pull / np.diag(inverse)[:, None], near)


def closeness(a: Vectors, b: Vectors, *, english: bool) -> Array:
    """From the cosines of the two encoders to one number: 1 for the same text."""
    share = SHARE_OF_ENGLISH if english else 0.0
    return np.asarray(np.exp(SHARPNESS * (share * a + (1 - share) * b - 1)), np.float64)
