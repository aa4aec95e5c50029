"""Whether two tickets of one customer are about the same problem, however they are worded.

Each ticket becomes a profile: what is the matter (*kinds*), what it is about (*things*), the other telling words, and
the numbers it names. Two profiles are compared; numbers that differ, or months, say that these are two problems.
A wrong fold hides a problem, so what is not clearly alike is not the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from services.intake.domain.concepts import EMPTY, KINDS, MONTHS, SAME_MONTH, THINGS

_COMPARED_CHARS = 3_000
_WORD = re.compile(r"[\w'’-]*\w")
_SPACELESS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo"
    r"|guten (?:tag|morgen|abend)|sehr geehrte|liebe[sr]?"
    r"|bonjour|bonsoir|hola|buenos|buenas|ciao|buongiorno|olá)\b[^.!?\n]{0,40}[,.!:]?\s*(?=\n)",
    re.I,
)
_SIGNED = re.compile(
    r"\n\s*(?:--|(?:(?:best|kind|warm|many) )?regards|best|sincerely|yours|cheers|thanks(?: and regards)?"
    r"|thank you|many thanks"
    r"|mit freundlichen|viele grüße|beste grüße|freundliche grüße|mfg|lg|vg"
    r"|danke|vielen dank|cordialement|merci|saludos|gracias)"
    r"[^\n]{0,40}(?:\n[^\n]{0,80}){0,8}\s*\Z",
    re.I,
)
_SPEAKER = re.compile(
    r"^\s*(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*)?(?:customer|visitor|user|me|kunde|client)\s*:\s*", re.I | re.M
)
_IDENTIFIER = re.compile(r"(?<![\w.])(?=[\w-]*\d)(?:[a-z]{1,5}-?)?\d[\d-]{2,}\w*", re.I)
_SMALL_NUMBER = re.compile(r"(?<![\w.,:-])\d{1,2}(?![\w.,:-])")
_YEAR_OR_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d{2}\b|\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b"
    r"|\b\d+ ?(?:s|sec|seconds|minutes|min|hours|h|days)\b"
)


def _pattern(words: str) -> str:
    return "|".join(
        re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
        for word in sorted(words.split("|"), key=len, reverse=True)
        if word.strip()
    )


_KINDS = {name: re.compile(rf"(?<![\w'])(?:{_pattern(words)})(?![\w'])") for name, words in KINDS.items()}
_THINGS = {name: re.compile(rf"(?<![\w'])(?:{_pattern(words)})(?![\w'])") for name, words in THINGS.items()}
_MONTH = re.compile(rf"\b(?:{MONTHS})\b")
_MAY_THE_MONTH = re.compile(r"\b(?:in|for|since|from|of|last|this|until|by|early|late) may\b")
_SPOKEN_OF = frozenset({"colour", "broken-thing"})
"""Ideas whose words do not mean the same: a blue chair is not a green lamp."""
_EMPTY = frozenset(EMPTY.split())
_ENDINGS = re.compile(r"(?:ingly|ings?|edly|ed|ies|es|s|ly|ung|ungen|en|em|er|e|n|t)$")


@dataclass(frozen=True)
class Profile:
    """What a ticket says, as far as it can be compared."""

    kinds: frozenset[str]
    things: frozenset[str]
    others: frozenset[str]
    numbers: frozenset[str]
    small: frozenset[str]
    months: frozenset[str]
    words: tuple[str, ...]


def same_problem(a: tuple[str, str], b: tuple[str, str]) -> float:
    """How sure (0..1) it is that two (subject, text) are one problem."""
    one, other = profile(*a), profile(*b)
    if one.words == other.words:
        return 1.0 if one.words else float(_bare(*a) == _bare(*b))
    if not one.words or not other.words:
        return 0.0
    likeness = _likeness(one, other) * _agreement(one, other)
    if likeness > _CONTRAST and _says_another_word(one, other):
        return _CONTRAST
    return round(likeness, 4)


def _bare(subject: str, text: str) -> list[str]:
    return f"{subject} {text}".split()


@lru_cache(maxsize=256)
def profile(subject: str, text: str) -> Profile:
    """The profile of a ticket, without greeting, signature and the speakers of a transcript."""
    body = _GREETING.sub("", _SPEAKER.sub("", text[:_COMPARED_CHARS].replace("’", "'")) + "\n")
    signed = _SIGNED.search("\n" + body.strip())
    body = body.strip()[: max(0, signed.start() - 1)] if signed and signed.start() > 10 else body
    words = f"{_bare_subject(subject)}\n{body}".casefold().strip()
    told = _YEAR_OR_TIME.sub(" ", words)
    found_kinds, rest = _named(_KINDS, words)
    found_things, rest_things = _named(_THINGS, words)
    covered = rest | rest_things
    numbers = frozenset(one.strip("-") for one in _IDENTIFIER.findall(told))
    return Profile(
        kinds=found_kinds,
        things=found_things,
        others=frozenset(_others(words, covered)),
        numbers=numbers,
        small=frozenset(_SMALL_NUMBER.findall(told)),
        months=_months(words),
        words=tuple(_WORD.findall(words)),
    )


def _months(words: str) -> frozenset[str]:
    """The months named; *may* is one only where a month can stand."""
    named = {SAME_MONTH.get(month, month) for month in _MONTH.findall(words)} - {"may"}
    return frozenset(named | {"may"} if _MAY_THE_MONTH.search(words) else named)


@lru_cache(maxsize=4096)
def _meaning(word: str) -> str:
    """The idea that a word by itself names, else its stem."""
    for name, pattern in (*_KINDS.items(), *_THINGS.items()):
        if name not in _SPOKEN_OF and pattern.fullmatch(word):
            return name
    return _stem(word)


def _bare_subject(subject: str) -> str:
    return re.sub(r"^(?:\s*(?:re|fwd?|aw|wg|sv|tr|rv|antw)\s*:)+", "", subject, flags=re.I).strip()


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
            telling.add(_stem(word))
    return telling


def _stem(word: str) -> str:
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= 4 else word


def _likeness(one: Profile, other: Profile) -> float:
    """How much of what the two tickets say they both say: ideas count double, since other words can be many."""

    def said(of: Profile) -> dict[str, float]:
        named = {f"kind {name}": 2.0 for name in of.kinds} | {f"thing {name}": 1.6 for name in of.things}
        return named | {f"number {one}": 1.2 for one in of.numbers} | dict.fromkeys(of.others, 0.8)

    first, second = said(one), said(other)
    shared = sum(weight for idea, weight in first.items() if idea in second)
    smaller, larger = sorted((sum(first.values()), sum(second.values())))
    if smaller == 0 or shared < _LEAST_SHARED:
        return 0.0
    return 0.6 * shared / smaller + 0.4 * shared / larger


_CONTRAST = 0.5
"""The most that two tickets can be alike which say the same in the same words but for another one in its place."""
_SAME_WORDING = 0.6
"""From here on two texts are worded alike (Ratcliff/Obershelp ratio of all their words in order)."""


def _says_another_word(one: Profile, other: Profile) -> bool:
    """Whether the wording is alike and a telling word in it is another: *export* for *import*, *Paris* for *Lyon*.

    Who says the same thing twice in nearly the same words adds or leaves out; who puts another word in one's place
    means another thing. In quite other words nothing stands in anything's place, and nothing can be told from it.
    """
    match = SequenceMatcher(None, one.words, other.words, autojunk=False)
    return match.ratio() >= _SAME_WORDING and any(
        kind == "replace" and _is_another(_meanings(one.words[a:b]), _meanings(other.words[c:d]))
        for kind, a, b, c, d in match.get_opcodes()
    )


def _is_another(said: set[str], instead: set[str]) -> bool:
    return bool(said - instead) and bool(instead - said)


def _meanings(words: tuple[str, ...]) -> set[str]:
    """What the telling words among these mean, each by itself."""
    return {_meaning(word) for word in words if len(word) > 1 and (word == "may" or word not in _EMPTY)}


_LEAST_SHARED = 2.5
"""One idea in common is too little to call two tickets one, however short they are."""


def _agreement(one: Profile, other: Profile) -> float:
    """How little speaks against it: other numbers, other months, another matter with the same thing."""
    factor = 1.0
    for first, second, doubt in (
        (one.numbers, other.numbers, 0.3),
        (one.months, other.months, 0.4),
        (one.small, other.small, 0.7),
        (one.kinds, other.kinds, 0.4),
        (one.things, other.things, 0.6),
    ):
        if first and second and not first & second:
            factor *= doubt
    return factor * (0.9 if bool(one.kinds) != bool(other.kinds) else 1.0)
