"""What a mail carries besides its words: banner, signature, how a telephone signs, disclaimer, a list's footer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import plain
from services.intake.domain.mail.closing import has_words, without_closing
from services.intake.domain.mail.vocabulary import BANNERS, DISCLAIMERS, FOOTERS, SENT_FROM

_LIST_RULE = re.compile(r"^[_-]{20,}\s*$")
_ORNAMENT = re.compile(r"^(?:P|[^\w\s]{1,3})\s+(?=\w)")
"""A tree (a letter P in a font of symbols) in front of *Please consider the environment*."""


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


def without_signature(lines: list[str], signer: str) -> list[str]:
    """The lines without signature, disclaimer, footer and what a telephone adds. ``signer``: who the mail is from."""
    cut = len(lines)
    for at, line in enumerate(lines):
        if _ends_words(lines, at, line):
            cut = at
            break
    kept = [line for at, line in enumerate(lines[:cut]) if not _is_sent_from(line, lines[at + 1 : cut])]
    return without_closing(kept, signer) if has_words(kept) else kept


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


_BY_PROGRAM = re.compile(r"(?:(?:sent|secured) (?:from|with|via|using)|get \w+ (?:mail )?for) [^?!]{2,80}$")
"""What a program writes in English under everything else, whatever its name."""


def _is_sent_from(line: str, below: Sequence[str]) -> bool:
    text = plain(line).strip("*_ <>[]()").casefold()
    if not text or len(text) > 90 or (text.endswith((".", "!", "?")) and has_words(below[:1])):
        return False
    if _BY_PROGRAM.match(text) and not has_words(below):
        return True
    return any(
        text.startswith(phrase)
        or (not phrase.isascii() and len(phrase) > 3 and text.endswith(phrase) and len(text) < 40)
        for phrase in SENT_FROM
    )
