"""Which of the offered topics a ticket is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.reader.encoder import Encoder
from local.reader.request import Offered

SHARPNESS = 14.0
"""How fast the softmax falls off with distance. Found on the validation halves of public sets."""
FAR, NEAR = 0.28, 0.55
"""Cosine to the nearest line: at FAR it is about something else, at NEAR it is plainly of its kind."""


@dataclass(frozen=True)
class Sorted:
    """Topics by likelihood."""

    names: tuple[str, ...]
    chances: tuple[float, ...]


def sort_ticket(ticket: str, topics: tuple[Offered, ...], encoder: Encoder) -> Sorted:
    """Compare the ticket with each topic's description and examples, by meaning and by words."""
    lines = [(number, line) for number, topic in enumerate(topics) for line in _lines(topic)]
    vectors = encoder([ticket, *(line for _, line in lines)])
    by_meaning = vectors[1:] @ vectors[0]
    by_words = np.array([_overlap(ticket, line) for _, line in lines], np.float32)
    scores, nearest = np.zeros(len(topics)), np.zeros(len(topics))
    for number in range(len(topics)):
        mine = np.array([owner == number for owner, _ in lines])
        close = np.sort((by_meaning + 0.15 * by_words)[mine])[::-1]
        scores[number] = 0.6 * close[0] + 0.4 * close[:3].mean()
        nearest[number] = by_meaning[mine].max()
    chances = _softmax(SHARPNESS * scores) * np.clip((nearest - FAR) / (NEAR - FAR), 0, 1) ** 0.25
    order = np.argsort(-chances, kind="stable")
    return Sorted(tuple(topics[n].name for n in order), tuple(float(chances[n]) for n in order))


def _lines(topic: Offered) -> list[str]:
    return [f"{topic.name}: {topic.covers}" if topic.covers else topic.name.replace("_", " "), *topic.examples]


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum())


def _overlap(a: str, b: str) -> float:
    words_a, words_b = (Counter(re.findall(r"\w{3,}", text.casefold())) for text in (a, b))
    shared = sum((words_a & words_b).values())
    return shared / max(1, min(sum(words_a.values()), sum(words_b.values())))
