"""The rules folder: lines of the Doc that name the customer or were learnt from them, and rows of the Sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.erase.found import Found, Seen
from cli.erase.who import Traces
from services.learning.adapters.google import GoogleFolder

_SHEET = "the service account may only read the Sheet: change the row there"
_TABLE = "it stands in a table of the Doc: change the row there"


class Folder:
    """One Sheet and one Doc."""

    name = "rules folder"

    def __init__(self, folder: GoogleFolder) -> None:
        self._folder = folder

    def find(self, traces: Traces, seen: Seen) -> Iterator[Found]:
        """The Doc line by line, then both tabs of the Sheet."""
        page = self._folder.page()
        for at, line in enumerate(page.lines):
            seen("Doc")
            if line.text in traces:
                by_hand = "" if page.spans[at] else _TABLE
                yield Found(f"line {at + 1}", "Doc", line.text, by_hand=by_hand, content=line.text)
        pages = self._folder.read()
        for tab, rows in (("Topics", pages.topics), ("Teams", pages.teams)):
            for number, row in enumerate(rows, start=1):
                seen(f"Sheet, {tab}")
                if any(str(cell) in traces for cell in row):
                    yield Found(f"row {number} of {tab}", "Sheet", by_hand=_SHEET, content=row)

    def erase(self, found: Sequence[Found]) -> None:
        """Take the lines out, all in one edit of the revision that was read. Raises EditedMeanwhile."""
        page = self._folder.page()
        lines = {one.key for one in found}
        remove = [at for at, line in enumerate(page.lines) if line.text in lines and page.spans[at]]
        if remove:
            from services.learning.domain.page import Spot

            self._folder.write(page, Spot(None, "below"), None, remove)
