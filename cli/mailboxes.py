"""Mails as people have them on disk: an mbox, a Maildir, folders of .eml, one .eml."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from shared.errors import BadInput

_MAILDIR = ("cur", "new", "tmp")
KINDS = "an mbox, a Maildir, a folder of .eml or one .eml"


@dataclass(frozen=True)
class Stored:
    """One mail, and where it lies."""

    where: str
    raw: bytes
    folders: tuple[str, ...] = ()
    """The folders it lies in, outermost first: labels, to many programs."""


def is_mbox(path: Path) -> bool:
    """Whether the file begins as an mbox does (RFC 4155)."""
    with path.open("rb") as file:
        return file.read(5) == b"From "


def mails_in(path: Path) -> Iterator[Stored]:
    """Every mail there, in the mailbox's order. Raises BadInput when there is none."""
    if not path.exists():
        raise BadInput("FILE", f"there is no {path}", f"Name {KINDS}")
    if path.is_dir():
        yield from _of_folder(path)
    elif is_mbox(path):
        with closing(mailbox.mbox(str(path), create=False)) as box:
            for number, key in enumerate(box.keys(), start=1):
                yield Stored(f"{path.name}, mail {number}", box.get_bytes(key))
    else:
        yield Stored(path.name, path.read_bytes())


def _of_folder(path: Path) -> Iterator[Stored]:
    found = False
    for file in sorted(path.rglob("*")):
        if file.is_file() and (file.suffix.casefold() == ".eml" or file.parent.name in ("cur", "new")):
            found = True
            yield Stored(file.name, file.read_bytes(), _folders(file.relative_to(path)))
        elif file.is_file() and file.suffix.casefold() == ".mbox":
            found = True
            for one in mails_in(file):
                yield Stored(one.where, one.raw, (file.stem,))
    if not found:
        raise BadInput("FILE", f"{path} has no mail in it", f"Name {KINDS}")


def _folders(file: Path) -> tuple[str, ...]:
    """A Maildir's folders are written with dots (``.Support.Billing``), other programs' as folders."""
    parts = (part for part in file.parts[:-1] if part not in _MAILDIR)
    return tuple(name for part in parts for name in part.split(".") if name)
