"""What a mail carries besides its words: banner, signature, a program's line, disclaimer, a list's footer.

Each goes only on evidence of its own, and only at the end: a sentence that begins like a footer is a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import plain
from services.intake.domain.mail.closing import beside_signature, has_words, without_closing
from services.intake.domain.mail.footers import is_disclaimer, is_list_footer, is_program_line
from services.intake.domain.mail.vocabulary import BANNERS
from services.intake.domain.text import fold_case

_RULE = re.compile(r"\s*(?:[-_=*─—–‐#~] ?){2,}\s*")
_DELIMITERS = ("-- ", "--", "—", "–", "--\u00a0", "- --", "__", "___")
"""What stands above a signature (RFC 3676 §4.3), and what programs write for it."""
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST = 16
"""Filled lines of a signature."""
_MOST_PASSES = 8
_TRACKERS = ("\u1427",)
"""Letters that a tracker of mail leaves behind, white on white (Streak)."""


def without_banner(lines: list[str]) -> list[str]:
    """The lines without the warning that a mail server sets above mail from outside."""
    kept, filled = list(lines), 0
    for at, line in enumerate(lines):
        text = fold_case(plain(line).strip("*[]() "))
        if not text:
            continue
        filled += 1
        if filled > 4:
            break
        if any(text.startswith(phrase.strip("[]")) for phrase in BANNERS) and len(text) < 400:
            kept[at] = ""
    return kept


def without_footers(lines: list[str], *, is_list: bool) -> list[str]:
    """The lines without what programs, lists and lawyers set below what somebody wrote, from the end upwards."""
    lines = [line for line in lines if line.strip() not in _TRACKERS]
    for _ in range(_MOST_PASSES):
        end = _last_filled(lines)
        start = end
        while start > 0 and plain(lines[start - 1]):
            start -= 1
        block = [plain(line) for line in lines[start : end + 1]]
        above = next((plain(line) for line in reversed(lines[:start]) if plain(line)), "")
        if is_program_line(block[-1]) and (len(block) > 1 or has_words(lines[:start])):
            lines = lines[:end]
        elif is_disclaimer(block) or is_list_footer(block, is_list=is_list, above=above):
            lines = lines[:start]
        else:
            ruled = next((at for at, text in enumerate(block) if _RULE.fullmatch(text)), None)
            if ruled is None or not (
                is_list_footer(block[ruled + 1 :], is_list=is_list, above="___") or is_disclaimer(block[ruled + 1 :])
            ):
                break
            lines = lines[: start + ruled]
        while has_words(lines) and _RULE.fullmatch(plain(lines[_last_filled(lines)])):
            lines = lines[: _last_filled(lines)]
        if not has_words(lines):
            break
    return lines


def _last_filled(lines: Sequence[str]) -> int:
    return next((at for at in range(len(lines) - 1, -1, -1) if plain(lines[at])), 0)


def without_signature(lines: list[str], signer: str) -> list[str]:
    """The lines without what is evidently a signature. ``signer``: who the mail is from."""
    name = frozenset(_LETTERS.findall(fold_case(signer.partition("@")[0])))
    marks = [at for at, line in enumerate(lines) if _is_delimiter(line)]
    for at in reversed(marks):
        below = lines[at + 1 :]
        filled = [plain(line) for line in below if plain(line)]
        if not has_words(lines[:at]) or len(filled) > _LONGEST:
            break
        kept = beside_signature(below, name)
        if filled and len([line for line in kept if plain(line)]) == len(filled):
            break  # nothing of a signature: the line parts sections
        if len(marks) > 1 and has_words(kept):
            break
        whole = lines[at] == "-- " and not _begins_with_words(filled, kept)
        lines = [*lines[:at], *([] if whole else kept)]
    return without_closing(lines, signer) if has_words(lines) else lines


def _is_delimiter(line: str) -> bool:
    bare = line.rstrip("\r\n")
    return bare in _DELIMITERS or bare.strip() in ("--", "-- ", "__", "___")


def _begins_with_words(filled: Sequence[str], kept: Sequence[str]) -> bool:
    """Whether something was written into the signature's place: its first line is no signature's."""
    left = [plain(line) for line in kept if plain(line)]
    return bool(filled and left and left[0] == filled[0])
