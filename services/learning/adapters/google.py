"""The rules folder, through Google's own client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import boto3

from services.learning.adapters.google_doc import edits_for, lines_of_body
from services.learning.app import EditedMeanwhile, Page, Stamp
from services.learning.domain import Pages
from services.learning.domain.page import Spot
from services.learning.domain.problem import Problem, too_many
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
    """The rules folder in Drive: one Sheet and one Doc. A copy beside them is never read for them."""

    def __init__(self, *, key: dict[str, Any], folder_id: str, api_root: str = "") -> None:
        self._key, self._folder_id, self._root = key, folder_id, api_root.rstrip("/")
        self._credentials: Any = None
        self._ids: dict[str, str] = {}
        self._links: dict[str, str | None] = {}

    def stamp(self, before: str = "") -> Stamp:
        """One call: the folder's files with their versions. Raises RuntimeError when a file is missing.

        Of two Sheets or Docs the one counts that counted at ``before``, an earlier fingerprint, and the other is
        reported. When neither did, none counts: the problem is fatal, and ``read`` must not be asked.
        """
        answer = self._do(
            self._files.list(
                q=f"'{self._folder_id}' in parents and trashed = false",
                fields="files(id,name,mimeType,version,modifiedTime,webViewLink,lastModifyingUser(displayName))",
                pageSize=1000,
                supportsAllDrives=True,
                includeItemsFromAllDrives=True,
            )
        )
        known = {part.partition("@")[0] for part in before.split()}
        ours: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        problems: list[Problem] = []
        self._ids.clear()
        for kind, what in ((DOC_TYPE, "Doc"), (SHEET_TYPE, "Sheet")):
            files = sorted(
                (file for file in answer.get("files", []) if file["mimeType"] == kind),
                key=lambda file: (file["id"] not in known, file["name"], file["id"]),
            )
            if not files:
                raise RuntimeError(
                    f"Drive folder {self._folder_id} has no {what} that {self._key.get('client_email')} can see: "
                    "share the folder with that address"
                )
            chosen = files[0] if len(files) == 1 or files[0]["id"] in known else None
            others += [file for file in files if file is not chosen]
            if len(files) > 1:
                names = [file["name"] for file in files if file is not chosen]
                problems.append(too_many(what, chosen["name"] if chosen else None, names))
            if chosen:
                ours.append(chosen)
                self._ids[kind] = chosen["id"]
                self._links[kind] = chosen.get("webViewLink")
        latest = max(ours, key=lambda file: str(file.get("modifiedTime", "")), default={})
        marks = [f"{file['id']}@{file['version']}" for file in ours] + [f"!{file['id']}@" for file in others]
        return Stamp(
            fingerprint=" ".join(marks),
            changed_by=latest.get("lastModifyingUser", {}).get("displayName", ""),
            problems=tuple(problems),
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
            # In quotes it is the tab, whatever else bears the name: without them a named range comes first.
            answer = self._do(
                self._values.get(spreadsheetId=self._id(SHEET_TYPE), range=f"'{tab}'", majorDimension="ROWS")
            )
        except HttpError as error:
            if error.status_code == 400:  # “Unable to parse range”: the tab is gone or has another name
                return []
            raise
        rows: list[list[Any]] = answer.get("values", [])
        return rows

    def _id(self, kind: str) -> str:
        if kind not in self._ids:
            self.stamp()
        if kind not in self._ids:
            raise RuntimeError(f"Drive folder {self._folder_id} has more than one file of type {kind}")
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
