"""Header blocks inside a text: the *From … Date … To … Subject* above what is quoted or forwarded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.intake.domain.mail.addresses import ADDRESS, written
from services.intake.domain.mail.vocabulary import FORWARD_MARKS, KIND_OF_LABEL, ORIGINAL_MARKS, WROTE

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u061c]")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u3000\t]")
_QUOTED = re.compile(r"^(?:\s?[>|│]\s?)+")
_LABELLED = re.compile(r"^[\s*_]*([^\s:*：][^:*：]{0,34}?)[\s*_]*[:：][\s*_]*(.*)$")
_DASHED = re.compile(r"^[\s>]*([-_=*~─—–‐#]{2,})[\s>]*(.*?)[\s<]*[-_=*~─—–‐#]*\s*$")
_RULE = re.compile(r"^\s*[-_=*─—–‐]{5,}\s*$")
_DIGITS = re.compile(r"\d{1,4}")
_LONGEST_LINE = 400
OPENINGS = (
    "on ",
    "am ",
    "le ",
    "el ",
    "il ",
    "op ",
    "den ",
    "em ",
    "dne ",
    "dnia ",
    "w dniu ",
    "в ",
    "la ",
    "ngày ",
    "vào ",
)
"""How the line above a quotation begins where it begins with the time."""


def plain(line: str) -> str:
    """A line as it is compared: no invisible characters, one kind of space, not quoted."""
    return _QUOTED.sub("", _SPACES.sub(" ", _INVISIBLE.sub("", line[:_LONGEST_LINE]))).strip()


@dataclass(frozen=True)
class Block:
    """A header block: where it stands and what it says."""

    start: int
    """First line, with the mark above it when there is one."""
    end: int
    """First line after it."""
    fields: dict[str, str] = field(default_factory=dict)
    mark: str = ""
    """``forward``, ``original``, ``rule`` or nothing: what stands right above."""

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address it names as the sender."""
        return written(self.fields.get("from", ""))


def label_of(line: str) -> tuple[str, str] | None:
    """(kind of label, value) when the line is a labelled one."""
    found = _LABELLED.match(line)
    if found is None:
        return None
    kind = KIND_OF_LABEL.get(" ".join(found[1].casefold().split()))
    return (kind, found[2].strip(" *_")) if kind else None


def mark_of(line: str) -> str:
    """What kind of mark above quoted words the line is: ``forward``, ``original``, ``rule`` or nothing."""
    text = plain(line)
    if not text or len(text) > 160:
        return ""
    if _RULE.match(text):
        return "rule"
    dashed = _DASHED.match(text)
    words = (dashed[2] if dashed else text).strip(" :：*-—").casefold()
    alone = dashed is not None or text.endswith((":", "："))
    if not words or not alone:
        return ""
    if any(words.startswith(mark) or (dashed and mark in words) for mark in FORWARD_MARKS):
        return "forward"
    if any(words.startswith(mark) or (dashed and mark in words) for mark in ORIGINAL_MARKS):
        return "original"
    return ""


def is_dashed(line: str) -> bool:
    """Whether the line is words between dashes, as most programs write their marks."""
    dashed = _DASHED.match(plain(line))
    return dashed is not None and bool(dashed[2].strip()) and len(dashed[2]) < 80


def blocks_in(lines: Sequence[str]) -> list[Block]:
    """The header blocks in a text, from the top."""
    found: list[Block] = []
    at = 0
    while at < len(lines):
        block = _block_at(lines, at) if ":" in lines[at] or "：" in lines[at] else None
        if block is None:
            at += 1
            continue
        found.append(_with_mark(lines, block))
        at = block.end
    return found


def _block_at(lines: Sequence[str], start: int) -> Block | None:
    first = label_of(plain(lines[start]))
    if first is None or first[0] not in ("from", "date", "to", "subject"):
        return None
    fields: dict[str, str] = {}
    at, end, last, blanks = start, start, "", 0
    while at < len(lines) and at < start + 60:
        text = plain(lines[at])
        labelled = label_of(text)
        if labelled and not (labelled[0] in fields and labelled[0] != "other"):
            if blanks > 1:
                break
            last, blanks, end = labelled[0], 0, at + 1
            fields[last] = labelled[1]
        elif not text:
            blanks += 1
            if blanks > 1 and fields.get(last):
                break
        elif labelled:
            break
        elif blanks == 0 and _continues(fields, last, text, lines[at]):
            fields[last], end = f"{fields[last]} {text}".strip(), at + 1
        elif blanks == 1 and not fields.get(last) and last:
            fields[last], blanks, end = text, 0, at + 1
        else:
            break
        at += 1
    return Block(start, end, fields) if _is_block(fields) else None


def _continues(fields: dict[str, str], last: str, text: str, line: str) -> bool:
    value = fields.get(last, "")
    if not value:
        return True  # the value stands on the next line
    if last in ("to", "cc", "from"):
        return value.endswith((",", ";", "<")) or (
            "@" in text and len(text) < 200 and not text.endswith((".", "!", "?"))
        )
    return last in ("subject", "other") and line[:1] in (" ", "\t") and "subject" in fields and len(fields) > 2


def _is_block(fields: dict[str, str]) -> bool:
    others = sum(1 for kind in ("date", "to", "subject", "cc") if kind in fields)
    if not fields.get("from"):
        return False
    return others >= 1 if ADDRESS.search(fields["from"]) else others >= 2


def _with_mark(lines: Sequence[str], block: Block) -> Block:
    above = block.start - 1
    while above >= 0 and not plain(lines[above]) and above > block.start - 4:
        above -= 1
    mark = mark_of(lines[above]) if above >= 0 else ""
    return Block(above if mark else block.start, block.end, block.fields, mark)


def unknown_block(lines: Sequence[str], mark_at: int) -> Block | None:
    """A header block in a language that the vocabulary lacks: three labelled lines or more right under a mark, one of
    them with an address. The first address is the sender's: that is the order all programs keep but for *Subject* and
    *Date*, which have none.
    """
    at = mark_at + 1
    while at < len(lines) and not plain(lines[at]) and at < mark_at + 4:
        at += 1
    values: list[str] = []
    while at < len(lines) and (found := _LABELLED.match(plain(lines[at]))) and len(values) < 8:
        values.append(found[2])
        at += 1
    sender = next((value for value in values if ADDRESS.search(value)), None)
    if len(values) < 3 or sender is None:
        return None
    return Block(mark_at, at, {"from": sender}, mark_of(lines[mark_at]))


def attribution_at(lines: Sequence[str], start: int) -> int:
    """How many lines the line above a quotation takes when one starts here (*On … Ann wrote:*); 0 when none does.

    Known verbs count, and so does any line that ends in a colon and names both an address and a time.
    """
    if not plain(lines[start]):
        return 0
    joined = ""
    for count in range(1, 5):
        if start + count > len(lines):
            return 0
        text = _UNDASHED.sub("", plain(lines[start + count - 1]))
        if not text:
            return 0
        joined = f"{joined} {text}".strip()
        if len(joined) > _LONGEST_LINE:
            return 0
        if count > 1 and label_of(text):
            return 0
        if joined.endswith((":", "：")) or (count == 1 and _ends_with_verb(joined)):
            return count if _is_attribution(joined, count) else 0
    return 0


_UNDASHED = re.compile(r"^-{2,}\s*(?=\S.*\d)|(?<=\w)\s*-{2,}$")
"""Zoho sets its line between dashes: ``---- On … wrote ----``."""


def _ends_with_verb(text: str) -> bool:
    return text.casefold().endswith(
        ("작성", "写道", "寫道", "のメール", "wrote", "wrote>", "写入", "書きました", "said")
    )


def _is_attribution(text: str, count: int) -> bool:
    lowered = text.casefold().rstrip(" :：>")
    numbers = len(_DIGITS.findall(text))
    has_address = ADDRESS.search(text) is not None
    said = any(
        (
            lowered.endswith(verb)
            or f"{verb} " in f"{lowered} "
            or (len(verb) > 3 and not verb.isascii() and verb in lowered)
        )
        for verb in WROTE
    )
    if has_address and (numbers >= 3 or said):
        return True
    if said and numbers >= 2 and len(text) < 150 and text.endswith((":", "：")):
        return True
    if said and lowered.startswith(OPENINGS):
        return numbers >= 1
    return ends_with_verb(text) and numbers >= 2 and (count > 1 or len(text) > 15)


def ends_with_verb(text: str) -> bool:
    """Whether a line ends in one of the verbs that stand above quotations (*… wrote:*)."""
    return text.casefold().rstrip(" :：>").endswith(tuple(WROTE))
