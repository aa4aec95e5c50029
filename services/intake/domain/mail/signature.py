"""What a mail carries besides its words: banner, signature, how a telephone signs, disclaimer, a list's footer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import label_of, plain
from services.intake.domain.mail.vocabulary import BANNERS, CLOSINGS, DISCLAIMERS, FOOTERS, SENT_FROM, THANKS

_LONGEST_SIGNATURE = 12
"""Lines under a closing that can still be a signature."""
_LIST_RULE = re.compile(r"^[_-]{20,}\s*$")
_ORNAMENT = re.compile(r"^(?:P|[^\w\s]{1,3})\s+(?=\w)")
"""A tree (a letter P in a font of symbols) in front of *Please consider the environment*."""
_CONTACT = re.compile(
    r"https?://|www\.|@|\+?\d[\d ()./-]{6,}\d|\b(?:tel|phone|mobil|fax|gmbh|ltd|inc|llc|s\.?a\.?)\b", re.I
)


def without_banner(lines: list[str]) -> list[str]:
    """The lines without the warning that a mail server sets above mail from outside."""
    kept, filled = list(lines), 0
    for at, line in enumerate(lines):
        text = plain(line).strip("*[]() ").casefold()
        if not text:
            continue
        filled += 1
        if filled > 4:
            break
        if any(text.startswith(phrase.strip("[]")) for phrase in BANNERS) and len(text) < 400:
            kept[at] = ""
    return kept


def without_signature(lines: list[str]) -> list[str]:
    """The lines without signature, disclaimer, footer and what a telephone adds."""
    cut = len(lines)
    for at, line in enumerate(lines):
        if _ends_words(lines, at, line):
            cut = at
            break
    kept = [line for at, line in enumerate(lines[:cut]) if not _is_sent_from(line, lines[at + 1 : at + 2])]
    return _without_closing(kept) if has_words(kept) else kept


def _ends_words(lines: Sequence[str], at: int, line: str) -> bool:
    bare = line.rstrip("\r\n")
    if bare in ("-- ", "--", "—", "– ", "--\u00a0", "- --", "__ ", "___") or bare.strip() in ("--", "-- "):
        return True
    text = plain(line)
    if not text:
        return False
    lowered = _ORNAMENT.sub("", text.strip('*_ "[]')).casefold()
    if any(lowered.startswith(phrase) for phrase in FOOTERS) and not _has_more_words(lines, at, 8):
        return True
    if any(lowered.startswith(phrase) for phrase in DISCLAIMERS):
        return _is_disclaimer(lines, at)
    return bool(_LIST_RULE.match(text)) and _is_list_footer(lines, at)


def _is_list_footer(lines: Sequence[str], at: int) -> bool:
    below = " ".join(plain(line) for line in lines[at + 1 : at + 6]).casefold()
    return "mailing list" in below or "unsubscribe" in below or "listinfo" in below or "mailman" in below


def _has_more_words(lines: Sequence[str], at: int, most: int) -> bool:
    return sum(1 for line in lines[at + 1 : at + 4 * most] if plain(line)) > most


def _is_disclaimer(lines: Sequence[str], at: int) -> bool:
    rest = [plain(line) for line in lines[at : at + 30] if plain(line)]
    starts_paragraph = at == 0 or not plain(lines[at - 1]) or not plain(lines[at - 1])[-1:].isalnum()
    telling = " ".join(rest).casefold()
    legal = sum(telling.count(word) for word in _LEGAL)
    return starts_paragraph and at > 0 and (legal >= 1 or len(rest) <= 2)


_LEGAL = (
    "confiden",
    "intended",
    "recipient",
    "vertraulich",
    "empfänger",
    "destinat",
    "riservat",
    "vertrouwelijk",
    "privileg",
    "poufn",
    "adresat",
    "důvěrn",
    "bizalmas",
    "конфиденц",
    "получател",
    "конфіденц",
    "εμπιστ",
    "gizli",
    "fortrolig",
    "konfidentiel",
    "luottamuk",
    "机密",
    "機密",
    "保密",
    "秘密",
    "기밀",
    "سري",
    "חסוי",
    "environment",
    "umwelt",
    "virus",
    "printing",
    "print",
    "imprimir",
    "stampare",
    "bảo mật",
    "rahasia",
    "liable",
    "views",
    "opinion",
    "avg",
    "avast",
    "salaj",
    "zaupn",
    "povjerljiv",
    "dôvern",
    "ambiente",
    "papier",
    "paper",
)


def _is_sent_from(line: str, below: Sequence[str]) -> bool:
    text = plain(line).strip("*_ <>[]()").casefold()
    if not text or len(text) > 90 or (_is_sentence(text) and has_words(below)):
        return False
    return any(
        text.startswith(phrase)
        or (not phrase.isascii() and len(phrase) > 3 and text.endswith(phrase) and len(text) < 40)
        for phrase in SENT_FROM
    )


def _without_closing(lines: list[str]) -> list[str]:
    """Without the closing and who signs under it. A bare *Thanks, Ann* stays: it is said, not signed."""
    while True:
        cut = _closing_at(lines)
        if cut is None or not has_words(lines[:cut]):
            return lines
        lines = lines[:cut]


def _closing_at(lines: Sequence[str]) -> int | None:
    """Where the last closing and what signs under it begin."""
    for at in range(len(lines) - 1, -1, -1):
        text = plain(lines[at])
        if not text:
            continue
        below = [plain(line) for line in lines[at + 1 :] if plain(line)]
        if len(below) > _LONGEST_SIGNATURE:
            return None
        words = text.strip("*_ ").rstrip(",.!;:。，！- ").casefold()
        if (words in CLOSINGS or _closes_with_name(text)) and _signs(below):
            return at
        if words in THANKS and len(below) >= 2 and _signs(below) and any(map(_CONTACT.search, below)):
            return at + 1
    return None


def _closes_with_name(text: str) -> bool:
    """Whether the line is a closing and a name: *Regards, Ann*, *LG Tom*."""
    if len(text) > 60:
        return False
    words = text.strip("*_ ").split()
    for count in range(min(4, len(words) - 1), 0, -1):
        closing, name = " ".join(words[:count]), words[count:]
        known = closing.rstrip(",.!–—- ").casefold()
        if known in CLOSINGS and len(name) <= 4 and all(word[:1].isupper() or not word[:1].isalpha() for word in name):
            return closing.endswith(",") or known not in _ALSO_SAID
    return False


_ALSO_SAID = frozenset(("best", "yours", "cheers", "regards", "take care", "saluti", "saludos", "groet", "hilsen"))
"""Closings that begin other lines too: a name under them is told by the comma."""


def _signs(below: Sequence[str]) -> bool:
    """Whether the lines can be a name, a title and how to reach them, rather than more of what is said."""
    if any((label_of(line) or ("",))[0] == "from" for line in below):
        return False
    return all(len(line) <= 120 and not _is_sentence(line) for line in below) and all(
        len(one) <= 60 for one in below[:1]
    )


def _is_sentence(line: str) -> bool:
    if line.endswith(("?", "!", "？", "！")):
        return True
    return line.endswith((".", "。")) and len(line.split()) > 6 and not _CONTACT.search(line)


def has_words(lines: Sequence[str]) -> bool:
    """Whether there is anything to read."""
    return any(plain(line) for line in lines)
