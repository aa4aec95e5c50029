"""The rules folder on disk, seen as one Sheet and one Doc; read anew at every call, so an edit shows at once."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER_ID, SHEET_ID, DOC_ID = "local-rules-folder", "local-rules-sheet", "local-rules-doc"
SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
DOC_TYPE = "application/vnd.google-apps.document"
TABS = {"Topics": "topics.csv", "Teams": "teams.csv"}
GUIDE = "guide.md"


class Changed(Exception):
    """The file changed between reading and writing it."""


@dataclass(frozen=True)
class RulesDir:
    """The folder of ``topics.csv``, ``teams.csv`` and ``guide.md``."""

    path: Path
    web_link: str | None = None

    def resources(self) -> list[dict[str, Any]]:
        """The folder's files as Drive's ``File`` resources."""
        sheet = [self.path / name for name in TABS.values()]
        return [
            self._resource(SHEET_ID, "Ticket rules", SHEET_TYPE, sheet),
            self._resource(DOC_ID, "How we sort tickets", DOC_TYPE, [self.path / GUIDE]),
        ]

    def rows(self, tab: str) -> list[list[str]] | None:
        """A tab's rows with trailing blanks left off, as Sheets answers; None when there is no such tab."""
        name = next((name for name in TABS if name.casefold() == tab.casefold()), None)
        if name is None or not (file := self.path / TABS[name]).exists():
            return None
        text = file.read_text(encoding="utf-8-sig", errors="replace").replace("\0", "")
        delimiter = max(",;\t", key=text.lstrip().partition("\n")[0].count)
        try:
            rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
        except csv.Error:  # a cell beyond all bounds: a spreadsheet would show the lines as they are
            rows = [line.split(",") for line in text.splitlines()]
        return _trimmed([_trimmed(row) for row in rows])

    def tabs(self) -> list[str]:
        """The names of the tabs there are."""
        return [name for name, file in TABS.items() if (self.path / file).exists()]

    def guide(self) -> str:
        """The Doc's text."""
        return (self.path / GUIDE).read_text(encoding="utf-8-sig", errors="replace")

    def write_guide(self, text: str, *, was: str) -> None:
        """Replace the Doc's text in one step. Raises Changed when somebody saved another since ``was`` was read."""
        target = self.path / GUIDE
        handle, unfinished = tempfile.mkstemp(dir=self.path, prefix=".guide-", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            Path(unfinished).chmod(target.stat().st_mode & 0o777)
            if self.guide() != was:
                raise Changed
            Path(unfinished).replace(target)
        finally:
            Path(unfinished).unlink(missing_ok=True)

    def _resource(self, file_id: str, name: str, kind: str, files: list[Path]) -> dict[str, Any]:
        times = [file.stat().st_mtime_ns for file in files if file.exists()]
        changed = max(times, default=0)
        link = {"webViewLink": self.web_link} if self.web_link else {}
        return link | {
            "kind": "drive#file",
            "id": file_id,
            "name": name,
            "mimeType": kind,
            "parents": [FOLDER_ID],
            "trashed": not times,
            # Drive counts up at every change; so does a file's time in nanoseconds, summed over the tabs.
            "version": str(sum(times)),
            "modifiedTime": datetime.fromtimestamp(changed / 1e9, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "lastModifyingUser": {"kind": "drive#user", "displayName": "Local editor", "me": False},
        }


def revision_of(text: str) -> str:
    """A revision id of the Doc: opaque, and the same only for the same text."""
    return "local-" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _trimmed(items: list[Any]) -> list[Any]:
    last = max((index for index, item in enumerate(items, start=1) if item), default=0)
    return items[:last]
