"""What is new in a mail: its words without quoted history, signature, disclaimer, footer and banner."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import (
    OPENINGS,
    attribution_at,
    blocks_in,
    ends_with_verb,
    label_of,
    mark_of,
    plain,
)
from services.intake.domain.mail.vocabulary import (
    BANNERS,
    CLOSINGS,
    DISCLAIMERS,
    FOOTERS,
    REPLY_ABOVE,
    SENT_FROM,
    THANKS,
)

_LONGEST_SIGNATURE = 12
"""Lines under a closing that can still be a signature."""
_LIST_RULE = re.compile(r"^[_-]{20,}\s*$")
_CONTACT = re.compile(
    r"https?://|www\.|@|\+?\d[\d ()./-]{6,}\d|\b(?:tel|phone|mobil|fax|gmbh|ltd|inc|llc|s\.?a\.?)\b", re.I
)


def new_words(text: str, *, is_reply: bool) -> str:
    """The new words in ``text``. ``is_reply``: the mail says it answers another one.

    When nothing would be left but quotations, all of it is given back: a customer who sends only a forward has said
    something with it.
    """
    lines = text.split("\n")
    fresh = _without_last_rule(_without_quotes(lines, is_reply=is_reply))
    stripped = _trimmed(_without_signature(_without_banner(fresh)))
    if stripped:
        return stripped
    kept = _trimmed(fresh)
    return kept if kept or is_reply else _trimmed(_without_banner(lines))


def _without_last_rule(lines: list[str]) -> list[str]:
    # A rule drawn above the history stays behind when the history is gone.
    last = next((at for at in range(len(lines) - 1, -1, -1) if plain(lines[at])), None)
    return lines[:last] if last is not None and mark_of(lines[last]) in ("rule", "original") else lines


def _trimmed(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _without_quotes(lines: Sequence[str], *, is_reply: bool) -> list[str]:
    cut = _history_starts(lines)
    kept: list[str] = []
    at, answers = 0, is_reply or cut < len(lines)
    attributed = False
    while at < cut:
        count = attribution_at(lines, at)
        if count:
            after = _next_filled(lines, at + count)
            quoted = after < len(lines) and _is_quoted(lines[after])
            if quoted or after >= len(lines):
                at, attributed = at + count, True
                continue
            if _is_history(lines, at, count):
                break
        if _is_quoted(lines[at]) and (answers or attributed):
            at = _quote_end(lines, at, cut)
            continue
        kept.append(lines[at])
        at += 1
    return kept


def _history_starts(lines: Sequence[str]) -> int:
    """The line at which history begins that nobody marked with ``>``: a mark, a header block, a help desk's line."""
    candidates = [len(lines)]
    for block in blocks_in(lines):
        if not _is_quoted(lines[block.start]):
            candidates.append(block.start)
            break
    for at, line in enumerate(lines):
        if _is_quoted(line):
            continue
        text = plain(line)
        if mark_of(line) in ("original", "forward") and _has_words(lines[:at]):
            candidates.append(at)
            break
        if len(text) < 200 and any(phrase in text.casefold() for phrase in REPLY_ABOVE):
            candidates.append(at)
            break
    return min(candidates)


def _has_words(lines: Sequence[str]) -> bool:
    return any(plain(line) for line in lines)


def _is_history(lines: Sequence[str], at: int, count: int) -> bool:
    # "On … wrote:" with unquoted words under it: history to the end, if it names a sender and a moment.
    joined = " ".join(plain(line) for line in lines[at : at + count])
    moment = re.search(r"\d{1,2}[:.h]\d{2}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\b(?:19|20)\d{2}\b", joined) is not None
    named = "@" in joined or count > 1 or joined.lower().startswith(OPENINGS)
    return (moment and (named or ends_with_verb(joined))) or joined.casefold().startswith(("quoting ", "zitat von "))


def _is_quoted(line: str) -> bool:
    return line.lstrip(" \u00a0\u200b").startswith((">", "&gt;")) and not line.lstrip().startswith(">>>>>>>")


def _next_filled(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not plain(lines[at]) and not _is_quoted(lines[at]):
        at += 1
    return at


def _quote_end(lines: Sequence[str], at: int, cut: int) -> int:
    while at < cut and _is_quoted(lines[at]):
        at += 1
        # A long quoted line that a program broke: its tail stands alone, with another quoted line right after.
        if at + 1 < cut and lines[at].strip() and not _is_quoted(lines[at]) and _is_quoted(lines[at + 1]):
            before = plain(lines[at - 1])
            if len(before) >= 60 and len(lines[at]) < 30 and not lines[at][:1].isupper():
                at += 1
    return at


def _without_banner(lines: list[str]) -> list[str]:
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


def _without_signature(lines: list[str]) -> list[str]:
    cut = len(lines)
    for at, line in enumerate(lines):
        if _ends_words(lines, at, line):
            cut = at
            break
    kept = [line for line in lines[:cut] if not _is_sent_from(line)]
    return _without_closing(kept) if _has_words(kept) else kept


def _ends_words(lines: Sequence[str], at: int, line: str) -> bool:
    bare = line.rstrip("\r\n")
    if bare in ("-- ", "--", "—", "– ", "--\u00a0", "- --", "__ ", "___") or bare.strip() in ("--", "-- "):
        return True
    text = plain(line)
    if not text:
        return False
    lowered = text.strip('*_ "[]').casefold()
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


def _is_sent_from(line: str) -> bool:
    text = plain(line).strip("*_ <>[]()").casefold()
    if not text or len(text) > 90:
        return False
    return any(
        text.startswith(phrase)
        or (not phrase.isascii() and len(phrase) > 3 and text.endswith(phrase) and len(text) < 40)
        for phrase in SENT_FROM
    )


def _without_closing(lines: list[str]) -> list[str]:
    """Without the closing and who signs under it. A bare *Thanks, Ann* stays: it is said, not signed."""
    end = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        text = plain(lines[at])
        if not text:
            continue
        below = [plain(line) for line in lines[at + 1 : end] if plain(line)]
        if len(below) > _LONGEST_SIGNATURE:
            break
        words = text.strip("*_ ").rstrip(",.!;:。，！- ").casefold()
        if words in CLOSINGS and _signs(below) and _has_words(lines[:at]):
            return lines[:at]
        if words in THANKS and len(below) >= 2 and _signs(below) and any(map(_CONTACT.search, below)):
            return lines[: at + 1]
    return lines


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
