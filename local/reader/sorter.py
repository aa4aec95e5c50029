"""Which of the offered topics a ticket is about, and how sure that is.

The examples and descriptions in the prompt are the training set: kernel ridge regression over their vectors, solved
anew for every ticket (some fifty lines, a millisecond). What the scores are worth as a probability was learned once,
on sheets drawn from public sets with tickets on them that belong to no topic (``evaluation/train_reader.py``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.reader.encoder import ENGLISH, Encoder, Vectors
from local.reader.kernel import ridge
from local.reader.language import is_english
from local.reader.request import Offered
from local.reader.weights import chance

_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
LEAST_SENTENCE_CHARS, SENTENCES = 12, 12


@dataclass(frozen=True)
class Evidence:
    """How the topics compare, best first, and what tells whether the best one is right."""

    order: tuple[int, ...]
    features: tuple[float, ...]


def sort_ticket(ticket: str, topics: tuple[Offered, ...], encoder: Encoder) -> tuple[list[str], float]:
    """Topic names by likelihood, and the chance that the first is right."""
    english = is_english(ticket)
    evidence = compare(ticket, topics, encoder, english=english)
    return [topics[number].name for number in evidence.order], chance(evidence.features, english=english)


def compare(ticket: str, topics: tuple[Offered, ...], encoder: Encoder, *, english: bool) -> Evidence:
    """Weigh the ticket against every line of every topic."""
    lines = [line for number, topic in enumerate(topics) for line in _lines(number, topic)]
    owners, described = np.array([line.owner for line in lines]), np.array([line.described for line in lines])
    views = views_of(ticket)
    vectors = encoder([*views, *(line.text for line in lines)])
    asked, known = vectors[: len(views)], vectors[len(views) :]
    near_a = (known[:, :ENGLISH] @ asked[:, :ENGLISH].T).max(1)
    near_b = (known[:, ENGLISH:] @ asked[:, ENGLISH:].T).max(1)
    fit = ridge(asked, known, owners, len(topics), english=english)
    scores, right = fit.scores, fit.left_out.argmax(1) == owners
    order = np.argsort(-scores, kind="stable")
    best, second = order[0], order[min(1, len(order) - 1)]
    ranked = [*(float(scores[n]) for n in order[:3]), 0.0, 0.0]
    mine, other, own_description = owners == best, owners == second, (owners == best) & described
    features = (
        ranked[0],
        ranked[0] - ranked[1],
        max(ranked[2], 0.0),
        float(fit.near.max()),
        *_closeness(near_a, mine, other, own_description),
        *_closeness(near_b, mine, other, own_description),
        float(right.mean()),
        float(right[mine].mean()),
        float((fit.left_out[mine, best] - fit.left_out[mine, second]).mean()) if second != best else 1.0,
        float((fit.left_out[other, second] - fit.left_out[other, best]).mean()) if second != best else 1.0,
        math.log1p(int((mine & ~described).sum())),
        math.log1p(len(topics)),
        math.log1p(len(ticket.split())),
    )
    return Evidence(tuple(int(n) for n in order), features)


def _closeness(
    near: Vectors, mine: NDArray[np.bool_], other: NDArray[np.bool_], described: NDArray[np.bool_]
) -> list[float]:
    best = np.sort(near[mine])[::-1][:3]
    return [float(best[0]), float(best.mean()), float(near[other].max()), float(near[described].max())]


def views_of(ticket: str) -> list[str]:
    """The ticket as a whole, and its sentences: a long story has its point in one of them."""
    sentences = [each.strip() for each in _SENTENCE.split(ticket) if len(each.strip()) >= LEAST_SENTENCE_CHARS]
    return [ticket, *sentences[:SENTENCES]] if len(sentences) > 1 else [ticket]


@dataclass(frozen=True)
class _Line:
    owner: int
    text: str
    described: bool


def _lines(number: int, topic: Offered) -> list[_Line]:
    """A topic's examples, its description, and each phrase of the description: *very slow* is as good as an example."""
    name = topic.name.replace("_", " ")
    phrases = [phrase.strip() for phrase in topic.covers.split(",") if phrase.strip()]
    told = [f"{name}: {topic.covers}", *phrases] if phrases else [name]
    return [_Line(number, text, False) for text in topic.examples] + [_Line(number, text, True) for text in told]
