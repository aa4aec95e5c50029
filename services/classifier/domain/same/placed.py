"""Another word in a word's place: what tells two problems apart that are said in nearly the same words.

Who says the same thing twice in nearly the same words adds or leaves out; another word in a word's place is another
thing, whatever the language. In quite other words nothing stands in anything's place.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from services.classifier.domain.same.marks import SPACELESS, Words
from services.classifier.domain.same.sets import NUMBERS, SAYS_NOTHING, TELLING

_WORD = re.compile(r"\w(?:[\w'-]*\w)?")
_SIGN = re.compile(r"\w")
_KANA = re.compile(r"[\u3040-\u309f\u30fc]")
"""Hiragana: endings and particles. What a Japanese sentence is about stands in the other scripts."""
COMPARED_WORDS = 200
"""Words (or signs) whose order is compared: the time grows with their square."""
SAME_WORDING = 0.6
"""Above it two texts are worded alike (Ratcliff/Obershelp ratio of all their words in order)."""
_FEW, _LEAST_SHARED = 1, 1.5
"""Telling words that each side has to itself, and how many times as many both share, where only one is another."""
_SMALL = frozenset(f"{TELLING} may".split())
_IN_DIGITS = {word: str(number) for number, word in enumerate(NUMBERS.split())}
_SAME_BEGINNING, _LONGEST_ENDING = 4, 4
"""Letters that two forms of one word share at the beginning, and that they may differ in at the end."""


def words_of(said: str) -> Words:
    """The words; of scripts without blanks, the signs."""
    low = said.casefold()
    return tuple(_SIGN.findall(low)) if is_spaceless(low) else tuple(_WORD.findall(low))


def is_spaceless(said: str) -> bool:
    """Whether most of the text is in a script that puts no blanks between words."""
    return 2 * len(SPACELESS.findall(said)) > len(_SIGN.findall(said))


def replaced(one: str, other: str) -> list[tuple[Words, Words]] | None:
    """Which words stand in the place of which; None when the two are not worded alike."""
    first, second = words_of(one)[:COMPARED_WORDS], words_of(other)[:COMPARED_WORDS]
    match = SequenceMatcher(None, first, second, autojunk=False)
    if match.ratio() <= SAME_WORDING:
        return None
    return [(first[a:b], second[c:d]) for kind, a, b, c, d in match.get_opcodes() if kind == "replace"]


def is_another(said: Words, instead: Words) -> bool:
    """Whether what stands instead is another thing: each side has a telling word that is no form of the other's."""
    theirs, ours = _telling(instead), _telling(said)
    return _has_own(ours, theirs) and _has_own(theirs, ours)


def is_another_order(one: str, other: str) -> bool:
    """The same in another order: nearly all telling words are shared, and each side has one or two of its own."""
    first, second = (list(dict.fromkeys(_telling(words_of(said)[:COMPARED_WORDS]))) for said in (one, other))
    own = [word for word in first if not any(same_word(word, its) for its in second)]
    others = [word for word in second if not any(same_word(word, its) for its in first)]
    shared = len(first) - len(own)
    return 0 < len(own) <= _FEW and 0 < len(others) <= _FEW and shared >= _LEAST_SHARED * (len(own) + len(others))


def is_another_small_word(said: Words, instead: Words) -> bool:
    """Whether numbers or small words that matter stand in each other's place."""
    one, other = _small(said), _small(instead)
    return bool(one - other) and bool(other - one)


def same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: they begin alike and differ in an ending."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    ending = max(len(one), len(other)) - shared
    return one == other or (shared >= _SAME_BEGINNING and ending <= min(_LONGEST_ENDING, shared))


def _has_own(words: list[str], others: list[str]) -> bool:
    return any(not any(same_word(word, other) for other in others) for word in words)


def _telling(words: Words) -> list[str]:
    if any(SPACELESS.match(word) for word in words):
        return [word for word in words if not _KANA.match(word)]
    return [word for word in words if word not in SAYS_NOTHING and not any(map(str.isdigit, word))]


def _small(words: Words) -> set[str]:
    digits = (_IN_DIGITS.get(word, word) for word in words)
    return {word for word in digits if word.isdigit() or word in _SMALL}
