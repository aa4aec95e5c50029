"""The Doc as it can be written to: where a new line goes without touching anybody's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.learning.domain.sections import EXAMPLES, Line, outline
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
    places = [place for place in outline(lines) if place.section == section]
    heading = next((place.at for place in places if place.opens), None)
    last = max(
        (place.at for place in places if not place.heading and plain(place.text) and writable[place.at]), default=None
    )
    if last is not None:
        return Spot(last, "below", section)
    if heading is None:
        return Spot(None, "new section", section)
    below = heading + 1
    if below < len(lines) and writable[below] and not lines[below].heading and not plain(lines[below].text):
        return Spot(below, "into", section)
    return Spot(heading, "below heading", section)
