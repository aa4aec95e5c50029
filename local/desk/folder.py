"""The rules folder, looked at and changed the way a lead would change the Sheet and the Doc."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from cli.rules import read_dir
from services.learning.domain import Problem
from shared.errors import BadInput

TABS = ("topics", "teams")
_FILES = ("topics.csv", "teams.csv", "guide.md")


@dataclass(frozen=True)
class Pages:
    """What the folder holds. ``stamp`` changes with any of it."""

    topics: list[list[str]]
    teams: list[list[str]]
    guide: str
    stamp: str


def read(folder: Path) -> Pages:
    """The folder as it is now; a file that is missing is empty."""
    texts = [path.read_text(encoding="utf-8-sig") if (path := folder / name).exists() else "" for name in _FILES]
    stamp = hashlib.sha256("\x00".join(texts).encode()).hexdigest()
    return Pages(_rows(texts[0]), _rows(texts[1]), texts[2], stamp)


def write(folder: Path, pages: Pages) -> None:
    """Save the folder, each file whole or not at all."""
    texts = (_csv(pages.topics), _csv(pages.teams), pages.guide.replace("\r\n", "\n").rstrip() + "\n")
    for name, text in zip(_FILES, texts, strict=True):
        target = folder / name
        if not target.exists() or target.read_text(encoding="utf-8-sig") != text:
            unfinished = target.with_name(f".{name}.part")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(target)


def problems(folder: Path) -> list[Problem | str]:
    """What the router does not understand in the folder."""
    try:
        return list(read_dir(folder).problems)
    except BadInput as error:
        return [str(error)]


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(row for row in rows if any(cell.strip() for cell in row))
    return out.getvalue()
