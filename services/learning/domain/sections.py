"""The Doc cut into its sections: headings however they are styled, and the lines below each that say something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.learning.domain.problem import Problem
from services.learning.domain.table import entries_of, is_row
from services.learning.domain.writing import closest, is_comment, key, plain, unmarked, without_bullet

URGENT, VIPS, STAFF, RULES, EXAMPLES, APART, SETTINGS = (
    "Urgent words", "VIP customers", "Our people", "Priority rules", "Examples", "Not copies", "Settings",
)  # fmt: skip
HEADINGS = {
    URGENT: "urgent words, urgent, urgency words, urgent keywords, urgent phrases, urgent word, words that mean urgent",
    VIPS: "vip customers, vip, vips, vip customer, vip list, customers who are vip, important customers, key accounts",
    STAFF: "our people, staff, our staff, our team, people, colleagues, our addresses, our domains",
    RULES: "priority rules, rules, priority, priorities, priority rule, escalation rules, escalation, escalations",
    EXAMPLES: "examples, labelled examples, labeled examples, example tickets, sample tickets, example",
    APART: "not copies, not a copy, never fold, no copies, not duplicates",
    SETTINGS: "settings, setting, options",
}
_SPELLED = {spelling: name for name, spellings in HEADINGS.items() for spelling in spellings.split(", ")}
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_COLUMNS = frozenset((
    "word", "words", "urgent word", "urgent words", "customer", "customers", "vip", "address", "domain", "e mail",
    "email", "team", "goes to", "person", "name", "note", "notes", "comment", "why", "topic", "urgency", "example",
    "examples", "text", "ticket", "rule", "rules", "move", "when", "condition", "setting", "value",
))  # fmt: skip
"""What people write above the columns of a table."""
_BODY = 7
"""Deeper than any heading."""


@dataclass(frozen=True)
class Line:
    """A line of the Doc. ``heading`` is the depth the writer styled it with, from 1; 0 for a plain line."""

    text: str
    heading: int = 0


def lines_of(markdown: str) -> tuple[Line, ...]:
    """The lines of ``guide.md``, the folder's Doc as a text file."""
    lines = []
    for text in markdown.splitlines():
        found = _MARKDOWN_HEADING.match(text.strip())
        lines.append(Line(found[2], heading=len(found[1])) if found else Line(text))
    return tuple(lines)


@dataclass(frozen=True)
class Placed:
    """A line and where it stands: its section (None: one that is not ours) and the heading right above it."""

    at: int
    text: str
    section: str | None
    under: str
    heading: bool = False
    opens: bool = False
    """It is the heading of its section, and not one further down in it."""
    shares: bool = False
    """Something else stands on the same line of the Doc."""


@dataclass(frozen=True)
class Written:
    """A line that says something: its number within the section, its words, and what it looks like in the Doc.

    ``at`` is the line of the Doc it stands on; ``alone``: nothing else stands there; ``under``: the heading above it;
    ``columns``: of a table's row, what its heading row calls them; None for a line that is no row.
    """

    number: int
    text: str
    quote: str
    at: int
    alone: bool
    under: str
    columns: tuple[str, ...] | None = None


def outline(lines: Iterable[Line]) -> Iterator[Placed]:
    """Every line with its section. A heading deeper than the section's own belongs to it, as in any outline."""
    section, depth, under = None, _BODY, ""
    for at, line in enumerate(lines):
        parts = entries_of(line.text, by_first_cell=section not in (URGENT, EXAMPLES))
        for text in parts:
            alone = section is None or (section != URGENT and text.isupper())
            name, rest = _heading_in(text, styled=bool(line.heading), loose=alone)
            if name or line.heading:
                if name or line.heading <= depth:
                    section, depth = name, line.heading or _BODY
                under = plain(text)
                yield Placed(at, text, section, under, heading=True, opens=name is not None)
            if rest or not (name or line.heading):
                yield Placed(at, rest or text, section, under, shares=len(parts) > 1 or bool(rest))


def sections_of(lines: Iterable[Line]) -> tuple[dict[str, list[Written]], list[Written], list[Problem]]:
    """Every section with its lines; the lines below other headings; headings that were probably meant to be ours."""
    sections: dict[str, list[Written]] = {name: [] for name in HEADINGS}
    unread: list[Written] = []
    problems: list[Problem] = []
    counts: Counter[str] = Counter()
    columns: tuple[str, ...] | None = None
    for line in outline(lines):
        quote = plain(line.text)
        columns = (columns or ()) if is_row(quote) else None
        if line.heading and not line.section and (near := closest(quote, HEADINGS)):
            cure = f"Did you mean {near}? What stands below it is not read."
            problems.append(Problem("Doc", quote, None, quote, f"I know no heading *{quote}*.", cure))
        elif quote and not line.heading:
            place = line.section or line.under
            counts[place] += 1
            words = without_bullet(unmarked(line.text)).strip("|").strip()
            if head := _table_head(quote):
                columns = head if is_row(quote) else None
            if head or not words or is_comment(words) or set(words) <= set("-=| :*_"):
                continue
            written = Written(counts[place], words, quote, line.at, not line.shares, line.under, columns)
            if line.section and "~~" in words:
                wrong = "this line is struck through; I leave it out."
                cure = "Delete it, or take the stroke away."
                problems.append(Problem("Doc", line.section, written.number, quote, wrong, cure))
            else:
                (sections[line.section] if line.section else unread).append(written)
    return sections, unread, problems


@lru_cache(maxsize=4096)
def _heading_in(text: str, *, styled: bool, loose: bool) -> tuple[str | None, str]:
    """The section a line opens, and what follows the heading on the same line (``Urgent words: outage, down``).

    A line that is not styled opens one when it consists of a heading's words, and these can be nothing else: the name
    itself, several words, one that is bold, in capitals or ends in a colon, or one outside every section (``loose``).
    """
    words = without_bullet(plain(text))
    name = _SPELLED.get(_bare(words))
    marked = words.endswith(":") or (words.startswith(("**", "__")) and words.endswith(("**", "__")))
    if name and (styled or loose or marked or " " in _bare(words) or _bare(words) == key(name)):
        return name, ""
    head, colon, rest = words.partition(":")
    name = _SPELLED.get(_bare(head)) if " " in _bare(head) else None
    return (name, rest.strip("* ")) if colon and name else (None, "")


def _bare(heading: str) -> str:
    return key(re.sub(r"\([^)]*\)\s*$|[^\w\s'-]", "", heading))


def _table_head(quote: str) -> tuple[str, ...]:
    """What a table's heading row calls its columns; empty when the line is none."""
    cells = tuple(key(cell) for cell in quote.strip("|").split("|")) if "|" in quote else ()
    return cells if all(cell in _COLUMNS for cell in cells if cell) else ()
