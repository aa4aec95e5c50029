"""The Doc as it can be written to: where a new line goes without touching anybody's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.learning.domain.sections import EXAMPLES, Line, heading_of
from services.learning.domain.writing import plain


@dataclass(frozen=True)
class Spot:
    """Where to write: at the end of line ``at`` (None: of the whole Doc), and how the new line begins."""

    at: int | None
    how: Literal["below", "below heading", "into", "new section"]
    section: str = EXAMPLES


def spot_in(section: str, lines: Sequence[Line], writable: Sequence[bool]) -> Spot:
    """Below the section's last line; in the empty line below its heading; below the heading; or with a new heading.

    ``writable`` says which lines are paragraphs (a table's rows are not).
    """
    heading, last = None, None
    current = None
    for index, line in enumerate(lines):
        name = heading_of(line)
        if name or line.heading:
            current = name
            if name == section and heading is None:
                heading = index
        elif current == section and plain(line.text) and writable[index]:
            last = index
    if last is not None:
        return Spot(last, "below", section)
    if heading is None:
        return Spot(None, "new section", section)
    below = heading + 1
    if below < len(lines) and writable[below] and not lines[below].heading and not plain(lines[below].text):
        return Spot(below, "into", section)
    return Spot(heading, "below heading", section)
