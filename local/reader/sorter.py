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

from local.reader.encoder import Encoder
from local.reader.kernel import ridge
from local.reader.language import is_english
from local.reader.request import Offered
from local.reader.weights import chance

_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_PHRASE = re.compile(r"[,;]\s+|[.!?]\s+|[.!?]$|\s/\s")
LEAST_SENTENCE_CHARS, SENTENCES = 12, 12
NONE = "none of these"
NOTS = 8
"""Phrases of what a topic does not cover that are read."""
LINES_COMPARED = 1_000
"""Lines of all topics together, each compared with each: time grows with the cube, memory with the square."""
LONG_WORDS = 40
"""Words beyond which a ticket's length says no more: none of those learned from was much longer."""


@dataclass(frozen=True)
class Evidence:
    """How the topics compare, best first, and what tells whether the best one is right."""

    order: tuple[int, ...]
    features: tuple[float, ...]
    none_is_nearer: bool = False


def sort_ticket(ticket: str, topics: tuple[Offered, ...], encoder: Encoder) -> tuple[list[str], float]:
    """Topic names by likelihood, and the chance that the first is right.

    ``NONE`` comes first when what a topic is said not to cover is nearer than any topic.
    """
    english = is_english(ticket)
    evidence = compare(ticket, topics, encoder, english=english)
    names = [topics[number].name for number in evidence.order]
    sure = chance(evidence.features, english=english)
    return ([NONE, *names], 1 - sure) if evidence.none_is_nearer else (names, sure)


def compare(ticket: str, topics: tuple[Offered, ...], encoder: Encoder, *, english: bool) -> Evidence:
    """Weigh the ticket against every line of every topic."""
    # What a topic does not cover is a class of its own beside it: it takes from that topic, and may win as *none*.
    lines = [*lines_of(topics), *((len(topics) + owner, line) for owner, line in nots_of(topics))]
    views = views_of(ticket)
    vectors = encoder([*views, *(line for _, line in lines)])
    owners = np.array([owner for owner, _ in lines])
    told = ridge(vectors[: len(views)], vectors[len(views) :], owners, 2 * len(topics), english=english)
    scores, against = told[: len(topics)], np.maximum(0, told[len(topics) :])
    scores = scores - against
    order = np.argsort(-scores, kind="stable")
    best = float(scores[order[0]])
    rivals = [*(float(scores[n]) for n in order[1:2]), *map(float, against[against > 0])]
    lead = best - max(rivals, default=0.0)
    offered = math.log1p(len(topics))
    features = (
        best,
        lead,
        offered,
        math.log1p(min(len(ticket.split()), LONG_WORDS)),
        math.log1p(len(topics[order[0]].examples)),
        best * offered,
        lead * offered,
    )
    return Evidence(tuple(int(n) for n in order), features, none_is_nearer=lead < 0)


def views_of(ticket: str) -> list[str]:
    """The ticket as a whole, and its sentences: a long story has its point in one of them."""
    sentences = [each.strip() for each in _SENTENCE.split(ticket) if len(each.strip()) >= LEAST_SENTENCE_CHARS]
    return [ticket, *sentences[:SENTENCES]] if len(sentences) > 1 else [ticket]


def lines_of(topics: tuple[Offered, ...]) -> list[tuple[int, str]]:
    """What is compared, each line with the number of its topic: as many for each when there are too many."""
    each = max(1, LINES_COMPARED // len(topics))
    return [line for number, topic in enumerate(topics) for line in _lines(number, topic)[:each]]


def nots_of(topics: tuple[Offered, ...]) -> list[tuple[int, str]]:
    """What each topic does not cover, phrase by phrase, with its number."""
    return [
        (number, f"I am writing about {_lower(phrase.strip())}.")
        for number, topic in enumerate(topics)
        for phrase in _PHRASE.split(topic.covers_not)[:NOTS]
        if phrase.strip()
    ]


def _lines(number: int, topic: Offered) -> list[tuple[int, str]]:
    """A topic's examples, and its name and description said as a customer would: in sentences, one for each phrase."""
    name = topic.name.replace("_", " ")
    phrases = [phrase.strip() for phrase in _PHRASE.split(topic.covers) if phrase.strip()]
    told = [f"I have a question about {name}."]
    if phrases:
        told += [f"{name}: {topic.covers}", *(f"I am writing about {_lower(phrase)}." for phrase in phrases)]
    return [(number, text) for text in (*topic.examples, *told)]


def _lower(phrase: str) -> str:
    # *Cannot sign in* begins a sentence no more; *VAT* and *I* stay as they are.
    return phrase[:1].lower() + phrase[1:] if phrase[1:2].islower() else phrase
