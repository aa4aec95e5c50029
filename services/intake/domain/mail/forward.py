"""Forwards: whether a mail is one, and who really wrote what it carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.intake.domain.mail.addresses import ADDRESS, written
from services.intake.domain.mail.attribution import attribution_at
from services.intake.domain.mail.blocks import (
    Block,
    blocks_in,
    is_dashed,
    lines_of,
    mark_of,
    plain,
    unknown_block,
)
from services.intake.domain.mail.sender import NO_REPLY
from services.intake.domain.mail.vocabulary import END_MARKS, FORWARD_PREFIXES, REPLY_PREFIXES
from services.intake.domain.text import fold_case

_PREFIX = re.compile(r"^\s*\[?([^\s:：\[\]]{1,14}(?: [^\s:：\[\]]{1,8})?)\]?\s?(?:\[\d+\]|\(\d+\))?\s?[:：]")
_TAG = re.compile(r"^\s*\[[^\]]{1,40}\]\s*")


@dataclass(frozen=True)
class Forward:
    """A forward inside a text."""

    name: str
    address: str
    subject: str
    note: str
    """What the forwarder wrote above."""
    lines: tuple[str, ...]
    """The forwarded words, with their own quotations still in them."""
    to: str = ""
    """Whom it had been written to, as its header block says it, in lower case."""


def subject_kind(subject: str) -> str:
    """``forward``, ``reply`` or nothing, by the subject's first prefix (*WG:*, *TR:*, *SV:* …)."""
    found = _PREFIX.match(_TAG.sub("", subject))
    if found is None:
        return ""
    prefix = fold_case(found[1]).strip()
    if prefix in FORWARD_PREFIXES and not (prefix in REPLY_PREFIXES and prefix != "vs"):
        return "forward"
    return "reply" if prefix in REPLY_PREFIXES else ""


def bare_subject(subject: str) -> str:
    """A subject without the prefixes of its last forwarding."""
    found = _PREFIX.match(subject)
    while found and fold_case(found[1]).strip() in FORWARD_PREFIXES:
        subject = subject[found.end() :].strip()
        found = _PREFIX.match(subject)
    return subject.strip()


def find_forwards(
    text: str, subject: str, *, is_ours: Callable[[str], bool], by_us: bool = False
) -> tuple[Forward, ...]:
    """The forwards in ``text``, from the top; none when it is no forward. Several mails can be forwarded at once, each
    under its program's mark.
    """
    first = _find_forward(text, subject, is_ours=is_ours, by_us=by_us)
    if first is None:
        return ()
    found = [first]
    while len(found) < _MOST_FORWARDS:
        lines = list(found[-1].lines)
        at = next(
            (at for at, line in enumerate(lines) if mark_of(line) == "forward" and plain(line) == line.strip()), None
        )
        below = _find_forward("\n".join(lines[at:]), "", is_ours=is_ours) if at is not None else None
        if at is None or below is None or not any(map(plain, lines[:at])) or not _is_to_us(below, is_ours):
            break  # what a customer had got themselves is history, not another customer
        found[-1] = replace(found[-1], lines=tuple(lines[:at]))
        found.append(below)
    return tuple(found)


_MOST_FORWARDS = 10


def _is_to_us(forward: Forward, is_ours: Callable[[str], bool]) -> bool:
    to = ADDRESS.findall(forward.to)
    return not to or any(map(is_ours, to))


def writer_of(lines: Sequence[str]) -> tuple[str, str]:
    """Name and address of who wrote the history that begins in ``lines``; empty where nothing says so."""
    bare = [plain(line) for line in lines]
    for at in range(min(len(bare), _FAR)):
        if count := attribution_at(bare, at):
            return _from_attribution(" ".join(bare[at : at + count]))
        if ":" in bare[at] and (block := next(iter(blocks_in(bare[at : at + 20])), None)):
            return block.sender
    return "", ""


_FAR = 60
"""Lines of history in which its writer is looked for."""


def _find_forward(text: str, subject: str, *, is_ours: Callable[[str], bool], by_us: bool = False) -> Forward | None:
    """The first forward in ``text``; None when it is none.

    A program's own mark makes it one; without a mark (Outlook) the subject's prefix does, or a header block with
    nothing of a reply about it, or that names a stranger under the words of one of us (``by_us``). When one of our own
    people is the inner sender, a deeper customer is looked for.
    """
    lines = lines_of(text)
    kind = subject_kind(subject)
    blocks = _blocks(lines, any_rule=kind == "forward")
    chosen = next((block for block in blocks if _is_forward(block, kind, lines)), None)
    if chosen is None and by_us and kind != "reply":
        chosen = next((block for block in blocks if block.sender[1] and not is_ours(block.sender[1])), None)
    if chosen is None:
        return _attributed(lines, kind, subject)
    if is_ours(_writer(chosen, is_ours)[1]):
        deeper = (block for block in blocks if block.start >= chosen.end)
        chosen = next((block for block in deeper if block.sender[1] and not is_ours(block.sender[1])), chosen)
    name, address = _writer(chosen, is_ours)
    inner = chosen.fields.get("subject", "") or bare_subject(subject)
    to = chosen.fields.get("to", "").lower()
    return Forward(name, address, inner, "\n".join(lines[: chosen.start]), _inner(lines[chosen.end :]), to)


def _writer(block: Block, is_ours: Callable[[str], bool]) -> tuple[str, str]:
    """Who wrote what stands under the block: whom a list of ours or a box that nobody reads says to answer to."""
    name, address = block.sender
    other, answer = written(block.fields.get("reply-to", ""))
    if answer and not is_ours(answer) and (is_ours(address) or NO_REPLY.match(address)):
        return other, answer
    return name, address


def _blocks(lines: Sequence[str], *, any_rule: bool) -> list[Block]:
    """Header blocks, under a mark also in a language we do not know. ``any_rule``: any dashed line is a mark."""
    known = blocks_in(lines)
    covered = {block.start for block in known}
    marks = [at for at, line in enumerate(lines) if mark_of(line) == "forward" or (any_rule and is_dashed(line))]
    unknown = [block for at in marks if at not in covered and (block := unknown_block(lines, at))]
    return sorted((*known, *unknown), key=lambda block: block.start) if unknown else known


def _is_forward(block: Block, subject: str, lines: Sequence[str]) -> bool:
    if block.mark == "forward":
        return True
    if subject == "forward":
        return True
    nothing_above = not any(plain(line) for line in lines[: block.start])
    return subject != "reply" and (nothing_above or block.mark == "rule") and len(block.fields) >= 3


def _attributed(lines: Sequence[str], kind: str, subject: str) -> Forward | None:
    """A forward whose program writes no header block: *09.01.2026, 10:00, "Ann" <ann@x.example>:* and the words."""
    for at, line in enumerate(lines):
        marked = mark_of(line) == "forward"
        start = at
        if marked:
            start = next((later for later in range(at + 1, min(at + 5, len(lines))) if plain(lines[later])), at)
        if not marked and kind != "forward":
            continue
        count = attribution_at(lines, start)
        if count:
            said = " ".join(plain(one) for one in lines[start : start + count])
            name, address = _from_attribution(said)
            if address:
                return Forward(
                    name, address, bare_subject(subject), "\n".join(lines[:at]), _inner(lines[start + count :])
                )
    return None


def _from_attribution(said: str) -> tuple[str, str]:
    name, address = written(said)
    name = re.split(r"\d[\d:.]*(?:\s*(?:Uhr\b|h\b|AM|PM|am|pm|UTC|GMT|[+-]\d{4}))*\s*[,)]?\s*", name)[-1]
    name = _BEFORE_NAME.sub("", name.strip(_AROUND_NAME))
    return name.strip(_AROUND_NAME), address


_AROUND_NAME = " ,\"'<(„“”«»"
_BEFORE_NAME = re.compile(
    r"^(?:schrieb|heeft|schreef|skrev|от|from|by|av|von|de|kl\.?|пользователь|používateľ|użytkownik"
    r"|időpontban|a las|alle ore|às"
    r"|at|um|uhr|à|klo|o|kl)\s+",
    re.I,
)


def _inner(lines: Sequence[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for line in lines:
        text = fold_case(plain(line).strip(" -=_*"))
        if text and any(text.startswith(mark) for mark in END_MARKS):
            break
        if mark_of(line) == "forward" and re.match(r"^\s*={4,}", line):
            continue  # Zoho closes its header block with the very mark it opens with
        kept.append(line)
    filled = [line for line in kept if line.strip()]
    if filled and sum(line.lstrip().startswith(">") for line in filled) >= 0.9 * len(filled):
        kept = [re.sub(r"^\s?> ?", "", line) for line in kept]
    return tuple(kept)
