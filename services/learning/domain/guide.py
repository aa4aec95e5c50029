"""The Doc: a line under a heading each, in words people write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from contracts.rules import Example, KeptApart, PriorityRule, Team, Topic, Vip
from contracts.ticket import Urgency
from services.learning.domain.addresses import address_or_domain, person_in
from services.learning.domain.conditions import read_rule
from services.learning.domain.customers import customers_in, cut_at_pin, team_named, without_remarks
from services.learning.domain.lesson import LEARNED, Placed, example_id
from services.learning.domain.overlooked import overlooked
from services.learning.domain.problem import Problem, Unclear
from services.learning.domain.sections import (
    APART,
    EXAMPLES,
    RULES,
    SETTINGS,
    STAFF,
    URGENT,
    VIPS,
    Line,
    Written,
    sections_of,
)
from services.learning.domain.table import cells_of
from services.learning.domain.writing import did_you_mean, key, listed, plain, unquoted, without_comment

_LONGEST_URGENT_PHRASE = 5
"""Words; anything longer is a sentence somebody wrote for people."""
_NO_WORD = re.compile(r"[()\[\]{}<>@=:→\"]|\b(?:and|or|und|oder|et|ou)\b|\.\s|\s[&–—-]\s", re.I)
"""What makes of an urgent word something else: a remark, an address, two words in one."""
_SLASH = re.compile(r"\s/\s|(?<=\w{3})/(?=\w{3})")
"""Between two words; *TCP/IP* and *24/7* are one."""
_WORD_COLUMNS = ("word", "words", "urgent word", "urgent words")
_URGENCY_MARK = re.compile(
    r"^(?P<topic>.*?)\s*[(\[]\s*(?:urgency[:\s]+(?:is\s+)?)?(?P<urgency>low|medium|high)\s*[)\]]$", re.I
)
_URGENCY_CELL = re.compile(r"^([^|:]+?)\s*\|\s*(low|medium|high)?\s*\|", re.I)
_TARGET = re.compile(
    r"^(?:hold\s+|precision\s+)?target\s*(?:is|=|:|\|)?\s*"
    r"(?P<value>\d+(?:[.,]\d+)?)\s*(?P<percent>%|percent|per cent)?$",
    re.I,
)


@dataclass
class Guide:
    """What the Doc says."""

    urgent_words: list[str] = field(default_factory=list)
    vips: list[Vip] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    priority_rules: list[PriorityRule] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    kept_apart: list[KeptApart] = field(default_factory=list)
    target: float | None = None
    by_words: dict[str, Example] = field(default_factory=dict)
    """The examples by what two spellings of one text have in common."""


def read_guide(lines: Iterable[Line], topics: Sequence[Topic], teams: Sequence[Team]) -> tuple[Guide, list[Problem]]:
    """Read every section. Nothing here is fatal: a line that cannot be understood is left out and reported."""
    sections, unread, problems = sections_of(lines)
    guide = Guide()
    for written in sections[URGENT]:
        problems += _read_urgent(written, guide)
    for written in sections[VIPS]:
        problems += _read_vip(written, guide, teams)
    for written in sections[STAFF]:
        problems += _read_staff(written, guide)
    for written in sections[RULES]:
        try:
            guide.priority_rules += read_rule(without_comment(written.text), line=written.number, topics=topics)
        except Unclear as unclear:
            problems.append(_problem(RULES, written, unclear.wrong, unclear.cure))
    for written in sections[EXAMPLES]:
        problems += _read_example(written, guide, topics)
    for written in sections[APART]:
        guide.kept_apart.append(_kept_apart(written))
    for written in sections[SETTINGS]:
        problems += _read_setting(written, guide)
    return guide, problems + overlooked(unread, topics, teams)


def examples_on(lines: Sequence[Line], writable: Sequence[bool], topics: Sequence[Topic]) -> tuple[Placed, ...]:
    """The examples of the Doc, each with the line it stands on. ``writable`` says which lines are paragraphs."""
    guide, placed = Guide(), []
    for written in sections_of(lines)[0][EXAMPLES]:
        if not _read_example(written, guide, topics):
            placed.append(Placed(guide.examples[-1], at=written.at, alone=written.alone and writable[written.at]))
    return tuple(placed)


def kept_apart_on(lines: Sequence[Line]) -> tuple[KeptApart, ...]:
    """What the Doc says is never a copy."""
    return tuple(map(_kept_apart, sections_of(lines)[0][APART]))


def _read_urgent(written: Written, guide: Guide) -> list[Problem]:
    said, problems = without_comment(written.text), []
    if written.columns is not None:
        cells = cells_of(said)
        at = next((n for n, name in enumerate(written.columns) if name in _WORD_COLUMNS and n < len(cells)), 0)
        said, rest = cells[at], [cell for cell in cells[:at] + cells[at + 1 :] if cell]
        if rest and not written.columns:
            wrong = f"of a table without headings I read the first column, not *{', '.join(rest)}*."
            problems.append(_problem(URGENT, written, wrong, "Put a row Word | Note above it, or write a word a line."))
    for one in (word for part in listed(said) for word in _SLASH.split(part)):
        bare = one.strip().rstrip(".")
        word = unquoted(bare)
        if len(word.split()) > _LONGEST_URGENT_PHRASE or (word == bare and _NO_WORD.search(word)):
            wrong = f"*{word}* is no word or short phrase."
            cure = "Put commas between the words, quotes around a phrase, or // before a remark."
            problems.append(_problem(URGENT, written, wrong, cure))
        elif address_or_domain(word):
            problems.append(_problem(URGENT, written, f"*{word}* is an address or a domain.", "Move it to its list."))
        elif word and key(word) not in map(key, guide.urgent_words):
            guide.urgent_words.append(word)
    return problems


def _read_vip(written: Written, guide: Guide, teams: Sequence[Team]) -> list[Problem]:
    said, arrow, pin = cut_at_pin(without_remarks(written.text), teams)
    customers, strange = customers_in(said)
    if not customers and not strange:
        strange = [written.text]
    team, person = team_named(pin, teams), person_in(pin)
    problems = [
        _problem(
            VIPS,
            written,
            f"*{who}* is neither an address nor a domain.",
            "Write: amelie@example.com, or example.com for everybody there.",
        )
        for who in strange
    ]
    for match in customers:
        if any(vip.match == match for vip in guide.vips):
            wrong = f"{match} is already on the list; the first line counts."
            problems.append(_problem(VIPS, written, wrong, "Delete one."))
        else:
            guide.vips.append(Vip(match=match, team=team, person=None if team else person, line=written.number))
    if customers and arrow and not (team or person):
        wrong = f"*{pin}* is no team of the Teams tab, no Slack user id and no address; {customers[0]} stays a VIP."
        problems.append(_problem(VIPS, written, wrong, did_you_mean(pin, (team.name for team in teams))))
    return problems


def _read_staff(written: Written, guide: Guide) -> list[Problem]:
    addresses, strange = customers_in(without_remarks(written.text))
    guide.staff += [address for address in addresses if address not in guide.staff]
    wrong = "is neither an address nor a domain."
    return [_problem(STAFF, written, f"*{word}* {wrong}", "Write: example.com.") for word in strange]


def _read_example(written: Written, guide: Guide, topics: Sequence[Topic]) -> list[Problem]:
    words, learned_from = written.text, None
    if mark := LEARNED.search(words):
        words, learned_from = words[: mark.start()].strip(), mark["correction"]
    words = _URGENCY_CELL.sub(lambda cells: f"{cells[1]} ({cells[2]}) |" if cells[2] else f"{cells[1]} |", words)
    names = tuple(topic.name for topic in topics)
    label, text = _label_and_text(words, names)
    if not _topic_of(label, names) and _topic_of(written.under, names):
        label, text = written.under, words
    if not label or not text:
        wrong = "an example needs its topic before it." if not label else "there is no text behind the topic."
        return [_problem(EXAMPLES, written, wrong, "Write: billing: How do I change my billing address?")]
    found = _URGENCY_MARK.match(label)
    name, topic = unquoted(found["topic"] if found else label), _topic_of(label, names)
    if topic is None:
        wrong = f"the Topics tab has no topic *{name}*."
        return [_problem(EXAMPLES, written, wrong, did_you_mean(name, names))]
    words = key(unquoted(text))
    if same := guide.by_words.get(words):
        wrong = f"line {same.line} has the same words for {same.topic}; that one counts."
        return [_problem(EXAMPLES, written, wrong, "Delete one of them.")]
    example = Example(
        example_id=example_id(topic, unquoted(text)),
        topic=topic,
        text=unquoted(text),
        urgency=_urgency(found),
        learned_from=learned_from,
        line=written.number,
    )
    guide.examples.append(example)
    guide.by_words[words] = example
    return []


def _kept_apart(written: Written) -> KeptApart:
    mark = LEARNED.search(written.text)
    words = written.text[: mark.start()] if mark else written.text
    return KeptApart(
        text=unquoted(words.strip()) or words, learned_from=mark["correction"] if mark else None, line=written.number
    )


@lru_cache(maxsize=4096)
def _topic_of(label: str, names: tuple[str, ...]) -> str | None:
    """The topic a label names, with or without an urgency behind it."""
    found = _URGENCY_MARK.match(label)
    said = key(unquoted(found["topic"] if found else label))
    return next((name for name in names if key(name) == said), None)


@lru_cache(maxsize=4096)
def _label_and_text(words: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Cut behind the topic: a topic's own name first (it may hold a colon), then quotes, then the first colon."""
    for pattern in _labels(names):
        if found := pattern.match(words):
            return found["label"].strip(), found["text"].strip()
    return "", words


@lru_cache(maxsize=4)
def _labels(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    mark = r"(?:\s*[(\[][^)\]]{3,20}[)\]])?"
    behind = r"\s*(?::|\||→|->|\t|\s[–—-]\s)\s*"
    known = "|".join(re.escape(plain(name)) for name in sorted(names, key=len, reverse=True)) or "(?!)"
    labels = (rf"(?:{known}){mark}", rf'"[^"]+"{mark}|\'[^\']+\'{mark}', r"[^:|→\t]+?")
    return tuple(re.compile(rf"(?P<label>{label}){behind}(?P<text>.*)$", re.I) for label in labels)


def _read_setting(written: Written, guide: Guide) -> list[Problem]:
    found = _TARGET.match(without_comment(written.text).rstrip("."))
    if not found:
        return [_problem(SETTINGS, written, "I know one setting: hold target.", "Write: hold target: 95 %.")]
    value = float(found["value"].replace(",", "."))
    share = value / 100 if found["percent"] or value > 1 else value
    if not 0.5 <= share <= 0.999:
        return [
            _problem(SETTINGS, written, "the hold target lies between 50 % and 99.9 %.", "Write: hold target: 95 %.")
        ]
    guide.target = share
    return []


def _urgency(found: re.Match[str] | None) -> Urgency | None:
    said = found["urgency"].casefold() if found else ""
    return said if said in ("low", "medium", "high") else None  # type: ignore[return-value]


def _problem(section: str, written: Written, wrong: str, cure: str) -> Problem:
    return Problem("Doc", section, written.number, written.quote, wrong, cure)
