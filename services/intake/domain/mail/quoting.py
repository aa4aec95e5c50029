"""What is new in a mail: its words without quoted history, signature, disclaimer, footer and banner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.domain.mail.attribution import (
    MOMENT,
    OPENINGS,
    QUOTING,
    attribution_at,
    ends_with_verb,
    introduces,
    undashed,
    words_before_attribution,
)
from services.intake.domain.mail.blocks import blocks_in, is_quoted, lines_of, mark_of, plain
from services.intake.domain.mail.closing import has_words
from services.intake.domain.mail.signature import without_banner, without_signature
from services.intake.domain.mail.vocabulary import REPLY_ABOVE


@dataclass(frozen=True)
class Fresh:
    """New words, and why other lines are not among them."""

    text: str
    why: tuple[str, ...] = ()


def new_words(text: str, *, is_answer: bool, signer: str = "") -> Fresh:
    """The new words in ``text``. ``is_answer``: the mail says it answers another one; ``signer``: the name
    or address it is from.

    When nothing would be left but quotations, all of it is given back: a customer who sends only a forward has said
    something with it.
    """
    lines = lines_of(text)
    steps = (
        (
            "quoted history",
            lambda kept: _without_last_rule(_without_quotes(kept, is_reply=is_answer)) if is_answer else kept,
        ),
        ("a mail server's warning", without_banner),
        ("signature", lambda kept: without_signature(kept, signer)),
    )
    why: list[str] = []
    for reason, cut in steps:
        left = cut(lines)
        if not has_words(left):
            continue  # what is new cannot be told from what is not: all of it stays
        if sum(map(bool, map(plain, left))) < sum(map(bool, map(plain, lines))):
            why.append(reason)
        lines = left
    return Fresh(_trimmed(lines), tuple(why))


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
    history = _words_of_history(lines, cut)
    while at < cut:
        count = attribution_at(lines, at)
        if count:
            after = _next_filled(lines, at + count)
            quoted = after < len(lines) and is_quoted(lines[after])
            if quoted or after >= len(lines):
                kept.append(words_before_attribution(lines[at]))
                at, attributed = at + count, True
                continue
            if _is_history(lines, at, count, is_reply=is_reply):
                break
        if is_quoted(lines[at]) and (answers or attributed):
            end = _quote_end(lines, at, cut)
            if history and not attributed and history.isdisjoint(map(plain, lines[at:end])):
                kept += lines[at:end]  # a log, say: what it quotes is not what we wrote
            else:
                kept = _without_introduction(kept)
            at = end
            continue
        kept.append(lines[at])
        at += 1
    return kept


def _without_introduction(kept: list[str]) -> list[str]:
    """Without the line right above a quotation that says whose words it is."""
    last = next((at for at in range(len(kept) - 1, -1, -1) if plain(kept[at])), None)
    return kept[:last] if last is not None and len(kept) - last <= 2 and introduces(plain(kept[last])) else kept


def _words_of_history(lines: Sequence[str], cut: int) -> frozenset[str]:
    """The lines of the history that somebody left whole under what they wrote; none when there is no such history."""
    start = next((at for at in range(cut) if attribution_at(lines, at)), cut)
    return (
        frozenset(filter(None, map(plain, lines[start + 1 :]))) if _has_unquoted_words(lines[:start]) else frozenset()
    )


def _has_unquoted_words(lines: Sequence[str]) -> bool:
    return any(plain(line) and not is_quoted(line) for line in lines)


def _history_starts(lines: Sequence[str]) -> int:
    """The line at which history begins that nobody marked with ``>``: a mark, a header block, a help desk's line."""
    candidates = [len(lines)]
    for block in blocks_in(lines):
        if not is_quoted(lines[block.start]):
            candidates.append(block.start)
            break
    for at, line in enumerate(lines):
        if is_quoted(line):
            continue
        text = plain(line)
        if mark_of(line) in ("original", "forward") and has_words(lines[:at]):
            candidates.append(at)
            break
        if len(text) < 200 and any(phrase in text.casefold() for phrase in REPLY_ABOVE):
            candidates.append(at)
            break
    return min(candidates)


def _is_history(lines: Sequence[str], at: int, count: int, *, is_reply: bool) -> bool:
    # "On … wrote:" with unquoted words under it: history to the end, if it names a sender and a moment.
    joined = " ".join(undashed(plain(line))[0] for line in lines[at : at + count])
    moment = MOMENT.search(joined) is not None
    named = "@" in joined or count > 1 or joined.lower().startswith(OPENINGS)
    if is_reply and "@" in joined and (ends_with_verb(joined) or joined.casefold().startswith(QUOTING)):
        return True
    return moment and (named or ends_with_verb(joined))


def _next_filled(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not plain(lines[at]) and not is_quoted(lines[at]):
        at += 1
    return at


def _quote_end(lines: Sequence[str], at: int, cut: int) -> int:
    while at < cut and is_quoted(lines[at]):
        at += 1
        # A long quoted line that a program broke: its tail stands alone, with another quoted line right after.
        if at + 1 < cut and lines[at].strip() and not is_quoted(lines[at]) and is_quoted(lines[at + 1]):
            before = plain(lines[at - 1])
            if len(before) >= 60 and len(lines[at]) < 30 and not lines[at][:1].isupper():
                at += 1
    return at
