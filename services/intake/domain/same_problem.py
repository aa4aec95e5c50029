"""Whether two tickets of one customer are about the same problem, however they are worded.

First come the differences: other numbers, months, names, opposites say that these are two problems, and nothing can
outweigh them. English texts are then compared by a sentence encoder, in all they say and in what only one of them
says; others by their words and two lists of ideas: what is the matter (*kinds*), what it is about (*things*).
A wrong fold hides a problem, so what is not clearly alike is not the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from services.intake.domain.concepts import ENGLISH, FOREIGN, KINDS, THINGS
from services.intake.domain.differences import Details, details, differences, says_another_word
from services.intake.domain.wording import own_words, stem

_WORD = re.compile(r"\w(?:[\w'-]*\w)?")
_PLAIN_WORD = re.compile(r"\w+")
_NUMBERED = re.compile(r"\b[\w-]{0,30}\d[\w-]*\b")

OF_ALL, OF_THE_REST = 0.6, 0.4
"""Weights of how alike two texts are in all they say, and in what only one of them says."""
ANOTHER_MATTER = 0.1
"""What it costs when the two say, in words we know, that something else is the matter."""
AS_GOOD_AS = 0.58
"""From here on a word in another's place means the same: *pick* and *choose* 0.82, *hall* and *kitchen* 0.17."""
WORDS_ALONE = 0.88
"""What words alone say counts less: 0.70 there is as rarely wrong as 0.62 with the sense of them."""


@dataclass(frozen=True)
class Text:
    """A text, and the telling words in it that the other text does not have."""

    said: str
    own: frozenset[str]


Sense = Callable[[Text, Text], tuple[float, float]]
"""How alike (-1..1) two English texts are in meaning: in all they say, and in their own words."""

_SPACELESS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)


def _pattern(words: str) -> str:
    return "|".join(
        re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
        for word in sorted(words.split("|"), key=len, reverse=True)
        if word.strip()
    )


_KINDS = {name: re.compile(rf"(?<![\w'])(?:{_pattern(words)})(?![\w'])") for name, words in KINDS.items()}
_THINGS = {name: re.compile(rf"(?<![\w'])(?:{_pattern(words)})(?![\w'])") for name, words in THINGS.items()}
_SPOKEN_OF = frozenset({"colour", "broken-thing"})
"""Ideas whose words do not mean the same: a blue chair is not a green lamp."""
_ENGLISH, _FOREIGN = frozenset(ENGLISH.split()), frozenset(FOREIGN.split())
_EMPTY = _ENGLISH | _FOREIGN
_ONLY_ENGLISH, _ONLY_FOREIGN = _ENGLISH - _FOREIGN, _FOREIGN - _ENGLISH


@dataclass(frozen=True)
class Profile:
    """What a ticket says, as far as it can be compared."""

    said: str
    unnumbered: str
    """The same without numbers: what they have to say, the differences say."""
    kinds: frozenset[str]
    things: frozenset[str]
    others: frozenset[str]
    words: tuple[str, ...]
    details: Details
    is_english: bool


def same_problem(a: tuple[str, str], b: tuple[str, str], sense: Sense | None = None) -> float:
    """How sure (0..1) it is that two (subject, text) are one problem.

    Without ``sense``, and in other languages than English, words and the lists of ideas decide.
    """
    one, other = sorted((profile(*a), profile(*b)), key=lambda each: each.said)
    if one.words == other.words:
        return 1.0 if one.words else float(bool(_bare(*a)) and _bare(*a) == _bare(*b))
    if not one.words or not other.words or differences(one.details, other.details):
        return 0.0
    another = says_another_word(one.details, other.details, _meaning)
    if sense and one.is_english and other.is_english:
        return _by_sense(one, other, sense, another)
    return 0.0 if another else round(WORDS_ALONE * _by_words(one, other), 4)


def _by_sense(one: Profile, other: Profile, sense: Sense, another: bool) -> float:
    """Two texts that share a subject read alike, whatever is the matter with it: what they do not share decides."""
    whole, rest = sense(Text(one.unnumbered, _own(one, other)), Text(other.unnumbered, _own(other, one)))
    if another and rest < AS_GOOD_AS:
        return 0.0
    likeness = OF_ALL * whole + OF_THE_REST * rest - (ANOTHER_MATTER if _disjoint(one.kinds, other.kinds) else 0)
    return round(min(1.0, max(0.0, likeness)), 4)


def _own(one: Profile, other: Profile) -> frozenset[str]:
    theirs = {stem(word) for word in _PLAIN_WORD.findall(other.unnumbered.casefold())}
    words = _PLAIN_WORD.findall(one.unnumbered.casefold())
    return frozenset(word for word in words if len(word) > 1 and word not in _EMPTY and stem(word) not in theirs)


def _bare(subject: str, text: str) -> list[str]:
    return f"{subject} {text}".split()


@lru_cache(maxsize=256)
def profile(subject: str, text: str) -> Profile:
    """The profile of a ticket's own words."""
    said = own_words(subject, text)
    low = said.casefold()
    words = tuple(_WORD.findall(low))
    found_kinds, rest = _named(_KINDS, low)
    found_things, rest_things = _named(_THINGS, low)
    english = _is_english(words)
    return Profile(
        said=said,
        unnumbered=_NUMBERED.sub("", said).strip() or said,
        kinds=found_kinds,
        things=found_things,
        others=frozenset(_others(low, rest | rest_things)),
        words=words,
        details=details(said, words, english),
        is_english=english,
    )


@lru_cache(maxsize=4096)
def _meaning(word: str) -> str:
    """The idea that a word by itself names, else its stem."""
    for name, pattern in (*_KINDS.items(), *_THINGS.items()):
        if name not in _SPOKEN_OF and pattern.fullmatch(word):
            return name
    return stem(word)


def _named(ideas: dict[str, re.Pattern[str]], words: str) -> tuple[frozenset[str], frozenset[str]]:
    named, covered = set(), set()
    for name, pattern in ideas.items():
        for found in pattern.finditer(words):
            named.add(name)
            covered.update(found[0].split())
    return frozenset(named), frozenset(covered)


def _others(words: str, covered: frozenset[str]) -> set[str]:
    telling: set[str] = set()
    for word in _WORD.findall(words):
        if run := _SPACELESS.match(word):
            telling.update(run[0][at : at + 2] for at in range(len(run[0]) - 1))
        elif word not in _EMPTY and word not in covered and len(word) > 2 and not word[0].isdigit():
            telling.add(stem(word))
    return telling


def _by_words(one: Profile, other: Profile) -> float:
    """How much of what the two tickets say they both say: ideas count double, since other words can be many."""

    def said(of: Profile) -> dict[str, float]:
        named = {f"kind {name}": 2.0 for name in of.kinds} | {f"thing {name}": 1.6 for name in of.things}
        return named | {f"number {one}": 1.2 for one in of.details.numbers} | dict.fromkeys(of.others, 0.8)

    first, second = said(one), said(other)
    shared = sum(weight for idea, weight in first.items() if idea in second)
    smaller, larger = sorted((sum(first.values()), sum(second.values())))
    if smaller == 0 or shared < _LEAST_SHARED:
        return 0.0
    return (0.6 * shared / smaller + 0.4 * shared / larger) * _agreement(one, other)


_LEAST_SHARED = 2.5
"""One idea in common is too little to call two tickets one, however short they are."""


def _agreement(one: Profile, other: Profile) -> float:
    """How little speaks against it: another matter with the same thing, or the same matter with another thing."""
    factor = 0.4 if _disjoint(one.kinds, other.kinds) else 1.0
    factor *= 0.6 if _disjoint(one.things, other.things) else 1.0
    return factor * (0.9 if bool(one.kinds) != bool(other.kinds) else 1.0)


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _is_english(words: tuple[str, ...]) -> bool:
    """Whether a text is English, as far as its common words say. In doubt it is."""
    foreign = sum(word in _ONLY_FOREIGN or not word.isascii() for word in words)
    return foreign <= sum(word in _ONLY_ENGLISH for word in words)
