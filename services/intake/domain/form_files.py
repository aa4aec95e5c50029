"""The files that come with a form: named in it, laid straight into the bucket, and looked for when it is received."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.domain.text import one_line
from shared.errors import BadInput

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
"""All files of a form together."""
_KINDS = re.compile(
    r"image/(?!svg)[\w.+-]{1,60}|audio/[\w.+-]{1,60}|video/[\w.+-]{1,60}|application/pdf|text/plain|text/csv"
    r"|application/(?:zip|json|rtf|msword|octet-stream)|application/vnd\.(?:ms-|openxmlformats-|oasis\.)[\w.+-]{1,80}"
)
"""What people send to support. A page or a drawing that can hold script is not among it."""
_PLAIN = "application/octet-stream"
_CURE = "Send a list of objects with name, size and content_type."


@dataclass(frozen=True)
class FormFile:
    """A file as the form names it. Only when it is received is it known whether it came."""

    name: str
    size: int
    content_type: str

    def as_dict(self) -> dict[str, str | int]:
        """As it is stored with the form."""
        return {"name": self.name, "size": self.size, "content_type": self.content_type}


def form_files(listed: object) -> tuple[FormFile, ...]:
    """The files that a form names: a list, or JSON text with one. Raises BadInput naming what is wrong."""
    if listed is None or listed == "":
        return ()
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except (ValueError, RecursionError) as error:
            raise BadInput("files", "is not valid JSON", _CURE) from error
    if not isinstance(listed, list):
        raise BadInput("files", "is not a list", _CURE)
    if len(listed) > MOST_FILES:
        raise BadInput("files", f"are more than {MOST_FILES}", "Send fewer, or put them into one archive.")
    files = tuple(_file(one) for one in listed)
    if sum(file.size for file in files) > MOST_BYTES:
        raise BadInput(
            "files", f"are larger than {MOST_BYTES // 1024 // 1024} MB together", "Send fewer or smaller ones."
        )
    return files


def upload_key(ticket_id: str, index: int) -> str:
    """Where a file of a form is laid: bound to the ticket that the form will be."""
    return f"uploads/{ticket_id}/{index}"


def _file(given: object) -> FormFile:
    if not isinstance(given, Mapping):
        raise BadInput("files", "holds what is no file", _CURE)
    size, kind = given.get("size"), str(given.get("content_type") or _PLAIN).partition(";")[0].strip().lower()
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MOST_BYTES:
        raise BadInput(
            "files", "holds an empty or too large file", f"Send up to {MOST_BYTES // 1024 // 1024} MB in all."
        )
    if not _KINDS.fullmatch(kind):
        raise BadInput(
            "files", "holds a kind of file that is not taken", "Send pictures, PDF, text, office files or ZIP."
        )
    name = one_line(re.split(r"[/\\]", str(given.get("name") or ""))[-1], 200) or "file"
    return FormFile(name, size, kind)
