"""Which of the offered topics a ticket is about, and how sure that is.

The examples and descriptions in the prompt are the training set: kernel ridge regression over their vectors, solved
anew for every ticket (some fifty lines, a millisecond). What the scores are worth as a probability was learned once,
on sheets drawn from public sets with tickets on them that belong to no topic (``evaluation/train_reader.py``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.reader.encoder import ENGLISH, Encoder, Vectors
from local.reader.language import is_english
from local.reader.request import Offered
from local.reader.weights import chance

SHARPNESS = 3.0
"""How fast one line's say falls off with its distance from the ticket."""
RIDGE = 0.3
SHARE_OF_ENGLISH = 0.62
"""Weight of the English encoder on an English ticket; on others it has none."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """How the topics compare, best first, and what tells whether the best one is right."""

    order: tuple[int, ...]
    english: bool
    features: tuple[float, ...]


def sort_ticket(ticket: str, topics: tuple[Offered, ...], encoder: Encoder) -> tuple[list[str], float]:
    """Topic names by likelihood, and the chance that the first is right."""
    evidence = compare(ticket, topics, encoder)
    return [topics[number].name for number in evidence.order], chance(evidence.features, english=evidence.english)


def compare(ticket: str, topics: tuple[Offered, ...], encoder: Encoder) -> Evidence:
    """Weigh the ticket against every line of every topic."""
    lines = [(number, line) for number, topic in enumerate(topics) for line in (*topic.examples, _description(topic))]
    owners = np.array([number for number, _ in lines])
    described = np.array([line == _description(topics[number]) for number, line in lines])
    vectors = encoder([ticket, *(line for _, line in lines)])
    english = is_english(ticket)
    share = SHARE_OF_ENGLISH if english else 0.0
    asked, known = vectors[0], vectors[1:]
    near_a, near_b = known[:, :ENGLISH] @ asked[:ENGLISH], known[:, ENGLISH:] @ asked[ENGLISH:]
    near = np.exp(SHARPNESS * (share * near_a + (1 - share) * near_b - 1))
    belongs = np.eye(len(topics))[owners]
    scores = near @ np.linalg.solve(_kernel(known, share) + RIDGE * np.eye(len(lines)), belongs)
    order = np.argsort(-scores, kind="stable")
    best, second = order[0], order[min(1, len(order) - 1)]
    ranked = [*(float(scores[n]) for n in order[:3]), 0.0, 0.0]
    mine, other, own_description = owners == best, owners == second, (owners == best) & described
    features = (
        ranked[0],
        ranked[0] - ranked[1],
        max(ranked[2], 0.0),
        float(near.max()),
        *_closeness(near_a, mine, other, own_description),
        *_closeness(near_b, mine, other, own_description),
        math.log1p(int(mine.sum()) - 1),
        math.log1p(len(topics)),
        math.log1p(len(ticket.split())),
    )
    return Evidence(tuple(int(n) for n in order), english, features)


def _closeness(
    near: Vectors, mine: NDArray[np.bool_], other: NDArray[np.bool_], described: NDArray[np.bool_]
) -> list[float]:
    best = np.sort(near[mine])[::-1][:3]
    return [float(best[0]), float(best.mean()), float(near[other].max()), float(near[described].max())]


def _kernel(known: Vectors, share: float) -> Array:
    a, b = known[:, :ENGLISH], known[:, ENGLISH:]
    return np.exp(SHARPNESS * (share * a @ a.T + (1 - share) * b @ b.T - 1))


def _description(topic: Offered) -> str:
    name = topic.name.replace("_", " ")
    return f"{name}: {topic.covers}" if topic.covers else name
