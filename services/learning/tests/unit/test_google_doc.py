"""A Google Doc as the API gives it, line by line, and the edits that write into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.learning.adapters.google_doc import edits_for, lines_of_body
from services.learning.app import Page
from services.learning.domain import Folder
from services.learning.domain.page import Spot


def paragraph(start: int, *elements: dict[str, Any], style: str = "NORMAL_TEXT", size: int = 10) -> dict[str, Any]:
    body = {"elements": list(elements), "paragraphStyle": {"namedStyleType": style}}
    return {"startIndex": start, "endIndex": start + size, "paragraph": body}


def run(text: str, **more: Any) -> dict[str, Any]:
    return {"textRun": {"content": text, **more}}


def test_what_is_written_is_read_and_what_is_suggested_is_not() -> None:
    person = {"person": {"personProperties": {"email": "anna@example.com"}}}
    link = {"richLink": {"richLinkProperties": {"title": "globex.example"}}}
    cells = [[paragraph(60, run("bug\n"))], [paragraph(64, run("It "), run("breaks\n")), paragraph(68, run("Often\n"))]]
    table = {"tableRows": [{"tableCells": [{"content": cell} for cell in cells]}]}
    added, gone = run(" new", suggestedInsertionIds=["s1"]), run(" old", suggestedDeletionIds=["s2"])
    body = [
        {"endIndex": 1, "sectionBreak": {}},
        paragraph(1, run("How we sort\n"), style="TITLE"),
        paragraph(11, run("VIP "), run("customers\n"), style="HEADING_2"),
        paragraph(21, person, run(" → finance\n")),
        paragraph(31, link, run("\n")),
        paragraph(41, run("stays"), added, gone, run("\n")),
        {"startIndex": 51, "endIndex": 80, "table": table},
    ]
    lines = list(lines_of_body(body))
    assert [(line.text, line.heading) for line, _ in lines] == [
        ("How we sort", 1),
        ("VIP customers", 2),
        ("anna@example.com → finance", 0),
        ("globex.example", 0),
        ("stays old", 0),
        ("| bug | It breaks\vOften |", 0),
    ]
    assert [span for _, span in lines] == [(1, 10), (11, 20), (21, 30), (31, 40), (41, 50), None]


def test_what_is_struck_through_is_marked_so() -> None:
    (line, _), *_ = lines_of_body([paragraph(1, run("globex.example", textStyle={"strikethrough": True}), run("\n"))])
    assert line.text == "~~globex.example~~"


def table(*rows: tuple[list[str], ...]) -> dict[str, Any]:
    """A table as Docs gives it: paragraphs in cells in rows."""
    cells = [
        {"tableCells": [{"content": [paragraph(1, run(f"{text}\n")) for text in cell]} for cell in row]} for row in rows
    ]
    return {"startIndex": 1, "endIndex": 99, "table": {"tableRows": cells}}


@pytest.mark.parametrize(
    ("body", "part", "expected", "told"),
    [
        ([table((["outage", "down", "losing sales"],))], "urgent_words", ("outage", "down", "losing sales"), ""),
        (
            [table((["outage\vdown", ""],), (["停机，宕机", ""],))],
            "urgent_words",
            ("outage", "down", "停机", "宕机"),
            "",
        ),
        (
            [table((["Word"], ["Note"]), (["outage"], ["for ops only"]), (["down"], ["only if the shop says so"]))],
            "urgent_words",
            ("outage", "down"),
            "",
        ),
        ([table((["Note"], ["Word"]), (["ops"], ["outage", "down"]))], "urgent_words", ("outage", "down"), ""),
        ([table((["outage"], ["for ops only"]))], "urgent_words", ("outage",), "*for ops only*"),
    ],
)
def test_lines_in_a_cell_are_entries_and_another_column_is_none(
    read_lines: Callable[..., Folder], body: list[dict[str, Any]], part: str, expected: tuple[str, ...], told: str
) -> None:
    heading = paragraph(1, run("Urgent words\n"), style="HEADING_2")
    folder = read_lines([line for line, _ in lines_of_body([heading, *body])])
    assert getattr(folder.draft, part) == expected
    assert [told in str(problem) for problem in folder.problems] == [True] * bool(told)


def page(*spans: tuple[int, int] | None) -> Page:
    return Page(lines=[], spans=list(spans), revision="r")


def test_the_last_place_is_edited_first() -> None:
    edits = edits_for(page((1, 5), (6, 9), (10, 14)), Spot(2, "below"), "new", remove=(0, 2))
    assert edits == [
        {"insertText": {"location": {"index": 14}, "text": "\nnew"}},
        {"deleteContentRange": {"range": {"startIndex": 10, "endIndex": 15}}},
        {"deleteContentRange": {"range": {"startIndex": 1, "endIndex": 6}}},
    ]


def test_the_last_newline_of_a_doc_is_never_deleted() -> None:
    edits = edits_for(page((1, 5), (6, 9)), Spot(1, "below"), None, remove=(1,))
    assert edits == [{"deleteContentRange": {"range": {"startIndex": 5, "endIndex": 9}}}]


def styled(start: int, end: int, style: str) -> dict[str, Any]:
    span, named = {"startIndex": start, "endIndex": end}, {"namedStyleType": style}
    return {"updateParagraphStyle": {"range": span, "paragraphStyle": named, "fields": "namedStyleType"}}


def test_a_new_section_has_a_heading_and_a_line_whatever_the_doc_ended_with() -> None:
    edits = edits_for(page((1, 5), (6, 9)), Spot(None, "new section", "Not copies"), "Alarm", remove=())
    heading = {"startIndex": 10, "endIndex": 20}
    assert edits == [
        {"insertText": {"endOfSegmentLocation": {}, "text": "\nNot copies\nAlarm"}},
        {"deleteParagraphBullets": {"range": heading}},
        styled(10, 20, "HEADING_2"),
        styled(21, 26, "NORMAL_TEXT"),
    ]
