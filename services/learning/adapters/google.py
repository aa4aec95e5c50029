"""The rules folder, through Google's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import boto3

from services.learning.app import EditedMeanwhile, Page, Stamp
from services.learning.domain import Line, Pages
from services.learning.domain.page import Spot
from services.learning.settings import Settings
from shared.settings import secret

SCOPES = (
    "https://www.googleapis.com/auth/drive.metadata.readonly",
    "https://www.googleapis.com/auth/spreadsheets.readonly",
    "https://www.googleapis.com/auth/documents",
)
"""The least that reads a Sheet, reads and writes a Doc, and lists a folder. The folder is shared with the account."""
SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
DOC_TYPE = "application/vnd.google-apps.document"
_RETRIES = 3
"""googleapiclient waits 1, 2, 4 s (with jitter) on 429 and 5xx: quotas are 60 reads and 60 writes a minute a user."""


class GoogleFolder:
    """The rules folder in Drive. The first Sheet and the first Doc in it, by name, are the rules."""

    def __init__(self, *, key: dict[str, Any], folder_id: str, api_root: str = "") -> None:
        self._key, self._folder_id, self._root = key, folder_id, api_root.rstrip("/")
        self._credentials: Any = None
        self._ids: dict[str, str] = {}
        self._links: dict[str, str | None] = {}

    def stamp(self) -> Stamp:
        """One call: the folder's files with their versions. Raises RuntimeError when a file is missing."""
        answer = self._do(
            self._files.list(
                q=f"'{self._folder_id}' in parents and trashed = false",
                fields="files(id,name,mimeType,version,modifiedTime,webViewLink,lastModifyingUser(displayName))",
                supportsAllDrives=True,
                includeItemsFromAllDrives=True,
            )
        )
        files = sorted(answer.get("files", []), key=lambda file: (file["mimeType"], file["name"]))
        for kind, what in ((SHEET_TYPE, "Sheet"), (DOC_TYPE, "Doc")):
            found = next((file for file in files if file["mimeType"] == kind), None)
            if found is None:
                raise RuntimeError(
                    f"Drive folder {self._folder_id} has no {what} that {self._key.get('client_email')} can see: "
                    "share the folder with that address"
                )
            self._ids[kind] = found["id"]
            self._links[kind] = found.get("webViewLink")
        ours = [file for file in files if file["id"] in self._ids.values()]
        latest = max(ours, key=lambda file: str(file.get("modifiedTime", "")))
        return Stamp(
            fingerprint=" ".join(f"{file['id']}@{file['version']}" for file in ours),
            changed_by=latest.get("lastModifyingUser", {}).get("displayName", ""),
        )

    def read(self) -> Pages:
        """Both tabs and the Doc."""
        return Pages(topics=self._rows("Topics"), teams=self._rows("Teams"), guide=self.page().lines)

    def page(self) -> Page:
        """The Doc, line by line."""
        document = self._do(
            self._documents.get(
                documentId=self._id(DOC_TYPE),
                suggestionsViewMode="SUGGESTIONS_INLINE",
                fields="revisionId,body(content)",
            )
        )
        lines = list(lines_of_body(document.get("body", {}).get("content", [])))
        return Page([line for line, _ in lines], [span for _, span in lines], document["revisionId"])

    def doc_link(self) -> str | None:
        """Where the Doc can be opened in a browser."""
        self._id(DOC_TYPE)
        return self._links[DOC_TYPE]

    def write(self, page: Page, spot: Spot, line: str | None, remove: Sequence[int] = ()) -> None:
        """Edit exactly that revision of the Doc, all or nothing."""
        from googleapiclient.errors import HttpError

        try:
            self._do(
                self._documents.batchUpdate(
                    documentId=self._id(DOC_TYPE),
                    body={
                        "requests": edits_for(page, spot, line, remove),
                        "writeControl": {"requiredRevisionId": page.revision},
                    },
                )
            )
        except HttpError as error:
            if error.status_code == 400 and "revision" in str(error).casefold():
                raise EditedMeanwhile from error
            raise

    def _rows(self, tab: str) -> list[list[Any]]:
        from googleapiclient.errors import HttpError

        try:
            answer = self._do(self._values.get(spreadsheetId=self._id(SHEET_TYPE), range=tab, majorDimension="ROWS"))
        except HttpError as error:
            if error.status_code == 400:  # “Unable to parse range”: the tab is gone or has another name
                return []
            raise
        rows: list[list[Any]] = answer.get("values", [])
        return rows

    def _id(self, kind: str) -> str:
        if kind not in self._ids:
            self.stamp()
        return self._ids[kind]

    # Kept once made: googleapiclient writes the documentation of every method anew each time one is asked for.
    @cached_property
    def _files(self) -> Any:
        return self._api("drive", "v3", "/drive/v3/").files()

    @cached_property
    def _values(self) -> Any:
        return self._api("sheets", "v4", "/").spreadsheets().values()

    @cached_property
    def _documents(self) -> Any:
        return self._api("docs", "v1", "/").documents()

    def _api(self, name: str, version: str, path: str) -> Any:
        # Imported late: 300 ms that only the first call needs.
        from google.oauth2 import service_account
        from googleapiclient.discovery import build

        if self._credentials is None:  # one for the three APIs: a token serves them all
            self._credentials = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                self._key, scopes=SCOPES
            )
        options = {"api_endpoint": self._root + path} if self._root else {}
        return build(
            name, version, credentials=self._credentials, client_options=options, static_discovery=True,
            cache_discovery=False,
        )  # fmt: skip

    @staticmethod
    def _do(request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = request.execute(num_retries=_RETRIES)
        return answer


def google_folder(settings: Settings) -> GoogleFolder:
    """The folder, seen with the service account whose key is in SSM."""
    key = json.loads(secret(boto3.client("ssm"), settings.google_key_parameter))
    return GoogleFolder(key=key, folder_id=settings.rules_folder_id, api_root=settings.google_api_root)


def lines_of_body(content: list[dict[str, Any]]) -> Iterator[tuple[Line, tuple[int, int] | None]]:
    """A Doc's body as lines; a table's row is one line, its cells parted by ``|``."""
    for element in content:
        if paragraph := element.get("paragraph"):
            style = paragraph.get("paragraphStyle", {}).get("namedStyleType", "")
            yield Line(_text(paragraph), _depth(style)), (int(element["startIndex"]), int(element["endIndex"]) - 1)
        for row in element.get("table", {}).get("tableRows", []):
            cells = [
                " ".join(line.text for line, _ in lines_of_body(cell.get("content", []))) for cell in row["tableCells"]
            ]
            yield Line(f"| {' | '.join(cell.strip() for cell in cells)} |"), None


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
