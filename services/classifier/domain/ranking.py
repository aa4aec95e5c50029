"""Which topics and which labelled examples are worth the model's attention: the nearest by the words they share.

Plain code over a few thousand short lines: an index is built once per revision of the rules and kept.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from contracts.rules import Example, Rules, Topic

TOPICS_SHOWN = 12
EXAMPLES_PER_TOPIC = 3
EXAMPLE_LIMIT_CHARS = 240
"""An example is shown this far: longer than its point is long."""

_TOKEN = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class Shown:
    """A topic as the model sees it: with its examples, best first, and how near it is by words (0..1)."""

    topic: Topic
    examples: tuple[Example, ...]
    nearness: float


def shortlist(text: str, rules: Rules) -> tuple[Shown, ...]:
    """The topics the ticket might be about, likeliest first, each with the examples nearest to it."""
    index = _index(rules.topics, rules.examples)
    ranked = index.rank(text)
    return tuple(ranked[:TOPICS_SHOWN])


def features(text: str) -> Counter[str]:
    """Words, pairs of words, and pieces of words (so that *invoices* meets *invoice*, and misspellings meet at all)."""
    words = _TOKEN.findall(text.casefold())
    counts = Counter(words)
    counts.update(f"{a} {b}" for a, b in pairwise(words))
    for word in words:
        padded = f"#{word}#"
        counts.update(f"~{padded[i : i + 4]}" for i in range(max(1, len(padded) - 3)))
    return counts


class Index:
    """TF-IDF over the examples and descriptions of one revision of the rules."""

    def __init__(self, topics: Iterable[Topic], examples: Iterable[Example]) -> None:
        self.topics = tuple(topics)
        self.examples = tuple(examples)
        counted = [features(example.text[:EXAMPLE_LIMIT_CHARS]) for example in self.examples]
        described = [features(f"{topic.name} {topic.covers}") for topic in self.topics]
        self._total = max(1, len(counted) + len(described))
        self._seen = Counter(term for counts in (*counted, *described) for term in counts)
        self._vectors = [self._vector(counts) for counts in counted]
        self._covers = [self._vector(counts) for counts in described]
        self._by_topic: dict[str, list[int]] = {topic.name.casefold(): [] for topic in self.topics}
        for number, example in enumerate(self.examples):
            self._by_topic.setdefault(example.topic.casefold(), []).append(number)

    def _vector(self, counts: Counter[str]) -> dict[str, float]:
        weights = {
            term: (1 + math.log(count)) * math.log(1 + self._total / (1 + self._seen[term]))
            for term, count in counts.items()
        }
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / norm for term, weight in weights.items()}

    def rank(self, text: str) -> list[Shown]:
        """Every topic, nearest first."""
        asked = self._vector(Counter({t: c for t, c in features(text).items() if t in self._seen}))
        ranked = []
        for topic, covers in zip(self.topics, self._covers, strict=True):
            near = sorted(
                ((_cosine(asked, self._vectors[n]), -n) for n in self._by_topic[topic.name.casefold()]), reverse=True
            )
            best = [score for score, _ in near[:EXAMPLES_PER_TOPIC]]
            nearness = max([*best[:1], 0.0]) * 0.7 + (sum(best) / len(best) if best else 0.0) * 0.2
            nearness = min(1.0, nearness + 0.3 * _cosine(asked, covers))
            examples = tuple(self.examples[-n] for _, n in near[:EXAMPLES_PER_TOPIC])
            ranked.append(Shown(topic, examples, nearness))
        return sorted(ranked, key=lambda shown: -shown.nearness)


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[term] for term, weight in a.items() if term in b)


@lru_cache(maxsize=4)
def _index(topics: tuple[Topic, ...], examples: tuple[Example, ...]) -> Index:
    return Index(topics, examples)
