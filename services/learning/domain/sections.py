"""The Doc cut into its sections: headings however they are styled, and the lines below each that say something."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.learning.domain.problem import Problem
from services.learning.domain.writing import closest, is_comment, key, plain, without_bullet

URGENT, VIPS, STAFF, RULES, EXAMPLES, APART, SETTINGS = (
    "Urgent words", "VIP customers", "Our people", "Priority rules", "Examples", "Not copies", "Settings",
)  # fmt: skip
HEADINGS = {
    URGENT: ("urgent words", "urgent", "urgency words", "words that mean urgent", "urgent word"),
    VIPS: ("vip customers", "vip", "vips", "vip customer", "vip list", "customers who are vip"),
    STAFF: ("our people", "staff", "our staff", "people", "colleagues", "our addresses"),
    RULES: ("priority rules", "rules", "priority", "priorities", "priority rule"),
    EXAMPLES: ("examples", "labelled examples", "labeled examples", "example tickets", "example"),
    APART: ("not copies", "not a copy", "never fold", "no copies", "not duplicates"),
    SETTINGS: ("settings", "setting", "options"),
}
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


@dataclass(frozen=True)
class Line:
    """A line of the Doc. ``heading`` says that the writer styled it as one."""

    text: str
    heading: bool = False


def lines_of(markdown: str) -> tuple[Line, ...]:
    """The lines of ``guide.md``, the folder's Doc as a text file."""
    lines = []
    for text in markdown.splitlines():
        found = _MARKDOWN_HEADING.match(text.strip())
        lines.append(Line(found.group(1), heading=True) if found else Line(text))
    return tuple(lines)


@dataclass(frozen=True)
class Written:
    """A line that says something: its number within the section, its words, and what it looks like in the Doc.

    ``at`` is the line of the Doc it stands on; ``alone``: nothing else stands there.
    """

    number: int
    text: str
    quote: str
    at: int
    alone: bool


def heading_of(line: Line) -> str | None:
    """The section a line opens: styled as a heading, or just its very words on a line of their own."""
    words = key(line.text)
    for name, spellings in HEADINGS.items():
        # Without the style only the full name counts: “rules” alone may be part of what people tell each other.
        if words in (spellings if line.heading else spellings[:1]):
            return name
    return None


def sections_of(lines: Iterable[Line]) -> tuple[dict[str, list[Written]], list[Problem]]:
    """Every section with its lines, and headings that were probably meant to be one."""
    sections: dict[str, list[Written]] = {name: [] for name in HEADINGS}
    problems: list[Problem] = []
    current: str | None = None
    counts = dict.fromkeys(HEADINGS, 0)
    for at, line in enumerate(lines):
        parts = line.text.split("\v")  # Docs: a soft line break within a paragraph
        for text in parts:
            quote = plain(text)
            name = heading_of(Line(text, line.heading))
            if name or line.heading:
                current = name
                if name is None and quote and (near := _near_heading(quote)):
                    cure = f"Did you mean {near}? What stands below it is not read."
                    problems.append(Problem("Doc", quote, None, quote, f"I know no heading *{quote}*.", cure))
            elif current and quote:
                counts[current] += 1
                words = without_bullet(plain(text)).strip("|").strip()
                if words and not is_comment(words) and not set(words) <= set("-| :"):
                    sections[current].append(Written(counts[current], words, quote, at, len(parts) == 1))
    return sections, problems


def _near_heading(text: str) -> str | None:
    return closest(text, HEADINGS)
