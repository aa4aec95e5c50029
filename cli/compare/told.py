"""What people did with their tickets, read from a CSV or a mailbox with labels."""

from __future__ import annotations

import csv
import email
import io
import mailbox
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from email.policy import default as policy
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from shared.errors import BadInput

_NUMBER = re.compile(r"\bT-[0-9A-HJKMNP-TV-Z]{12}\b", re.I)
_COLUMNS: Mapping[str, str] = {
    "ticket": r"(?:ticket|case|issue)?[ _-]?(?:id|number|no\.?|key)|ticket",
    "message_id": r"message[ _-]?id",
    "email": r".*e-?mail.*|from|sender|customer|requester|contact",
    "subject": r"subject|title|summary|betreff|objet|asunto",
    "team": r"team|group|queue|department|assigned (?:team|group)|folder|mailbox|abteilung|equipe|équipe",
    "topic": r"topic|category|label|labels|tag|tags|type|thema|kategorie|sujet",
}
"""How columns are usually called, lower case; the first column that fits counts."""
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
_SNIFFED = 20_000


@dataclass(frozen=True)
class Told:
    """One ticket as people have it: what may tell which of ours it is, and the labels it bears."""

    where: str
    """File and line or key, for what cannot be matched."""
    labels: tuple[str, ...]
    ticket_id: str | None = None
    message_id: str | None = None
    email: str = ""
    subject: str = ""


def told_by(path: Path, *, columns: Mapping[str, str | None]) -> Iterator[Told]:
    """What a file or folder tells. ``columns``: names chosen for a CSV's. Raises BadInput for what cannot be read."""
    if not path.exists():
        raise BadInput("FILE", f"there is no {path}", "Name a CSV, an mbox, a Maildir or a folder of .eml")
    if path.is_dir():
        yield from _of_folder(path)
    elif _is_mbox(path):
        with closing(mailbox.mbox(str(path), factory=None, create=False)) as box:
            for number, mail in enumerate(box, start=1):
                yield _of_mail(email.message_from_bytes(bytes(mail), policy=policy), f"{path.name}, mail {number}", [])
    else:
        yield from _of_csv(path, columns)


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _of_folder(path: Path) -> Iterator[Told]:
    """A Maildir (its folders are labels), or folders of .eml (likewise)."""
    found = 0
    for file in sorted(path.rglob("*")):
        if file.is_file() and (file.suffix == ".eml" or file.parent.name in ("cur", "new")):
            found += 1
            parts = [part.strip(".") for part in file.relative_to(path).parts[:-1] if part not in ("cur", "new", "tmp")]
            labels = [label for part in parts for label in part.split(".")]
            yield _of_mail(email.message_from_bytes(file.read_bytes(), policy=policy), str(file.name), labels)
    if not found:
        raise BadInput("FILE", f"{path} has no mail in it", "Name a Maildir, or a folder with .eml files")


def _of_mail(mail: Message, where: str, labels: Iterable[str]) -> Told:
    given = re.split(r"[,/]", _header(mail, "X-Gmail-Labels"))
    every = tuple(label.strip().strip('"') for label in (*labels, *given) if label.strip())
    number = _NUMBER.search(_header(mail, "Subject"))
    return Told(
        where,
        every,
        number[0].upper() if number else None,
        _header(mail, "Message-ID").strip() or None,
        parseaddr(_header(mail, "Reply-To") or _header(mail, "From"))[1],
        _header(mail, "Subject"),
    )


def _header(mail: Message, name: str) -> str:
    try:
        return str(mail[name] or "")
    except Exception:  # a header that even the library's own parser gives up on says nothing
        return ""


def _of_csv(path: Path, chosen: Mapping[str, str | None]) -> Iterator[Told]:
    text = _text(path)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:_SNIFFED], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = csv.DictReader(io.StringIO(text), dialect=dialect)
    names = _columns([name for name in rows.fieldnames or () if name], chosen)
    for row in rows:
        said = {what: str(row.get(name) or "").strip() for what, name in names.items()}
        labels = tuple(label for what in ("topic", "team") for label in re.split(r"[,;|]", said.get(what, "")) if label)
        number = _NUMBER.search(f"{said.get('ticket', '')} {said.get('subject', '')}")
        yield Told(
            f"{path.name}, line {rows.line_num}",
            tuple(label.strip() for label in labels),
            number[0].upper() if number else None,
            said.get("message_id") or None,
            parseaddr(said.get("email", ""))[1],
            said.get("subject", ""),
        )


def _text(path: Path) -> str:
    content = path.read_bytes()
    if b"\0" in content[:_SNIFFED] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("FILE", f"{path} is no text", "Name a CSV, an mbox, a Maildir or a folder of .eml")
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _columns(names: Sequence[str], chosen: Mapping[str, str | None]) -> dict[str, str]:
    """Which column says what. Raises BadInput when none says which ticket, or none where it went."""
    found: dict[str, str] = {}
    for what, pattern in _COLUMNS.items():
        name = chosen.get(what) or next((one for one in names if re.fullmatch(pattern, one.strip().casefold())), None)
        if name is not None and name not in names:
            raise BadInput(f"--{what}", f"there is no column “{name}”", f"There are: {', '.join(names)}")
        if name is not None:
            found[what] = name
    which = {"ticket", "message_id"} & found.keys() or {"email", "subject"} <= found.keys()
    if not which:
        raise BadInput("FILE", f"no column says which ticket it is; there are: {', '.join(names)}",
                       "One with the ticket's number or the Message-ID, or two with address and subject")  # fmt: skip
    if not {"team", "topic"} & found.keys():
        cure = "Name one: --team COLUMN or --topic COLUMN"
        raise BadInput("FILE", f"no column says where it went; there are: {', '.join(names)}", cure)
    return found
