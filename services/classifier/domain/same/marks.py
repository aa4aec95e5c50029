"""What a ticket names that another one can contradict: numbers, letters, dates, names, members of closed sets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from services.classifier.domain.same.sets import SAYS_NOTHING, SETS

_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d{2}\b|\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\b\d{1,2}\.\d{2} ?(?:uhr|am|pm)\b"
    r"|\b\d+ ?(?:s|sec|seconds?|min|minutes?|minuten|h|hours?|stunden?|days?|tagen?|weeks?|wochen|months?|times?|x)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2} ?o'clock\b"
)
_MONEY = re.compile(
    r"(?:[€$£]|\b(?:eur|usd|gbp|chf)) ?(\d[\d.,]*+)"
    r"|(?<![\d.,])(\d[\d.,]*+) ?(?:[€$£]|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?)\b)"
    r"|(?<![\d.,-])(\d+[.,]\d\d)(?![\d.,-]| ?%)"
)
_ADDRESS = re.compile(r"(?<![\w.])\d{1,4}(?:\.\d{1,4}){3}(?![\w.])")
"""Addresses of machines, long versions of programs."""
_NUMBER = re.compile(r"(?<![a-z0-9.])(?:[a-z]{1,5}-?)?\d(?:[\d-]|,(?=\d{3}))*[a-z0-9]*", re.I)
_OF_A_KIND = re.compile(r"\b([^\W\d_]{3,}) (?:no\.? |nr\.? |n° |number |#)?(\d{1,2})\b")
_NOT_COUNTED = frozenset(
    [
        "the",
        "and",
        "for",
        "has",
        "have",
        "since",
        "until",
        "about",
        "only",
        "over",
        "after",
        "under",
        "than",
        "least",
        "around",
        "from",
        "with",
        "version",
    ]
)

_LETTER = re.compile(r"(?<![A-Za-z0-9À-ÿ'’.-])(?:[A-Z]|X{1,3}[LS]|[IVX]{2,4})(?![A-Za-z0-9À-ÿ'’]|\.[A-Za-z]|-)")
"""A letter that names one of several: size M, wing B, drive D:, part II."""
_PART_ONE = re.compile(r"\b[a-zà-ÿ]{3,} I(?:(?= (?:of|in|on|at|von|im|du|de|del|della|van|z)\b)|(?! [a-z']|'|\w))")
"""A Roman one, where *I* can be nobody: part I of the exam."""
_BEGINS = re.compile(r"(?:^|[.!?:\n]\s*)$")

_NAME = re.compile(r"(?<=[\w,;)'\"] )[\"']?([A-ZÀ-ÞŁŚŻŹĆ][\w-]{2,}|[A-ZÀ-Þ]{2,})")
_CALLED = re.compile(r"([一-鿿゠-ヿ가-힣]{1,4}) ?(?:さん|様|さま|先生|氏|님)|把?([一-鿿]{2,3})的密码")
_AT = re.compile(
    r"\b(?:in|at|near|bei)\s+([^\W\d_]{3,})\b|\b([^\W\d_]{3,})\s+(?:shop|store|branch|office|depot|warehouse|filiale)\b"
)
"""Where it is, by name: *in leeds*, *the bradford shop*; no capital tells in a chat, nor in German."""
_AT_RUN_TOGETHER = re.compile(
    r"([\u30a0-\u30ff\u4e00-\u9fff]{2})(?:支店|分店|営業所|事務所|工場|办公室|门店|仓库|校区|店)|([가-힣]{2,4})점(?![가-힣]{2})"
)
"""The same where nothing parts the words: the last two signs before *branch*, *office*, *shop*."""
_GERMAN = re.compile(r"\b(?:der|die|das|und|nicht|ist|ich|mit|ein|eine|im|auf|wir)\b")

_MAY = re.compile(r"\b(?:in|for|since|from|of|last|this|until|by|early|late) may\b")
_DAY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.|º|er)? (?:of |de )?([^\W\d_]{3,})|\b([^\W\d_]{3,}) (\d{1,2})(?:st|nd|rd|th)?\b"
)
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_HAS_CJK = re.compile(f"[{_CJK}]")
SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

Words = tuple[str, ...]


def _member(words: str) -> re.Pattern[str]:
    plain, run_together = list[str](), list[str]()
    for word in filter(None, map(str.strip, words.split("|"))):
        pattern = word.replace("*", r"\w*").replace(" ", r"\s+")
        (run_together if _HAS_CJK.search(word) else plain).append(pattern)
    return re.compile("|".join(filter(None, (rf"(?<!\w)(?:{'|'.join(plain)})(?!\w)" if plain else "", *run_together))))


Members = tuple[re.Pattern[str], ...]


@cache
def _sets() -> tuple[Members, ...]:
    """The closed sets; made when two tickets are first compared: 60 ms that most starts need not pay."""
    return tuple(tuple(_member(words) for words in line.split(" / ")) for line in SETS.strip().splitlines())


_MONTHS, _MAY_AMONG_THEM = 1, 4


@dataclass(frozen=True)
class Marks:
    """Sets of one kind that have nothing in common speak of two problems."""

    numbers: frozenset[str]
    """Numbers that name one thing among many (an order, an error), not mere counts."""
    codes: frozenset[str]
    """Short names with a digit: class 7b, plan A4."""
    addresses: frozenset[str]
    money: frozenset[str]
    counted: dict[str, frozenset[str]]
    letters: frozenset[str]
    days: frozenset[str]
    members: tuple[frozenset[int], ...]
    """Of each closed set (import / export), the places of the members that are named."""
    names: frozenset[str]
    places: frozenset[str]
    called: frozenset[str]
    """People named with their title where no capital tells: 田中さん."""


def plain(text: str) -> str:
    """Full-width digits and letters as everybody's, one kind of apostrophe."""
    return unicodedata.normalize("NFKC", text).replace("’", "'")


@lru_cache(maxsize=256)
def marks_of(said: str) -> Marks:
    """The marks of a ticket's own words."""
    low = said.casefold()
    addresses = frozenset(_ADDRESS.findall(low))
    told = _TIME.sub(" ", _ADDRESS.sub(" ", low))
    money = frozenset(_number("".join(found)) for found in _MONEY.findall(told))
    numbers = {_number(found) for found in _NUMBER.findall(_MONEY.sub(" ", told))}
    counted: dict[str, frozenset[str]] = {}
    for noun, count in _OF_A_KIND.findall(told):
        if noun not in _NOT_COUNTED and noun not in SAYS_NOTHING:
            counted[noun] = counted.get(noun, frozenset()) | {count}
    return Marks(
        numbers=frozenset(number for number in numbers if _digits(number) >= 3),
        codes=frozenset(number for number in numbers if _digits(number) < 3 and not number.isdigit()),
        addresses=addresses,
        money=money,
        counted=counted,
        letters=_letters(said),
        days=frozenset(a or d for a, b, c, d in _DAY.findall(low) if _is_month(b or c)),
        members=tuple(_named(number, low) for number in range(len(_sets()))),
        names=_names(said),
        places=frozenset(a or b for a, b in (*_AT.findall(low), *_AT_RUN_TOGETHER.findall(low))) - SAYS_NOTHING,
        called=frozenset("".join(found) for found in _CALLED.findall(said)),
    )


def _named(number: int, low: str) -> frozenset[int]:
    found = {place for place, word in enumerate(_sets()[number]) if word.search(low)}
    if number == _MONTHS and _MAY.search(low):
        found.add(_MAY_AMONG_THEM)
    return frozenset(found)


def _is_month(word: str) -> bool:
    return word == "may" or any(month.fullmatch(word) for month in _sets()[_MONTHS])


def _letters(said: str) -> frozenset[str]:
    """Letters that name something. *A* and *I* begin sentences, and a text in capitals has none to tell."""
    if sum(map(str.isupper, said)) * 2 > sum(map(str.isalpha, said)) > 12:
        return frozenset()
    found = {one[0] for one in _LETTER.finditer(said) if not _is_a_word(one, said)}
    return frozenset(found | {"I"} if _PART_ONE.search(said) else found)


def _is_a_word(found: re.Match[str], said: str) -> bool:
    """Whether a single letter may be a word of some language (I; A, O, W, Y at a sentence's beginning), not a name."""
    begins = bool(_BEGINS.search(said[: found.start()])) and said[found.end() : found.end() + 1] == " "
    return found[0] == "I" or (found[0] in "AEOUWYZ" and begins)


def _number(number: str) -> str:
    """A number as everybody writes it: 1,200.00 and 1.200 are 1200, 79,90 is 79.90."""
    whole = re.sub(r"[.,](?=\d{3}(?!\d))", "", number).rstrip(".,-")
    return re.sub(r"[.,](\d\d)$", r".\1", whole).removesuffix(".00")


def _digits(number: str) -> int:
    return sum(character.isdigit() for character in number)


def _names(said: str) -> frozenset[str]:
    """Words with a capital within a sentence: who or what it is about, by name. German writes every noun so."""
    if len(_GERMAN.findall(said.casefold())) > 1:
        return frozenset()
    named = {found.casefold() for found in _NAME.findall(said)}
    return frozenset(name for name in named if name not in SAYS_NOTHING and not _is_month(name))
