"""Header blocks inside a text: the *From … Date … To … Subject* above what is quoted or forwarded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.intake.domain.mail.addresses import ADDRESS, written
from services.intake.domain.mail.vocabulary import FORWARD_MARKS, KIND_OF_LABEL, ORIGINAL_MARKS
from services.intake.domain.text import fold_case

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u061c]")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u3000\t]")
_QUOTED = re.compile(r"^(?:\s?[>|│]\s?)+|^\s?(?!PS>|SQL>)[A-Z]{1,3}>{1,6}(?:\s|$)")
_BARRED = re.compile(r"^\s?[|│](?:\s[^|│]*)?$")
_INITIALLED = re.compile(r"^\s?(?!PS>|SQL>)[A-Z]{1,3}>{1,6}(?:\s|$)")
"""Lines quoted with a bar (and no table's row), and with the writer's initials as The Bat! does it."""
_BORDER = re.compile(r"^>{7} \S|^>{7}$")
_LABELLED = re.compile(r"^[\s*_]*([^\s:*：][^:*：]{0,34}?)[\s*_]*[:：][\s*_]*(.*)$")
_DASHED = re.compile(r"^[\s>]*([-_=*~─—–‐#]{2,})[\s>]*(.*?)[\s<]*[-_=*~─—–‐#]*\s*$")
_BETWEEN_DASHES = re.compile(r"[-_=*~─—–]{3,}\s?[^-_=*~].{2,80}[-_=*~─—–]{3,}$")
_RULE = re.compile(r"^\s*[-_=*─—–‐]{5,}\s*$")
_SHORT_RULE = re.compile(r"^\s*(?:[-_=*─—–‐#~] ?){2,}\s*$")
_LONGEST_LINE = 400


def plain(line: str) -> str:
    """A line as it is compared: no invisible characters, one kind of space, not quoted."""
    return _QUOTED.sub("", _SPACES.sub(" ", _INVISIBLE.sub("", line[:_LONGEST_LINE]))).strip()


def is_quoted(line: str) -> bool:
    """Whether the line is marked as quoted."""
    if line.lstrip(" \u00a0\u200b").startswith((">", "&gt;")):
        return True
    return bool(_BARRED.match(line[:_LONGEST_LINE]) or _INITIALLED.match(line[:_LONGEST_LINE]))


def quoted_lines(lines: Sequence[str]) -> list[bool]:
    """Which lines are marked as quoted. The lower border of a merge conflict is not, nor is what stands inside one."""
    found = [is_quoted(line) for line in lines]
    opened: int | None = None
    for at, line in enumerate(lines):
        if line.startswith("<<<<<<<"):
            opened = at
        elif opened is not None and _BORDER.match(line):
            found[opened : at + 1] = [False] * (at + 1 - opened)
            opened = None
    return found


def lines_of(text: str) -> list[str]:
    """The lines of a text. A mark and the labels that Yahoo runs together with it stand on lines of their own again
    (``----- Forwarded Message ----- From: Ann <ann@x.example>To: …Subject: …``).
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and ":" in line and "@" in line and mark_of(lines[-1]) and len(apart := _labels_apart(line)) > 2:
            lines += [*apart, ""]
            continue
        found = _MARK_AND_MORE.match(line[:_LONGEST_LINE]) if "--" in line and "@" in line else None
        if found and mark_of(found[1]):
            lines += [found[1].strip(), *_labels_apart(line[found.end() :]), ""]
        else:
            lines.append(line)
    return lines


def _labels_apart(text: str) -> list[str]:
    cuts, seen = [0], {"other"}
    for found in _BEFORE_COLON.finditer(text):
        words = found[1]
        starts = (at for at in range(len(words)) if at == 0 or words[at].isupper() or not words[at - 1].isalpha())
        at = next((at for at in starts if _kind(words[at:]) not in seen), None)
        if at is not None:
            seen.add(_kind(words[at:]))
            cuts.append(found.start() + at)
        if "subject" in seen:
            break
    return [text[start:end].strip() for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if start < end]


def _kind(label: str) -> str:
    return KIND_OF_LABEL.get(fold_case(" ".join(label.split())), "other")


_MARK_AND_MORE = re.compile(r"(\s*-{3,}\s?[^-]{3,60}?\s?-{3,})\s*(?=\S)")
_BEFORE_COLON = re.compile(r"([^\s:<>@\d][^:<>@\d]{0,30}):")


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
    kind = KIND_OF_LABEL.get(fold_case(" ".join(found[1].split())))
    return (kind, found[2].strip(" *_")) if kind else None


def mark_of(line: str) -> str:
    """What kind of mark above quoted words the line is: ``forward``, ``original``, ``rule`` or nothing."""
    text = plain(line)
    if not text or len(text) > 160:
        return ""
    if _RULE.match(text):
        return "rule"
    dashed = _DASHED.match(text)
    words = (dashed[2] if dashed else text).strip(" :：*-—")
    words = fold_case(words)
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
        block = _block_at(lines, at) or _shaped_block(lines, at) if ":" in lines[at] or "：" in lines[at] else None
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
    at, end, last, blanks, stacked = start, start, "", 0, False
    while at < len(lines) and at < start + 60:
        text = plain(lines[at])
        labelled = label_of(text) or (None if blanks else _unknown_label(lines, at, fields))
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
        elif not fields[last] and blanks <= 1 and (stacked or len(fields) == 1 or _label_comes(lines, at + 1)):
            fields[last], blanks, end, stacked = text, 0, at + 1, True  # each value stands under its label
        elif fields[last] and blanks == 0 and _continues(fields, last, text, lines[at]):
            fields[last], end = f"{fields[last]} {text}".strip(), at + 1
        else:
            break
        at += 1
    return Block(start, end, fields) if _is_block(fields) else None


def _label_comes(lines: Sequence[str], at: int) -> bool:
    return any(label_of(plain(line)) for line in lines[at : at + 2])


def _unknown_label(lines: Sequence[str], at: int, fields: dict[str, str]) -> tuple[str, str] | None:
    """A labelled line in words the vocabulary lacks counts when a known label that is still missing comes next."""
    found = _LABELLED.match(plain(lines[at])) if fields else None
    below = label_of(plain(lines[at + 1])) if found and at + 1 < len(lines) else None
    return ("other", "") if below and below[0] != "other" and below[0] not in fields else None


def _continues(fields: dict[str, str], last: str, text: str, line: str) -> bool:
    value = fields[last]
    if last in ("to", "cc", "from"):
        return value.endswith((",", ";", "<")) or (
            "@" in text and len(text) < 200 and not text.endswith((".", "!", "?"))
        )
    return last in ("subject", "other") and line[:1] in (" ", "\t") and "subject" in fields and len(fields) > 2


def _is_block(fields: dict[str, str]) -> bool:
    """Whether labelled lines are a mail's header: a sender with an address, or else all that a mail has and the time it
    was sent at. Trips, moves and transfers have *From*, *To* and *Date* too.
    """
    others = sum(1 for kind in ("date", "to", "subject", "cc") if kind in fields)
    if not fields.get("from"):
        return False
    if ADDRESS.search(fields["from"]):
        return others >= 1
    timed = _CLOCK.search(fields.get("date", "")) is not None
    return "subject" in fields and timed and others >= 2


_CLOCK = re.compile(r"\d{1,2}\s?[:.hH時시点點]\s?\d{2}|(?:19|20)\d{2}|\d{1,2}\s?(?:[AaPp]\.?[Mm]|Uhr)\b")
"""The time of day, or a year: what programs write into *Sent*, and people leave out."""


def _with_mark(lines: Sequence[str], block: Block) -> Block:
    above = _filled_above(lines, block.start)
    if above >= 0 and "date" not in block.fields and _is_date_line(plain(lines[above])):
        block = Block(above, block.end, {**block.fields, "date": plain(lines[above])}, block.mark)
        above = _filled_above(lines, above)  # a label that we do not know, and the time: the header begins with it
    mark = mark_of(lines[above]) if above >= 0 else ""
    if not mark and above >= 0 and _SHORT_RULE.match(plain(lines[above])):
        mark = "rule"
    if not mark and above >= 0 and _BETWEEN_DASHES.match(plain(lines[above])):
        mark = "original"  # whatever it says in whatever language: a header block follows
    return Block(above if mark else block.start, block.end, block.fields, mark)


def _filled_above(lines: Sequence[str], start: int) -> int:
    above = start - 1
    while above >= 0 and not plain(lines[above]) and above > start - 4:
        above -= 1
    return above


def _is_date_line(text: str) -> bool:
    found = _LABELLED.match(text)
    return found is not None and len(text) < 80 and _DATE_AND_TIME.search(found[2]) is not None


def _shaped_block(lines: Sequence[str], start: int) -> Block | None:
    """A header block with no mark above it and in no language we know, told by its shape: four labelled lines or more,
    of which the first gives a name and an address and another a time.
    """
    values: list[str] = []
    for line in lines[start : start + 8]:
        found = _LABELLED.match(plain(line))
        if found is None:
            break
        values.append(found[2])
    shaped = len(values) >= 4 and _NAMED_ADDRESS.match(values[0]) and any(map(_DATE_AND_TIME.search, values[1:]))
    return Block(start, start + len(values), {"from": values[0], "date": "", "to": ""}) if shaped else None


_NAMED_ADDRESS = re.compile(r"[^<>@]{2,80}[<\[](?:mailto:)?[^\s<>@]+@[^\s<>@]+[>\]]$")
_DATE_AND_TIME = re.compile(r"\d.*\b\d{1,2}[:.]\d{2}\b")


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
