"""What is new in a mail: its words without quoted history, signature, disclaimer, footer and banner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.domain.mail.addresses import ADDRESS
from services.intake.domain.mail.attribution import (
    MOMENT,
    attribution_at,
    introduces,
    undashed,
    words_before_attribution,
)
from services.intake.domain.mail.blocks import blocks_in, label_of, lines_of, mark_of, plain, quoted_lines
from services.intake.domain.mail.signature import without_banner, without_footers, without_signature
from services.intake.domain.mail.signs import has_words
from services.intake.domain.mail.vocabulary import REPLY_ABOVE
from services.intake.domain.text import fold_case


@dataclass(frozen=True)
class Fresh:
    """New words, and why other lines are not among them."""

    text: str
    why: tuple[str, ...] = ()


def new_words(text: str, *, is_answer: bool, signer: str = "", is_list: bool = False) -> Fresh:
    """The new words in ``text``. ``is_answer``: the mail says it answers another one; ``signer``: the name
    or address it is from; ``is_list``: it came through a mailing list.

    When nothing would be left but quotations, all of it is given back: a customer who sends only a forward has said
    something with it.
    """
    lines = lines_of(text)
    steps = (
        (
            "quoted history",
            lambda kept: _without_last_rule(_without_history(kept, signer)) if is_answer else kept,
        ),
        ("a mail server's warning", without_banner),
        ("footer", lambda kept: without_footers(kept, is_list=is_list)),
        ("signature", lambda kept: without_signature(kept, signer)),
        ("footer", lambda kept: without_footers(kept, is_list=is_list)),
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
    return Fresh(_trimmed(lines), tuple(dict.fromkeys(why)))


def _without_last_rule(lines: list[str]) -> list[str]:
    # A rule drawn above the history stays behind when the history is gone.
    last = next((at for at in range(len(lines) - 1, -1, -1) if plain(lines[at])), None)
    return lines[:last] if last is not None and mark_of(lines[last]) in ("rule", "original") else lines


def _trimmed(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _without_history(lines: Sequence[str], signer: str) -> list[str]:
    """The lines without what repeats an earlier mail: quoted lines, and all below a mark, a header or *Ann wrote:*."""
    quoted = quoted_lines(lines)
    cut = _history_starts(lines, quoted)
    own = _own_quotations(lines, quoted, cut)
    history = _words_of_history(lines, quoted, cut)
    kept: list[str] = []
    at, attributed = 0, False
    while at < cut:
        count = attribution_at(lines, at)
        if count:
            after = _next_filled(lines, quoted, at + count)
            if after >= len(lines) or quoted[after]:
                kept.append(words_before_attribution(lines[at]))
                at, attributed = at + count, True
                continue
            if _is_history(lines, at, count):
                cut = at
                break
        if quoted[at] and (attributed or not own):
            end = _quote_end(lines, quoted, at, cut)
            if history and not attributed and history.isdisjoint(map(plain, lines[at:end])):
                kept += lines[at:end]  # a log, say: what it quotes is not what we wrote
            else:
                kept = _without_introduction(kept)
            at = end
            continue
        kept.append(lines[at])
        at += 1
    return [*kept, *_answers_in(lines[cut:], signer)]


def _answers_in(history: Sequence[str], signer: str) -> list[str]:
    """Answers typed into unmarked history under the writer's own name (*[Jane] Size 42*, *JANE: 42*), as Outlook marks
    them and people do by hand.
    """
    names = re.findall(r"[^\W\d_]{2,}", fold_case(signer.partition("@")[0]))[:4]
    if not names:
        return []
    name = rf"(?:{'|'.join(map(re.escape, names))})\b"
    bracketed = rf"[\[(<](?:\W*{name})+[^\])>\n]{{0,30}}[\])>]"
    mark = re.compile(rf"\W{{0,3}}(?:{bracketed}|{name}(?:\W{name}){{0,3}}\s?[:：>]\s?(?=\S))")
    found = [line for line in history if mark.match(fold_case(line))]
    return ["", *found] if found else []


def _own_quotations(lines: Sequence[str], quoted: Sequence[bool], cut: int) -> bool:
    """Whether lines with ``>`` are a prompt or a quotation of the writer's own: the writer's own words announce the
    first of them with a colon, or it reads like a command, and nothing in the mail says that another mail follows.
    """
    first = next((at for at in range(cut) if quoted[at]), None)
    if first is None or any(attribution_at(lines, at) for at in range(first)):
        return False
    above = next((plain(lines[at]) for at in range(first - 1, -1, -1) if plain(lines[at])), "")
    if above.endswith((":", "：")) and not introduces(above) and MOMENT.search(above) is None:
        return True
    return _COMMAND.fullmatch(plain(lines[first])) is not None


_COMMAND = re.compile(r"(?:\$ )?[a-z][\w.+-]{0,30}(?: (?:-{1,2}\w|[\w.~]*[/\\=])\S{0,100}| [\w.-]{1,40}){1,12}[^?!.]")
"""A command and its arguments, of which the first is an option or a path."""


def _without_introduction(kept: list[str]) -> list[str]:
    """Without the line right above a quotation that says whose words it is."""
    last = next((at for at in range(len(kept) - 1, -1, -1) if plain(kept[at])), None)
    return kept[:last] if last is not None and len(kept) - last <= 2 and introduces(plain(kept[last])) else kept


def _words_of_history(lines: Sequence[str], quoted: Sequence[bool], cut: int) -> frozenset[str]:
    """The lines of the history that somebody left whole under what they wrote; none when there is no such history."""
    start = next((at for at in range(cut) if attribution_at(lines, at)), cut)
    if not any(plain(line) and not marked for line, marked in zip(lines[:start], quoted, strict=False)):
        return frozenset()
    return frozenset(filter(None, map(plain, lines[start + 1 :])))


def _history_starts(lines: Sequence[str], quoted: Sequence[bool]) -> int:
    """The line at which history begins that nobody marked with ``>``: a mark, a header block, a help desk's line."""
    candidates = [len(lines)]
    candidates += [block.start for block in blocks_in(lines) if not quoted[block.start]][:1]
    for at, line in enumerate(lines):
        if quoted[at]:
            continue
        text = plain(line)
        if mark_of(line) in ("original", "forward") and has_words(lines[:at]):
            candidates.append(at)
            break
        if _is_header_without_sender(lines, at):
            candidates.append(at)
            break
        if len(text) < 200 and any(phrase in fold_case(text) for phrase in REPLY_ABOVE):
            candidates.append(at)
            break
    return min(candidates)


def _is_header_without_sender(lines: Sequence[str], at: int) -> bool:
    """*Date* with a time of day, and below it *To* with an address: a header that some programs begin so."""
    date, to = label_of(plain(lines[at])), label_of(plain(lines[at + 1])) if at + 1 < len(lines) else None
    return bool(
        date and to and date[0] == "date" and to[0] == "to" and _CLOCK.search(date[1]) and ADDRESS.search(to[1])
    )


def _is_history(lines: Sequence[str], at: int, count: int) -> bool:
    """Whether *On … Ann wrote:* above words that nobody marked is a program's: it names an address, or the time of day
    besides the date. People tell of what somebody wrote on a day, too.
    """
    joined = " ".join(undashed(plain(line))[0] for line in lines[at : at + count])
    if "@" in joined:
        return True
    if not has_words(lines[:at]):
        return False
    return len(MOMENT.findall(joined)) > 1 or _CLOCK.search(joined) is not None or joined.startswith("---")


_CLOCK = re.compile(r"\d{1,2}[:.hH]\d{2}(?![./]?\d)|\d{1,2}\s?(?:[AaPp]\.?[Mm]\b|Uhr)")


def _next_filled(lines: Sequence[str], quoted: Sequence[bool], at: int) -> int:
    while at < len(lines) and not plain(lines[at]) and not quoted[at]:
        at += 1
    return at


def _quote_end(lines: Sequence[str], quoted: Sequence[bool], at: int, cut: int) -> int:
    while at < cut and (quoted[at] or _is_tail(lines, quoted, at, cut)):
        at += 1
    return at


def _is_tail(lines: Sequence[str], quoted: Sequence[bool], at: int, cut: int) -> bool:
    """The tail of a long quoted line that a program broke without marking it: it goes on in the middle of a sentence,
    with another quoted line right below.
    """
    if at + 1 >= cut or not quoted[at + 1] or not lines[at].strip():
        return False
    if not quoted[at - 1]:
        return False
    if lines[at].lstrip()[:1] in "(_<[" or lines[at].startswith("http"):
        return True  # a link that was broken
    before = plain(lines[at - 1])
    return len(before) >= 55 and len(lines[at]) < 60 and not before.endswith(_ENDS) and not lines[at][:1].isupper()


_ENDS = (".", "!", "?", ":", ";", "。", "？", "！")
