"""Which topics and which labelled examples are worth the model's attention: the nearest by the words they share.

Plain code over a few thousand short lines. The index is built once per revision of the rules and kept in memory; a
ticket then costs a few milliseconds. The numbers below were chosen on the validation halves of public sets (see
``docs/reading.md``): the right topic is among those shown for 98 of 100 tickets, and the prompt stays as long as it
is however many topics and examples there are.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from contracts.rules import Example, Rules, Topic
from services.classifier.domain.text import TEXT_LIMIT_CHARS

TOPICS_SHOWN = 20
ALWAYS_WITH_EXAMPLE, UNDESCRIBED_WITH_EXAMPLE = 3, 12
"""So many of the nearest topics have an example whatever it costs, and more of those that have no description."""
LINES_PER_TOPIC = 8
LINE_LIMIT_CHARS, COVERS_LIMIT_CHARS, NOT_LIMIT_CHARS = 200, 160, 120
BLOCK_CHARS, BLOCK_CHARS_PER_TOPIC, FEW_TOPICS = 1_280, 115, 10
"""Characters that topics and examples take together, and how many more for each topic beyond a few."""

_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class Shown:
    """A topic as the model sees it: with its examples, nearest first, and how near it is by words (0 to about 1)."""

    topic: Topic
    examples: tuple[Example, ...]
    nearness: float


def shortlist(text: str, rules: Rules) -> tuple[Shown, ...]:
    """The topics the ticket might be about, likeliest first, each with its nearest examples.

    The first few topics have at least one example where the doc has one; what room is left goes to the lines that are
    nearest to the ticket, whichever topic they belong to.
    """
    index = _index_of(rules)
    near = index.nearness(text[: 2 * TEXT_LIMIT_CHARS])
    topics = sorted(range(len(index.topics)), key=lambda t: -near.topics[t])[:TOPICS_SHOWN]
    room = BLOCK_CHARS + BLOCK_CHARS_PER_TOPIC * max(0, len(topics) - FEW_TOPICS)
    room -= sum(_heading_chars(index.topics[t]) for t in topics)
    picked: dict[int, list[int]] = {}
    for place, topic in enumerate(topics):
        must_have = place < (ALWAYS_WITH_EXAMPLE if index.topics[topic].covers else UNDESCRIBED_WITH_EXAMPLE)
        picked[topic] = sorted(index.by_topic[topic], key=lambda n: -near.lines[n])[: int(must_have)]
        room -= sum(index.chars(line) for line in picked[topic])
    rest = [
        (near.lines[line] + near.topics[topic] / 2, topic, line) for topic in topics for line in index.by_topic[topic]
    ]
    for _, topic, line in sorted(rest, key=lambda each: -each[0]):
        lines = picked[topic]
        if line not in lines and len(lines) < LINES_PER_TOPIC and index.chars(line) <= room:
            lines.append(line)
            room -= index.chars(line)
    return tuple(
        Shown(index.topics[topic], tuple(index.examples[line] for line in picked[topic]), near.topics[topic])
        for topic in topics
    )


def terms(text: str) -> Counter[str]:
    """Words, pairs of words, and pieces of words (so that *invoices* meets *invoice*, and misspellings meet at all)."""
    words = _TOKEN.findall(text.casefold())
    counts = Counter(words)
    counts.update(f"{a} {b}" for a, b in pairwise(words))
    for word in words:
        padded = f"#{word}#"
        counts.update(f"~{padded[i : i + 4]}" for i in range(max(1, len(padded) - 3)))
    return counts


@dataclass(frozen=True)
class Nearness:
    """How near the ticket is to each topic and to each example, by their numbers."""

    topics: list[float]
    lines: list[float]


class Index:
    """TF-IDF over the examples and descriptions of one revision of the rules, by term."""

    def __init__(self, topics: Iterable[Topic], examples: Iterable[Example]) -> None:
        self.topics = tuple(topics)
        number = {topic.name.casefold(): n for n, topic in enumerate(self.topics)}
        self.examples = tuple(example for example in examples if example.topic.casefold() in number)
        self.by_topic: list[list[int]] = [[] for _ in self.topics]
        for line, example in enumerate(self.examples):
            self.by_topic[number[example.topic.casefold()]].append(line)
        lines = [terms(example.text[:LINE_LIMIT_CHARS]) for example in self.examples]
        covers = [terms(f"{_plain(topic.name)} {topic.covers[:COVERS_LIMIT_CHARS]}") for topic in self.topics]
        total, seen = len(lines) + len(covers), Counter(term for counts in (*lines, *covers) for term in counts)
        self._rarity = {term: 1 + math.log((1 + total) / (1 + count)) for term, count in seen.items()}
        vectors = [self._vector(counts) for counts in lines]
        self._lines = _postings(vectors)
        # A centre is the sum of its lines at length 1; how near it is follows from how near they are.
        self._centres = [_length(_sum(vectors[line] for line in of_topic)) for of_topic in self.by_topic]
        self._covers = _postings([self._vector(counts) for counts in covers])

    def chars(self, line: int) -> int:
        """Characters that the example takes in the prompt."""
        return min(len(self.examples[line].text), LINE_LIMIT_CHARS) + 3

    def nearness(self, text: str) -> Nearness:
        """Compare with everything: a topic by its nearest line, its three nearest, its centre and its description."""
        asked = self._vector(terms(text))
        lines = _dots(asked, self._lines, len(self.examples))
        covers = _dots(asked, self._covers, len(self.topics))
        topics = []
        for topic, of_topic in enumerate(self.by_topic):
            best = sorted((lines[line] for line in of_topic), reverse=True)[:3] or [0.0]
            nearest, near = best[0], sum(best) / len(best)
            centre = sum(lines[line] for line in of_topic) / self._centres[topic]
            topics.append(0.4 * nearest + 0.3 * near + 0.6 * centre + 0.3 * covers[topic])
        return Nearness(topics, lines)

    def _vector(self, counts: Counter[str]) -> dict[str, float]:
        known = self._rarity
        return _unit({term: (1 + math.log(count)) * known[term] for term, count in counts.items() if term in known})


Postings = Mapping[str, list[tuple[int, float]]]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = _length(vector)
    return {term: weight / length for term, weight in vector.items()}


def _length(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0


def _sum(vectors: Iterable[dict[str, float]]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        for term, weight in vector.items():
            total[term] += weight
    return total


def _postings(vectors: list[dict[str, float]]) -> Postings:
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for term, weight in vector.items():
            postings[term].append((number, weight))
    return dict(postings)


def _dots(asked: dict[str, float], postings: Postings, size: int) -> list[float]:
    scores = [0.0] * size
    for term, weight in asked.items():
        for number, other in postings.get(term, ()):
            scores[number] += weight * other
    return scores


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _heading_chars(topic: Topic) -> int:
    # What a topic does not cover is few people's, and worth its own room: it takes none from the examples.
    return len(topic.name) + min(len(topic.covers), COVERS_LIMIT_CHARS) + 5


_kept: list[tuple[Rules, Index]] = []


def _index_of(rules: Rules) -> Index:
    # By identity: a warm function holds one snapshot, and comparing thousands of lines takes longer than it saves.
    if not _kept or _kept[0][0] is not rules:
        _kept[:] = [(rules, Index(rules.topics, rules.examples))]
    return _kept[0][1]
