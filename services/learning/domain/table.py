"""Tables in the Doc: a row is a line, its cells between ``|``; a cell of several lines is several entries."""

from __future__ import annotations

import re
from collections.abc import Sequence

LINE_BREAK = "\v"
"""Between two lines that stand in one paragraph (Docs' own mark) or in one cell."""
_BREAK = re.compile(r"[\v\n]|<br\s*/?>", re.I)


def row_of(cells: Sequence[Sequence[str]]) -> str:
    """A row of the Doc's table as one line; each cell is given line by line."""
    said = (LINE_BREAK.join(line.strip() for line in cell if line.strip()) for cell in cells)
    return f"| {' | '.join(said)} |"


def entries_of(text: str, *, by_first_cell: bool = True) -> list[str]:
    """The lines that stand in one line of the Doc: those of a paragraph, or a row's.

    A row has as many entries as its first cell has lines (``by_first_cell``), else as the longest of its cells. A cell
    with as many lines goes along with it line by line; the last line of one with fewer belongs to all that are left.
    """
    if not is_row(text):
        return text.split(LINE_BREAK)
    cells = [
        [line.strip() for line in _BREAK.split(cell) if line.strip()] or [""] for cell in text.strip()[1:-1].split("|")
    ]
    count = len(cells[0]) if by_first_cell else max(map(len, cells))
    rows = (
        [" ".join(cell) if len(cell) > count else cell[min(at, len(cell) - 1)] for cell in cells] for at in range(count)
    )
    return [f"| {' | '.join(row)} |" for row in rows]


def is_row(text: str) -> bool:
    """Whether a line is a row of a table."""
    said = text.strip()
    return len(said) > 1 and said[0] == said[-1] == "|"


def cells_of(text: str) -> list[str]:
    """The cells of a row whose outer bars are gone."""
    return [cell.strip() for cell in text.split("|")]
