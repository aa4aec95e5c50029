"""A text file seen as a Google Doc: paragraphs with styles and UTF-16 indexes, and the two edits learning makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

_HEADING = re.compile(r"^(#{1,6})(\s+)(.*)$")
_BULLET = re.compile(r"^(\s*[-*]\s+)(.*)$")
_LIST_ID = "kix.local"


class Refused(ValueError):
    """An edit that Docs would refuse."""


@dataclass(frozen=True)
class Paragraph:
    """A line: its markdown mark (which a Doc keeps as style, not as text) and its words."""

    mark: str
    text: str

    @property
    def size(self) -> int:
        """Length in UTF-16 code units, the newline included: Docs counts so."""
        return _units(self.text) + 1


def paragraphs_of(markdown: str) -> list[Paragraph]:
    """The paragraphs of the file; always at least one, as in a Doc."""
    lines = markdown.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return [_paragraph(line) for line in lines]


def markdown_of(paragraphs: list[Paragraph]) -> str:
    """The file those paragraphs make."""
    return "".join(f"{paragraph.mark}{paragraph.text}\n" for paragraph in paragraphs)


def document(paragraphs: list[Paragraph], *, document_id: str, title: str, revision: str) -> dict[str, Any]:
    """The ``Document`` resource."""
    content: list[dict[str, Any]] = [{"endIndex": 1, "sectionBreak": {"sectionStyle": {}}}]
    start = 1
    for paragraph in paragraphs:
        end = start + paragraph.size
        run = {"content": paragraph.text + "\n", "textStyle": {}}
        body: dict[str, Any] = {
            "elements": [{"startIndex": start, "endIndex": end, "textRun": run}],
            "paragraphStyle": {"namedStyleType": _style(paragraph.mark), "direction": "LEFT_TO_RIGHT"},
        }
        if _is_bullet(paragraph):
            body["bullet"] = {"listId": _LIST_ID, "textStyle": {}}
        content.append({"startIndex": start, "endIndex": end, "paragraph": body})
        start = end
    return {"title": title, "documentId": document_id, "revisionId": revision, "body": {"content": content}}


def insert(paragraphs: list[Paragraph], index: int, text: str) -> list[Paragraph]:
    """``insertText``: a newline in it makes a paragraph of the same style. The index must lie within a paragraph."""
    at, offset = _locate(paragraphs, index)
    before, after = _cut(paragraphs[at].text, offset)
    lines = (before + text.replace("\r", "") + after).split("\n")
    return [*paragraphs[:at], *(Paragraph(paragraphs[at].mark, line) for line in lines), *paragraphs[at + 1 :]]


def delete(paragraphs: list[Paragraph], start: int, end: int) -> list[Paragraph]:
    """``deleteContentRange``: half open. Paragraphs whose border is deleted become one, with the first one's style."""
    last = 1 + sum(paragraph.size for paragraph in paragraphs)
    if not 1 <= start < end < last:
        raise Refused(
            "Invalid requests[0].deleteContentRange: the range must be within the body, its last newline kept."
        )
    first, from_offset = _locate(paragraphs, start)
    to, to_offset = _locate(paragraphs, end)
    head, tail = _cut(paragraphs[first].text, from_offset)[0], _cut(paragraphs[to].text, to_offset)[1]
    # A paragraph deleted whole takes its style with it.
    keep = paragraphs[to] if from_offset == 0 and to_offset == 0 else paragraphs[first]
    return [*paragraphs[:first], replace(keep, text=head + tail), *paragraphs[to + 1 :]]


def restyle(paragraphs: list[Paragraph], start: int, end: int, style: str) -> list[Paragraph]:
    """``updateParagraphStyle`` with a named style, for every paragraph that the range touches.

    A bullet is no named style: normal text stays in its list, as in Docs.
    """
    marks = {"NORMAL_TEXT": "", **{f"HEADING_{depth}": "#" * depth + " " for depth in range(1, 7)}}
    touched = _touched(paragraphs, start, end)

    def styled(paragraph: Paragraph) -> Paragraph:
        keeps = style == "NORMAL_TEXT" and _is_bullet(paragraph)
        return paragraph if keeps else replace(paragraph, mark=marks[style])

    return [styled(paragraph) if at in touched else paragraph for at, paragraph in enumerate(paragraphs)]


def unbullet(paragraphs: list[Paragraph], start: int, end: int) -> list[Paragraph]:
    """``deleteParagraphBullets``, for every paragraph that the range touches."""
    touched = _touched(paragraphs, start, end)
    return [
        replace(paragraph, mark="") if at in touched and _is_bullet(paragraph) else paragraph
        for at, paragraph in enumerate(paragraphs)
    ]


def _is_bullet(paragraph: Paragraph) -> bool:
    return paragraph.mark.strip() in ("-", "*")


def _touched(paragraphs: list[Paragraph], start: int, end: int) -> range:
    return range(_locate(paragraphs, start)[0], _locate(paragraphs, max(start, end - 1))[0] + 1)


def _paragraph(line: str) -> Paragraph:
    if found := _HEADING.match(line):
        return Paragraph(found[1] + found[2], found[3])
    if found := _BULLET.match(line):
        return Paragraph(found[1], found[2])
    return Paragraph("", line)


def _style(mark: str) -> str:
    depth = mark.strip().count("#")
    return f"HEADING_{depth}" if depth else "NORMAL_TEXT"


def _locate(paragraphs: list[Paragraph], index: int) -> tuple[int, int]:
    start = 1
    for at, paragraph in enumerate(paragraphs):
        if start <= index < start + paragraph.size:
            return at, index - start
        start += paragraph.size
    raise Refused(f"Index {index} must be less than the end index of the referenced segment, {start}.")


def _cut(text: str, offset: int) -> tuple[str, str]:
    encoded = text.encode("utf-16-le")
    try:
        return encoded[: 2 * offset].decode("utf-16-le"), encoded[2 * offset :].decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise Refused("The index is in the middle of a surrogate pair.") from error


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
