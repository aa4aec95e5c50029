"""Which lines are evidently a signature's: a name, a title, a company, an address, a number to call.

Everything else that stands below a closing is said: a postscript, an order, a new address, when to call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import label_of, plain
from services.intake.domain.mail.machine_words import asks_for
from services.intake.domain.text import fold_case

_CONTACT = re.compile(
    r"https?://\S+|www\.\S+|[^\s@<>]{1,64}@[^\s@<>]{1,255}|(?<![\w#-])\+?\(?\d[\d ()./-]{5,}\d(?![\w-])", re.I
)

_PHONE_DIGITS = 7

_SET_OFF = re.compile(r"\.?\s*[-–—|·•:]\s")
"""What stands between a company and its slogan."""

_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")

COMPANY = re.compile(
    r"\b(?:[gG]?mbH|GMBH|Ltd|LTD|Limited|Inc|INC|LLC|LLP|PLC|plc|Corp|KG|OHG|AG|SE|e\.\s?V|BV|B\.V|NV|N\.V|S\.?r\.?l|SRL"
    r"|S\.?p\.?A|S\.?A\.?S?|SARL|Sàrl|Lda|Ltda|Oy|OY|AB|ApS|A/S|AS|Pty|[sS]p\. z o|s\.r\.o|Kft|ООО|ЗАО|ПАО)\b"
    r"|株式会社|有限会社|有限公司|주식회사"
)
"""Forms of companies."""

ORNAMENT = re.compile(r"[\W_]*")
"""A blank line, a rule, three stars."""

LETTERS = re.compile(r"[^\W\d_]+")

_POSTSCRIPT = re.compile(r"(?:p\.?\s?){1,3}s\b|p\.?\s?d\b|n\.?\s?b\b|з\.?\s?ы\b|追伸", re.I)

_LABEL = re.compile(r"[^\s:：@/][^:：@/]{0,30}[:：](?!//)\s*(.*)$")

_SHOUTED = ("!", "！")

ASKED = ("?", "？", "。")

_MOST_LOWER = 3
"""Words of three letters and more that are not capitalised, in a line that can be a title or a slogan."""

_LOGOGRAMS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0590-\u06ff\u0900-\u097f]")
"""Scripts that have no capitals."""


def has_words(lines: Sequence[str]) -> bool:
    """Whether there is anything to read."""
    return any(plain(line) for line in lines)


def beside_signature(lines: Sequence[str], name: frozenset[str]) -> list[str]:
    """What of the lines below a closing is not evidently a signature, blank lines as they were."""
    kept: list[str] = []
    first = True
    for block in _blocks(lines):
        texts = [plain(line) for line in block]
        if not any(texts):
            kept += block
            continue
        reached = any(map(reaches, texts)) or any(map(COMPANY.search, texts))
        gone = [signs(text, name, under_name=first, reached=reached) for text in texts]
        told = texts[0].endswith((":", "：")) or _POSTSCRIPT.match(texts[0])
        if told or (not first and not (reached and all(gone))):
            kept += block
            first = False
            continue
        kept += [line for line, goes in zip(block, gone, strict=True) if not goes]
        first = False
    return ["", *kept] if has_words(kept) else []


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    """The lines parted at blank ones; each blank line is a block of its own."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not plain(line):
            blocks += [[line], []]
        else:
            blocks[-1].append(line)
    return [block for block in blocks if block]


def reaches(text: str) -> bool:
    """Whether the line is a way to reach somebody: an address, a page, a number to call, with little beside it."""
    found = [one for one in _CONTACT.findall(text) if not _DATE.fullmatch(one.strip())]
    numbers = [one for one in found if "@" not in one and "." not in one.strip("0123456789 ()./-+")]
    if not found or any(
        sum(map(str.isdigit, one)) < _PHONE_DIGITS for one in numbers if not one.lower().startswith(("http", "www"))
    ):
        return False
    return _lower_words(_CONTACT.sub(" ", text)) <= _MOST_LOWER


def _lower_words(text: str) -> int:
    return sum(1 for word in LETTERS.findall(text) if len(word) >= 3 and word[:1].islower())


def signs(text: str, name: frozenset[str], *, under_name: bool, reached: bool = False) -> bool:
    """Whether a line is evidently a name, a title, a company, an address or a number of a signature. ``reached``: a
    line beside it says how to reach somebody; then a number can be a house's.
    """
    if ORNAMENT.fullmatch(text):
        return True
    if text.endswith(ASKED) or _POSTSCRIPT.match(text) or asks_for(text) or (label_of(text) or ("",))[0] == "from":
        return False
    if reaches(text):
        return True
    labelled = _LABEL.match(text)
    if labelled and not COMPANY.search(
        text[: labelled.start(1)]
    ):  # an order, a serial number; a label in front of a number to call was told above
        return COMPANY.search(text) is not None and _lower_words(text) <= 1
    company = COMPANY.search(text)
    if company and reached and _SET_OFF.match(text[company.end() :]) and not _lower_words(text[: company.start()]):
        return True  # a company and its slogan
    words = frozenset(LETTERS.findall(fold_case(text)))
    named = bool(name & words) or COMPANY.search(text) is not None
    if named and _lower_words(text) <= _MOST_LOWER and len(text) <= 120:
        return True
    if (text.endswith(_SHOUTED) and not reached) or (
        text.endswith(".") and len(text.split()) > 3 and not any(map(str.isdigit, text))
    ):
        return False
    if any(map(str.isdigit, text)) and not reached:
        return False  # an order, a time, a room
    if _LOGOGRAMS.search(text):
        return under_name and len(text) <= 20
    return len(text) <= 70 and _lower_words(text) <= (1 if under_name else 0) and not text[:1].islower()
