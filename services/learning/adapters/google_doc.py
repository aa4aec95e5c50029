"""A Google Doc as the API gives it: read line by line, and the requests that edit it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from services.learning.app import Page
from services.learning.domain import Line
from services.learning.domain.page import Spot
from services.learning.domain.table import row_of


def lines_of_body(content: list[dict[str, Any]]) -> Iterator[tuple[Line, tuple[int, int] | None]]:
    """A Doc's body as lines; a table's row is one line."""
    for element in content:
        if paragraph := element.get("paragraph"):
            style = paragraph.get("paragraphStyle", {}).get("namedStyleType", "")
            yield Line(_text(paragraph), _depth(style)), (int(element["startIndex"]), int(element["endIndex"]) - 1)
        for row in element.get("table", {}).get("tableRows", []):
            cells = [[line.text for line, _ in lines_of_body(cell.get("content", []))] for cell in row["tableCells"]]
            yield Line(row_of(cells)), None


def _depth(style: str) -> int:
    """How deep a heading of that named style is, from 1; 0 for text. A title is as high as the highest heading."""
    if style in ("TITLE", "SUBTITLE"):
        return 1
    return int(style.removeprefix("HEADING_")) if style.startswith("HEADING_") else 0


def _text(paragraph: dict[str, Any]) -> str:
    return "".join(map(_words, paragraph.get("elements", []))).rstrip("\n")


def _words(element: dict[str, Any]) -> str:
    """What is written there: text, or the address or title in a chip. What is only suggested is not written yet.

    What is struck through is marked the way Markdown does it.
    """
    part: dict[str, Any] = next((element[kind] for kind in ("textRun", "person", "richLink") if kind in element), {})
    if part.get("suggestedInsertionIds"):
        return ""
    said = part.get("content") or part.get("personProperties", {}).get("email")
    said = str(said or part.get("richLinkProperties", {}).get("title") or "")
    return f"~~{said.strip()}~~" if part.get("textStyle", {}).get("strikethrough") and said.strip() else said


def edits_for(page: Page, spot: Spot, line: str | None, remove: Sequence[int]) -> list[dict[str, Any]]:
    """The Docs requests that write the line and take others out, the last place first so that no index moves.

    A new line goes in before an old one goes out: a Doc's last newline can never be deleted.
    """
    writing = _insertion(page, spot, line) if line is not None else []
    removing = [_removal(page, at, keep_newline=not writing and at == len(page.spans) - 1) for at in sorted(remove)]
    return [*writing, *reversed(removing)]


def _insertion(page: Page, spot: Spot, line: str) -> list[dict[str, Any]]:
    if spot.at is None:
        return _section(page, spot.section, line)
    index = _span(page, spot.at)[1]
    if spot.how == "into":
        return [{"insertText": {"location": {"index": index}, "text": line}}]
    edits: list[dict[str, Any]] = [{"insertText": {"location": {"index": index}, "text": f"\n{line}"}}]
    if spot.how == "below heading":  # the new paragraph took the heading's style
        edits.append(_restyled(index + 1, line, "NORMAL_TEXT"))
    return edits


def _section(page: Page, section: str, line: str) -> list[dict[str, Any]]:
    """A heading at the Doc's end and a line under it. Both begin as the Doc ended: as a bullet, or as a heading."""
    inserted = {"insertText": {"endOfSegmentLocation": {}, "text": f"\n{section}\n{line}"}}
    last = page.spans[-1] if page.spans else None
    if last is None:  # a table is the last that was read: Docs then keeps the style of the empty line under it
        return [inserted]
    heading = _restyled(last[1] + 1, section, "HEADING_2")
    where = heading["updateParagraphStyle"]["range"]
    return [
        inserted,
        {"deleteParagraphBullets": {"range": where}},
        heading,
        _restyled(where["endIndex"] + 1, line, "NORMAL_TEXT"),
    ]


def _restyled(start: int, text: str, style: str) -> dict[str, Any]:
    """Give the paragraph that begins at ``start`` a named style. UTF-16 code units, as Docs counts."""
    span = {"startIndex": start, "endIndex": start + len(text.encode("utf-16-le")) // 2}
    named = {"namedStyleType": style}
    return {"updateParagraphStyle": {"range": span, "paragraphStyle": named, "fields": "namedStyleType"}}


def _removal(page: Page, at: int, *, keep_newline: bool) -> dict[str, Any]:
    start, end = _span(page, at)
    span = (start - 1, end) if keep_newline else (start, end + 1)
    return {"deleteContentRange": {"range": {"startIndex": span[0], "endIndex": span[1]}}}


def _span(page: Page, at: int) -> tuple[int, int]:
    span = page.spans[at]
    if span is None:
        raise ValueError("a table's row is no paragraph to edit")
    return span
