"""What the reader learned once and ships with: ``weights.npz``, written by ``evaluation/train_reader.py``."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parent / "weights.npz"


@cache
def weights() -> dict[str, Any]:
    """The arrays by name."""
    with np.load(FILE) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def chance(features: tuple[float, ...], *, english: bool) -> float:
    """The chance from 0 to 1 that the topic these features speak of is right."""
    learned = weights()["topic_english" if english else "topic_any"]
    return sigmoid(float(learned[:-1] @ np.array(features, np.float32) + learned[-1]))


def sigmoid(value: float) -> float:
    """The logistic function, safe at both ends."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))
