"""How a letter ends: the closing, who signs it, and how to reach them.

Only what is evidently that goes: a name, a title, a company, an address, a number. Below a closing people also write a
postscript, a new address, an order number, when to call: whatever else stands there stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import label_of, plain
from services.intake.domain.mail.machine_words import asks_for
from services.intake.domain.mail.vocabulary import CLOSING_COMPANIONS, CLOSING_CORES, THANKS
from services.intake.domain.text import fold_case

_LONGEST = 16
"""Filled lines that can still be a signature."""
_MOST_CLOSINGS = 4
"""Signature, name, and a closing of two lines."""
_CONTACT = re.compile(
    r"https?://\S+|www\.\S+|[^\s@<>]{1,64}@[^\s@<>]{1,255}|(?<![\w#-])\+?\(?\d[\d ()./-]{5,}\d(?![\w-])", re.I
)
_PHONE_DIGITS = 7
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_COMPANY = re.compile(
    r"\b(?:[gG]?mbH|GMBH|Ltd|LTD|Limited|Inc|INC|LLC|LLP|PLC|plc|Corp|KG|OHG|AG|SE|e\.\s?V|BV|B\.V|NV|N\.V|S\.?r\.?l|SRL"
    r"|S\.?p\.?A|S\.?A\.?S?|SARL|Sàrl|Lda|Ltda|Oy|OY|AB|ApS|A/S|AS|Pty|[sS]p\. z o|s\.r\.o|Kft|ООО|ЗАО|ПАО)\b"
    r"|株式会社|有限会社|有限公司|주식회사"
)
"""Forms of companies."""
_ORNAMENT = re.compile(r"[\W_]*")
"""A blank line, a rule, three stars."""
_LETTERS = re.compile(r"[^\W\d_]+")
_POSTSCRIPT = re.compile(r"(?:p\.?\s?){1,3}s\b|p\.?\s?d\b|n\.?\s?b\b|з\.?\s?ы\b|追伸", re.I)
_LABEL = re.compile(r"[^\s:：@/][^:：@/]{0,30}[:：](?!//)\s*(.*)$")
_SHOUTED = ("!", "！")
_ASKED = ("?", "？", "。")
_MOST_LOWER = 3
"""Words of three letters and more that are not capitalised, in a line that can be a title or a slogan."""
_LOGOGRAMS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0590-\u06ff\u0900-\u097f]")
"""Scripts that have no capitals."""


def without_closing(lines: list[str], signer: str) -> list[str]:
    """Without the closing and who signs it. A bare *Thanks, Ann* stays: it is said, not signed.

    ``signer``: the name the mail came under, or its address; a last paragraph that begins with it is a signature, also
    without a closing.
    """
    name = frozenset(_LETTERS.findall(fold_case(signer.partition("@")[0])))
    for _ in range(_MOST_CLOSINGS):
        found = _closing_at(lines, name) or _signed_at(lines, name)
        if found is None:
            break
        at, below = found
        left = [*lines[:at], *beside_signature(lines[below:], name)]
        if not has_words(lines[:at]) or left == lines:
            break
        lines = left
    return lines


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
        reached = any(map(_reaches, texts)) or any(map(_COMPANY.search, texts))
        signs = [_signs(text, name, under_name=first, reached=reached) for text in texts]
        told = texts[0].endswith((":", "：")) or _POSTSCRIPT.match(texts[0])
        if told or (not first and not (reached and all(signs))):
            kept += block
            first = False
            continue
        kept += [line for line, gone in zip(block, signs, strict=True) if not gone]
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


def _reaches(text: str) -> bool:
    """Whether the line is a way to reach somebody: an address, a page, a number to call, with little beside it."""
    found = [one for one in _CONTACT.findall(text) if not _DATE.fullmatch(one.strip())]
    numbers = [one for one in found if "@" not in one and "." not in one.strip("0123456789 ()./-+")]
    if not found or any(
        sum(map(str.isdigit, one)) < _PHONE_DIGITS for one in numbers if not one.lower().startswith(("http", "www"))
    ):
        return False
    return _lower_words(_CONTACT.sub(" ", text)) <= _MOST_LOWER


def _lower_words(text: str) -> int:
    return sum(1 for word in _LETTERS.findall(text) if len(word) >= 3 and word[:1].islower())


def _signs(text: str, name: frozenset[str], *, under_name: bool, reached: bool = False) -> bool:
    """Whether a line is evidently a name, a title, a company, an address or a number of a signature. ``reached``: a
    line beside it says how to reach somebody; then a number can be a house's.
    """
    if _ORNAMENT.fullmatch(text):
        return True
    if text.endswith(_ASKED) or _POSTSCRIPT.match(text) or asks_for(text) or (label_of(text) or ("",))[0] == "from":
        return False
    if _reaches(text):
        return True
    labelled = _LABEL.match(text)
    if labelled and not _COMPANY.search(
        text[: labelled.start(1)]
    ):  # an order, a serial number; a label in front of a number to call was told above
        return _COMPANY.search(text) is not None and _lower_words(text) <= 1
    words = frozenset(_LETTERS.findall(fold_case(text)))
    named = bool(name & words) or _COMPANY.search(text) is not None
    if named and _lower_words(text) <= _MOST_LOWER and len(text) <= 120:
        return True
    if text.endswith((".", *_SHOUTED)) and len(text.split()) > 3 and not any(map(str.isdigit, text)):
        return False
    if any(map(str.isdigit, text)) and not reached:
        return False  # an order, a time, a room
    if _LOGOGRAMS.search(text):
        return under_name and len(text) <= 20
    return len(text) <= 70 and _lower_words(text) <= (1 if under_name else 0) and not text[:1].islower()


def _closing_at(lines: Sequence[str], name: frozenset[str]) -> tuple[int, int] | None:
    """Where the last closing begins, and where what signs under it does."""
    filled = 0
    for at in range(len(lines) - 1, -1, -1):
        text = plain(lines[at])
        if not text:
            continue
        below = [plain(line) for line in lines[at + 1 :] if plain(line)]
        filled += 1
        if filled > _LONGEST:
            return None
        if _is_announced(lines, at):
            continue
        if _is_closing(text) or _closes_with_name(text, name):
            if not below or _signs(below[0], name, under_name=True):
                return at, at + 1
        elif _is_closed_by(text, below, name) and (at == 0 or not plain(lines[at - 1])):
            return at, at + 1
        elif (
            _is_thanks(text)
            and len(below) >= 2
            and any(map(_reaches, below))
            and _signs(below[0], name, under_name=True)
        ):
            return at + 1, at + 1
    return None


def _is_thanks(text: str) -> bool:
    return fold_case(text.strip("*_ ").rstrip(",.!;:。，！- ")) in THANKS


def _is_closed_by(text: str, below: Sequence[str], name: frozenset[str]) -> bool:
    """Whether a few words stand over the signer's own name: a closing in whatever language."""
    words = _LETTERS.findall(fold_case(below[0])) if below else []
    few = (
        len(text.split()) <= (5 if text.endswith((",", "，")) else 3)
        and not text.endswith(_ASKED)
        and not any(map(str.isdigit, text))
    )
    signed = (
        0 < len(words) <= 4
        and name.issuperset(words)
        and (len(words) > 1 or len(name) == 1 or text.endswith((",", "，")))
    )
    return few and signed and not _is_thanks(text)


def _is_closing(text: str) -> bool:
    """*Avec mes meilleures salutations*, *Mit sonnigen Grüßen aus Köln*: a core word, its companions, maybe a place."""
    bare = fold_case(text.strip("*_ ").rstrip(",.!;:。，！- "))
    if text[:1].isdigit():
        return False
    if all(one.strip() in CLOSING_CORES for one in re.split(r"[/|。]", bare)):
        return True
    words = _LETTERS.findall(text)
    folded = [fold_case(word) for word in words]
    core = next((at for at, word in enumerate(folded) if word in CLOSING_CORES), None)
    if core is None or len(words) > 8 or text.rstrip().endswith(("?", ":")):
        return False
    place = next((at for at in range(core + 1, len(words)) if folded[at] in _PLACES), len(words))
    return all(word in CLOSING_CORES or word in CLOSING_COMPANIONS for word in folded[:place]) and all(
        word[:1].isupper() or fold_case(word) in CLOSING_COMPANIONS for word in words[place:]
    )


_PLACES = frozenset(("from", "aus", "de", "du", "desde", "da", "dal", "uit", "från", "fra", "z", "ze", "из"))


def _closes_with_name(text: str, signer: frozenset[str]) -> bool:
    """Whether the line is a closing and a name: *Regards, Ann*, *LG Tom*."""
    words = text.strip("*_ ").split() if len(text) <= 60 else []
    for count in range(min(4, len(words) - 1), 0, -1):
        closing, name = " ".join(words[:count]), words[count:]
        if _is_closing(closing) and len(name) <= 4 and not any(word[:1].islower() for word in name):
            named = signer.issuperset(_LETTERS.findall(fold_case(" ".join(name))))
            return named or closing.endswith(",")
    return False


def _signed_at(lines: Sequence[str], name: frozenset[str]) -> tuple[int, int] | None:
    """Where the last paragraphs begin, when they begin with the signer's whole name and nothing announces it."""
    filled = [at for at, line in enumerate(lines) if plain(line)][-_LONGEST:]
    for position, at in enumerate(filled):
        rest = [plain(lines[one]) for one in filled[position:]]
        if not _begins_with(rest[0], name, reachable=any(map(_reaches, rest))) or not _signs(
            rest[0], name, under_name=True
        ):
            continue
        start = at
        while start > 0 and _ORNAMENT.fullmatch(plain(lines[start - 1])):
            start -= 1
        if at > 0 and (start == at or _is_announced(lines, at)):
            continue
        return start, start
    return None


def _is_announced(lines: Sequence[str], at: int) -> bool:
    """Whether the words above end in a colon or in the middle: what follows is told, not signed (*Deliver to*)."""
    above = next((text for text in map(plain, reversed(lines[:at])) if not _ORNAMENT.fullmatch(text)), "")
    return above.endswith((":", "：")) or fold_case(above).split(" ")[-1] in _UNFINISHED


_UNFINISHED = frozenset(
    ("to", "at", "is", "are", "for", "an", "für", "ist", "à", "pour", "est", "para", "es", "per", "è", "aan", "naar")
)


def _begins_with(text: str, name: frozenset[str], *, reachable: bool) -> bool:
    """Whether a line is a name, with nothing but a title before it and something set off behind it."""
    line = fold_case(text[:80])
    if line.startswith(("[", "(", "<")):
        return False  # the mark of an answer
    words = _LETTERS.findall(line)
    if len(name) < 2 and not reachable and not (words and len(words) == 1 and not text.isascii()):
        return False  # a first name alone is how people end what they say
    if not name or not name <= set(words):
        return False
    first = next(at for at, word in enumerate(words) if word in name)
    behind = line
    for word in words[: first + len(name)]:
        behind = behind.partition(word)[2]
    before = words[:first]
    return (
        len(before) <= 2
        and all(len(word) <= 4 for word in before)
        and (not behind.strip() or not behind.lstrip()[0].isalnum())
    )
