"""Which of the customer's earlier messages tells of the same problem, by what two small encoders make of the texts.

Texts about one product read alike, whatever is the matter with it: what the two do not share says whether the matter is
the same. How much each likeness is worth was learned once (``evaluation/intake/train.py``), a wrong *same* counting
three times a missed one.
"""

from __future__ import annotations

import re

import numpy as np

from local.reader.encoder import ENGLISH, Encoder, Vectors, in_its_sentence
from local.reader.language import is_english
from local.reader.weights import sigmoid, weights
from services.classifier.domain.same.placed import is_spaceless, same_word, words_of
from services.classifier.domain.same.sets import SAYS_NOTHING
from services.classifier.domain.same.wording import own_words

SURE = 0.65
"""Chance from which an earlier message is named; measured in docs/intake.md."""
_WORD = re.compile(r"\w+")
_NUMBERED = re.compile(r"(?<![\w-])[\w-]{0,30}\d[\w-]*")
_MANY = 6
"""Words of its own from which a text says something else anyway."""


def same_as(earlier: tuple[tuple[int, str], ...], ticket: str, encoder: Encoder) -> int:
    """The number of the earlier message that is most likely the same, the first of several; 0 for none."""
    chances = [(chance(said, ticket, encoder), number) for number, said in earlier]
    sure = [(likely, number) for likely, number in chances if likely >= SURE]
    return max(sure, key=lambda one: (round(one[0], 1), -one[1]))[1] if sure else 0


def chance(one: str, other: str, encoder: Encoder) -> float:
    """How likely it is that two messages are about one problem."""
    english, features = evidence(one, other, encoder)
    learned = weights()["same_english" if english else "same_any"]
    return sigmoid(float(learned[:-1] @ features + learned[-1]))


def evidence(one: str, other: str, encoder: Encoder) -> tuple[bool, Vectors]:
    """Whether both are English, and how alike they are in each way that was learned from."""
    a, b = (_plain(own_words("", said)) for said in (one, other))
    own_a, own_b, shared = _own(a, b)
    whole, rest, covered, least_covered, least = _by_words_in_place(a, b, own_a, own_b)
    whole_any = _cosine(*_any_language(encoder, a, b))
    rest_any = _cosine(*_any_language(encoder, " ".join(own_a), " ".join(own_b))) if own_a and own_b else whole_any
    short, long = sorted((max(1, len(_telling(a))), max(1, len(_telling(b)))))
    few = min(_MANY, len(own_a), len(own_b)) / _MANY
    seen = (whole, rest, covered, least_covered, least, whole_any, rest_any, shared, short / long, few)
    both = (whole * rest, whole_any * rest_any, whole * shared)
    return is_english(a) and is_english(b), np.array([*seen, *both], np.float32)


def _plain(said: str) -> str:
    """Without numbers: two messages that share one are no more alike for it."""
    return _NUMBERED.sub("", said).strip() or said


def _telling(said: str) -> list[str]:
    if is_spaceless(said):
        return list(words_of(said))
    return [
        word for word in dict.fromkeys(_WORD.findall(said.casefold())) if word not in SAYS_NOTHING and len(word) > 1
    ]


def _own(a: str, b: str) -> tuple[list[str], list[str], float]:
    """The telling words (or signs) that only one of the two has, and the share of the shorter one's that both have."""
    one, other = _telling(a), _telling(b)
    own = [word for word in one if not any(same_word(word, its) for its in other)]
    others = [word for word in other if not any(same_word(word, its) for its in one)]
    shared = len(set(one)) - len(set(own))
    return own, others, min(1.0, shared / max(1, min(len(set(one)), len(set(other)))))


def _by_words_in_place(a: str, b: str, own_a: list[str], own_b: list[str]) -> tuple[float, float, float, float, float]:
    """Likeness of all the words, of each side's own; and how well the own words of one are met in all of the other."""
    (first, of_first), (second, of_second) = in_its_sentence(a), in_its_sentence(b)
    mine = first[[at for at, word in enumerate(of_first) if word in own_a]]
    theirs = second[[at for at, word in enumerate(of_second) if word in own_b]]
    whole = _cosine(first.mean(0), second.mean(0))
    rest = _cosine(mine.mean(0), theirs.mean(0)) if len(mine) and len(theirs) else whole
    met = [_met(mine, second), _met(theirs, first)]
    means = [float(one.mean()) for one in met]
    return whole, rest, sum(means) / 2, min(float(one.min()) for one in met), min(means)


def _met(words: Vectors, among: Vectors) -> Vectors:
    if not len(words):
        return np.ones(1, np.float32)
    return np.asarray((_unit(words) @ _unit(among).T).max(1))


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _any_language(encoder: Encoder, one: str, other: str) -> tuple[Vectors, Vectors]:
    first, second = encoder([one, other])
    return first[ENGLISH:], second[ENGLISH:]


def _cosine(one: Vectors, other: Vectors) -> float:
    length = float((one @ one) * (other @ other)) ** 0.5
    return float(one @ other) / length if length else 0.0
