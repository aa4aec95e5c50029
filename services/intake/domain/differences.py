"""What says that two tickets are two problems, however alike they are worded: other numbers, names, opposites."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from services.intake.domain.concepts import APART, ENGLISH, FOREIGN, MONTHS, NUMBERS, SAME_MONTH, TELLING
from services.intake.domain.wording import stem

_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d{2}\b|\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b\d{1,2}\.\d{2} ?(?:uhr|am|pm)\b"
    r"|\b\d+ ?(?:s|sec|seconds?|min|minutes?|h|hours?|days?|weeks?|months?|times?|x)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2} ?o'clock\b"
)
_MONEY = re.compile(
    r"(?:[€$£]|\b(?:eur|usd|gbp|chf)) ?(\d[\d.,]*+)"
    r"|(?<![\d.,])(\d[\d.,]*+) ?(?:[€$£]|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?)\b)"
    r"|(?<![\d.,-])(\d+[.,]\d\d)(?![\d.,-]| ?%)"
)
_NUMBER = re.compile(r"(?<![\w.])(?:[a-z]{1,5}-?)?\d(?:[\d-]|,(?=\d{3}))*\w*", re.I)
_OF_A_KIND = re.compile(r"\b([a-z]{3,}) (?:no\.? |nr\.? |number |#)?(\d{1,2})\b")
_NOT_COUNTED = frozenset(
    """the and for has have since until about only over after under than least around from with version
    january february march april may june july august september october november december""".split()  # noqa: SIM905
)
_NAME = re.compile(r"(?<=[\w,;)'\"] )[\"']?([A-ZÀ-Þ][\w-]{2,}|[A-ZÀ-Þ]{2,})")

_ASKS = re.compile(
    r"\bhow (?:do|can|could|to|would|should|much|many|long|often)\b|\bis there (?:a|an|any)\b|\bcan (?:i|we|you)\b"
    r"|\bis it possible\b|\bwhere (?:do|can) (?:i|we)\b|\bwhere is the (?:button|setting|option)"
    r"|\bdo(?:es)? (?:you|the|your|it)\b|\bwhat(?:'s| is| are) (?:the|your)\b|\b(?:by|until|since) when\b|\bwhich\b"
    r"|\bwie (?:kann|können|geht|viel|lange)\b|\bcomment (?:faire|puis|peut)|\bcómo (?:puedo|se)\b|\bgibt es\b"
)
_FAILS = re.compile(
    r"n't\b|\bcannot\b|\b(?:do|does|did|ca|wo|is|are|was)nt\b|\bnot\b|\bno longer\b|\bnever\b|any ?more\b|nobody"
    r"|\bnone\b|nothing|\bfail\w*|\bwrong|missing|stuck|stopp\w*|crash\w*|fr(?:eez|oz)\w*|\bhangs?\b|broken|error"
    r"|\blost\b|slow|\bdead\b|empty"
    r"|\bnicht\b|\bkein\w*|fehler|kaputt|\bne\b.{1,20}\bpas\b|\bno (?:puedo|ha|se|funciona)\b|erreur"
)
_DONE = re.compile(
    r"\bworks? (?:again|now|fine now)|\b(?:working|back up|online) again|\b(?:re)?solved\b|\b(?:is|was|are|got) fixed"
    r"|\ball good|\b(?:fine|okay) again|\bsorted (?:now|out)|never ?mind|found (?:it|the)|\bstable now"
    r"|no longer (?:need|necessary)"
    r"|(?:geht|funktioniert|klappt|läuft) (?:jetzt )?wieder|\berledigt\b|gelöst"
    r"|(?:re)?marche (?:à nouveau|maintenant)|résolu|ya funciona|solucionado|resuelto"
)
_ANOTHER = re.compile(
    r"\banother (?:one|thing|issue|problem|question|request|matter|topic|refund|order|invoice|ticket|case|return"
    r"|payment)|\b(?:different|separate|unrelated|other|new|further) (?:issue|problem|question|request|matter|topic)\b"
    r"|\bone more (?:thing|question)|\b(?:andere|weitere|neue)s? (?:frage|problem|sache|bestellung)"
    r"|\bautre (?:question|problème|commande)|\botr[ao] (?:pregunta|problema|pedido)"
)

_THANKS = re.compile(r"\b(?:thanks|thank you|thx|danke|merci|gracias)\b")
_NEEDS = re.compile(r"\?|\b(?:please|pls|need|want|would like|could|can|bitte|brauchen?|svp|por favor)\b")
_WORKS = re.compile(
    r"\bi (?:have |'ve )?(received)\b|\bcan (\w{3,})(?=[^.!?\n]{0,30}\bbut\b)"
    r"|\b(\w{3,}) (?:still )?(?:works?|is fine|are fine)\b"
)
_WORKS_NOT = re.compile(
    r"(?:\b(?:not|cannot|never|unable to)|n't) (?:(?:be|been|even|really|yet|always) )?(\w{3,})"
    r"|\b(\w{3,}) (?:fails?|(?:do|does|is)(?:n't| not) work\w*)\b"
)

_COMPARED_WORDS = 200
"""Words whose order is compared: the time grows with their square."""
_SAME_WORDING = 0.6
"""From here on two texts are worded alike (Ratcliff/Obershelp ratio of all their words in order)."""

_MONTH = re.compile(rf"\b(?:{MONTHS})\b")
_DATE = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?({MONTHS})\b|\b({MONTHS}) (\d{{1,2}})\b")
_MAY_THE_MONTH = re.compile(r"\b(?:in|for|since|from|of|last|this|until|by|early|late) may\b")
_CLOSED_SETS = tuple(
    tuple(re.compile(r"(?<!\w)(?:" + words.strip().replace("*", r"\w*") + r")(?!\w)") for words in line.split("/"))
    for line in APART.strip().splitlines()
)
_EMPTY = frozenset(f"{ENGLISH} {FOREIGN}".split())
_SMALL = frozenset(f"{TELLING} may".split())
_IN_DIGITS = {word: str(number) for number, word in enumerate(NUMBERS.split())}


Words = tuple[str, ...]


@dataclass(frozen=True)
class Details:
    """What of a ticket can contradict another: disjoint sets of the same kind speak of two problems."""

    numbers: frozenset[str]
    """Numbers that name one thing among many (an order, an error), not mere counts."""
    codes: frozenset[str]
    """Short names with a digit: class 7b, plan A4."""
    money: frozenset[str]
    counted: dict[str, frozenset[str]]
    months: frozenset[str]
    dates: frozenset[str]
    members: tuple[frozenset[int], ...]
    """Of each closed set (import / export), the places of the members that are named."""
    names: frozenset[str]
    asks: bool
    fails: bool
    works: frozenset[str]
    works_not: frozenset[str]
    done: bool
    another: bool
    words: Words


@lru_cache(maxsize=256)
def details(said: str, words: Words, is_english: bool) -> Details:
    """The details of a ticket's own words."""
    low = said.casefold()
    told = _TIME.sub(" ", low)
    money = frozenset(_plain("".join(found)) for found in _MONEY.findall(told))
    numbers = {_plain(found) for found in _NUMBER.findall(_MONEY.sub(" ", told))}
    counted: dict[str, frozenset[str]] = {}
    for noun, count in _OF_A_KIND.findall(told):
        if noun not in _NOT_COUNTED and noun not in _EMPTY:
            counted[noun] = counted.get(noun, frozenset()) | {count}
    asks, fails = bool(_ASKS.search(low)), bool(_FAILS.search(low))
    return Details(
        numbers=frozenset(number for number in numbers if _digits(number) >= 3),
        codes=frozenset(number for number in numbers if _digits(number) < 3 and not number.isdigit()),
        money=money,
        counted=counted,
        months=_months(low),
        dates=frozenset(a or d for a, _, _, d in _DATE.findall(low)),
        members=tuple(
            frozenset(place for place, word in enumerate(members) if word.search(low)) for members in _CLOSED_SETS
        ),
        names=frozenset(_names(said, words)) if is_english else frozenset(),
        asks=asks and not fails,
        fails=fails and not asks,
        works=_stems(_WORKS, low) - _stems(_WORKS_NOT, low),
        works_not=_stems(_WORKS_NOT, low),
        done=bool(_DONE.search(low) or (_THANKS.search(low) and not _NEEDS.search(low) and not fails)),
        another=bool(_ANOTHER.search(low)),
        words=words,
    )


def _stems(said: re.Pattern[str], low: str) -> frozenset[str]:
    return frozenset(stem("".join(found)) for found in said.findall(low))


def _plain(number: str) -> str:
    """A number as everybody writes it: 1,200.00 and 1.200 are 1200, 79,90 is 79.90."""
    whole = re.sub(r"[.,](?=\d{3}(?!\d))", "", number).rstrip(".,-")
    return re.sub(r"[.,](\d\d)$", r".\1", whole).removesuffix(".00")


def _digits(number: str) -> int:
    return sum(character.isdigit() for character in number)


def _months(low: str) -> frozenset[str]:
    """The months named; *may* is one only where a month can stand."""
    named = {SAME_MONTH.get(month, month) for month in _MONTH.findall(low)} - {"may"}
    return frozenset(named | {"may"} if _MAY_THE_MONTH.search(low) else named)


def _names(said: str, words: Words) -> set[str]:
    """Words with a capital within a sentence: who or what it is about, by name."""
    named = {found.casefold() for found in _NAME.findall(said)}
    return {name for name in named if name not in _EMPTY and not _MONTH.fullmatch(name)} & set(words)


def differences(one: Details, other: Details) -> list[str]:
    """Why these are two problems, in a word each; empty when nothing says so."""
    found = [
        name
        for name in ("numbers", "codes", "money", "months", "dates")
        if getattr(one, name) and getattr(other, name) and not getattr(one, name) & getattr(other, name)
    ]
    found += [noun for noun in one.counted.keys() & other.counted.keys() if not one.counted[noun] & other.counted[noun]]
    found += ["opposites" for a, b in zip(one.members, other.members, strict=True) if a and b and not a & b][:1]
    if _unknown(one.names, other.words) and _unknown(other.names, one.words):
        found.append("names")
    if (one.asks and other.fails) or (one.fails and other.asks):
        found.append("a question")
    if one.works & other.works_not or one.works_not & other.works:
        found.append("works there")
    if one.done != other.done:
        found.append("solved")
    if one.another != other.another:
        found.append("another")
    replaced = _replaced(one.words, other.words)
    if replaced is not None and (_denies(one, other) or _denies(other, one)):
        found.append("denied")
    if any(_is_another(_small(said), _small(instead)) for said, instead in replaced or ()):
        found.append("a small word")
    return found


def _unknown(names: frozenset[str], words: Words) -> bool:
    return any(
        not any(word[: len(name)] == name or (name.startswith(word) and len(word) > 3) for word in words)
        for name in names
    )


def says_another_word(one: Details, other: Details, meaning: Callable[[str], str]) -> bool:
    """Whether the wording is alike and a telling word in it is another: *export* for *import*, *pick* for *choose*.

    Who says the same thing twice in nearly the same words adds or leaves out, or means the same by another word; else
    another word is another thing. In quite other words nothing stands in anything's place.
    """
    replaced = _replaced(one.words, other.words) or ()
    return any(_is_another(_telling(said, meaning), _telling(instead, meaning)) for said, instead in replaced)


def _replaced(one: Words, other: Words) -> list[tuple[Words, Words]] | None:
    """Which words stand in the place of which; None when the two are not worded alike."""
    match = SequenceMatcher(None, one[:_COMPARED_WORDS], other[:_COMPARED_WORDS], autojunk=False)
    if match.ratio() < _SAME_WORDING:
        return None
    return [(one[a:b], other[c:d]) for kind, a, b, c, d in match.get_opcodes() if kind == "replace"]


def _denies(one: Details, other: Details) -> bool:
    return any(said not in other.works_not and said in map(stem, other.words) for said in one.works_not)


def _is_another(said: set[str], instead: set[str]) -> bool:
    return bool(said - instead) and bool(instead - said)


def _telling(words: Words, meaning: Callable[[str], str]) -> set[str]:
    """What the telling words among these mean, each by itself."""
    return {meaning(word) for word in words if len(word) > 1 and not word.isdigit() and word not in _EMPTY}


def _small(words: Words) -> set[str]:
    """The numbers among these, and the small words that matter."""
    plain = (_IN_DIGITS.get(word, word) for word in words)
    return {word for word in plain if word.isdigit() or word in _SMALL}
