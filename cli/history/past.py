"""Past tickets as other tools export them: CSV, JSON, JSON lines, mailboxes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.mailboxes import is_mbox, mails_in
from services.intake.domain.mail import read_mail
from services.intake.domain.mail.html_text import text_of
from shared.errors import BadInput

FIELDS: Mapping[str, tuple[str, ...]] = {
    "topic": (
        "help topic", "topic", "ticket type", "issue type", "category", "contact reason", "reason", "intent", "label",
        "labels", "subcategory", "type", "tags tags name", "tags name", "tags", "tag", "kategorie", "thema", "sujet",
        "motivo",
    ),
    "team": (
        "team", "group name", "group", "assigned team", "team assignee", "department", "queue", "assignee group",
        "mailbox name", "mailbox", "inbox", "folder", "abteilung", "gruppe", "équipe", "equipo",
    ),
    "subject": ("subject", "ticket subject", "source subject", "title", "summary", "betreff", "objet", "asunto"),
    "text": (
        "description text", "description", "source body", "body text", "body", "message", "first message", "text",
        "content", "comment", "comments body", "articles body", "threads body", "question", "utterance", "details",
        "beschreibung",
    ),
    "email": (
        "requester email", "customer email", "contact email", "source author email", "from email", "email",
        "requester", "from", "customer", "sender", "user email",
    ),
    "name": (
        "requester name", "customer name", "contact name", "full name", "source author name", "name", "user name",
    ),
}  # fmt: skip
"""How columns are called in exports of Zendesk, Freshdesk, Intercom, Zammad, FreeScout and osTicket, and elsewhere.

The first that is there counts. Nested JSON counts by its path: ``source.body`` is *source body*.
"""
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_SNIFFED = 50_000
csv.field_size_limit(10_000_000)


@dataclass(frozen=True)
class Past:
    """One past ticket."""

    text: str
    topic: tuple[str, ...] = ()
    """What it was filed under; several labels when it bore several."""
    team: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class Read:
    """The tickets of some files, and which column said what."""

    tickets: list[Past]
    columns: dict[str, str]
    empty: int
    """Rows without any words."""


def read_files(files: Iterable[Path], chosen: Mapping[str, str | None]) -> Read:
    """Every past ticket of the files. Raises BadInput naming the file and what is wrong with it."""
    tickets: list[Past] = []
    columns: dict[str, str] = {}
    empty = 0
    for file in files:
        if not file.exists():
            raise BadInput("FILE", f"there is no {file}", "Name an export: CSV, JSON, JSON lines, or a mailbox")
        if file.is_dir() or file.suffix.casefold() == ".eml" or is_mbox(file):
            found = list(_mails(file))
        else:
            rows, said = _rows(file, chosen)
            columns |= said
            found = [_past(row, said) for row in rows]
        tickets += [one for one in found if one.text]
        empty += sum(not one.text for one in found)
    if not tickets:
        raise BadInput("FILE", "there is no ticket with any words in it", "Choose the columns: --text, --subject")
    return Read(tickets, columns, empty)


def _mails(path: Path) -> Iterator[Past]:
    """A mailbox: labels by Gmail's header (Takeout), else by the folders the mails lie in."""
    for one in mails_in(path):
        mail = read_mail(one.raw)
        if mail.automatic:
            continue
        given = re.search(rb"^X-Gmail-Labels:\s*(.+(?:\r?\n[ \t].+)*)", one.raw, re.M | re.I)
        labels = [part.strip(' "') for part in re.split(r"[,\r\n]", given[1].decode(errors="replace"))] if given else []
        topic = tuple(label for label in (*one.folders, *labels) if label and label.casefold() not in _EVERYBODYS)
        customer = mail.customer
        yield Past(_joined(mail.subject, mail.text), topic, "", customer.email or "", customer.name or "")


_EVERYBODYS = {
    "inbox", "archive", "archived", "sent", "opened", "unread", "important", "starred", "all mail", "trash", "spam",
    "category personal", "category updates", "category forums", "drafts", "posteingang", "cur", "new", "mails",
}  # fmt: skip
"""Labels that every mailbox has."""


def _rows(file: Path, chosen: Mapping[str, str | None]) -> tuple[list[dict[str, str]], dict[str, str]]:
    text = _text(file)
    rows = _json_rows(text, file) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text)
    if not rows:
        raise BadInput(str(file), "there is no row in it", "Give a CSV with a heading, JSON or JSON lines")
    names = list(dict.fromkeys(name for row in rows[:500] for name in row))
    return rows, columns_of(names, chosen, rows)


def _text(file: Path) -> str:
    raw = file.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    if b"\0" in raw[:_SNIFFED]:
        raise BadInput(str(file), "it is no text", "Export as CSV or JSON; unpack a .zip or .xlsx first")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError  # latin-1 takes every byte


def _csv_rows(text: str) -> list[dict[str, str]]:
    head = text[:_SNIFFED]
    try:
        dialect: Any = csv.Sniffer().sniff(head, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    first = head.partition("\n")[0]
    # The sniffer may take a letter of a long text for the delimiter: the heading knows better.
    dialect.delimiter = max(",;\t|", key=first.count) if first.count(dialect.delimiter) == 0 else dialect.delimiter
    dialect.doublequote = True
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), dialect=dialect)
    return [{str(name).strip(): str(value or "") for name, value in row.items() if name} for row in rows]


def _json_rows(text: str, file: Path) -> list[dict[str, str]]:
    try:
        whole = json.loads(text)
    except ValueError:
        whole = [_line(line, number, file) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if isinstance(whole, dict):
        whole = next((value for value in whole.values() if isinstance(value, list)), [whole])
    return [_flat(row) for row in whole if isinstance(row, dict)]


def _line(line: str, number: int, file: Path) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise BadInput(f"{file.name}, line {number}", f"no JSON ({error})", "Give one JSON object a line") from None


def _flat(value: Mapping[str, Any], path: str = "") -> dict[str, str]:
    """Nested JSON by its paths; of a list of objects each name's values, of a list of words all of them."""
    found: dict[str, str] = {}
    for name, one in value.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(one, Mapping):
            found |= _flat(one, here)
        elif isinstance(one, list):
            inner = [_flat(each, here) for each in one if isinstance(each, Mapping)]
            for key in dict.fromkeys(key for each in inner for key in each):
                # Of a conversation the first message is the customer's problem; of tags all count.
                values = [each[key] for each in inner if each.get(key)]
                found[key] = values[0] if "body" in key or "text" in key else ", ".join(values)
            words = [str(each) for each in one if isinstance(each, str | int)]
            found |= {here: ", ".join(words)} if words else {}
        elif one is not None:
            found[here] = str(one)
    return found


def columns_of(names: list[str], chosen: Mapping[str, str | None], rows: list[dict[str, str]]) -> dict[str, str]:
    """Which column says what: as chosen, else as such columns are called. Raises BadInput when a needed one is missing.

    A column that nearly nobody has filled in says nothing.
    """
    plain = {_plain(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for what, usual in FIELDS.items():
        if named := chosen.get(what):
            if named not in names:
                raise BadInput(f"--{what}", f"there is no column “{named}”", f"There are: {', '.join(names)}")
            found[what] = named
            continue
        there = [plain[name] for name in usual if name in plain]
        filled = (name for name in there if sum(bool(row.get(name)) for row in rows) * 10 >= len(rows))
        if name := next(filled, there[0] if there else None):
            found[what] = name
    if not {"text", "subject"} & found.keys():
        cure = "Name it: --text COLUMN"
        raise BadInput("--text", f"no column has the customer's words; there are: {', '.join(names)}", cure)
    if not {"topic", "team"} & found.keys():
        cure = "Name one: --topic COLUMN or --team COLUMN"
        raise BadInput("--topic", f"no column says where a ticket ended; there are: {', '.join(names)}", cure)
    return found


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[_.\-/\[\]()#:]+", " ", name).casefold().split()).replace("e mail", "email")


def _past(row: Mapping[str, str], columns: Mapping[str, str]) -> Past:
    said = {what: row.get(name, "").strip() for what, name in columns.items()}
    address = re.search(r"[^\s<>,;\"']+@[^\s<>,;\"']+", said.get("email", ""))
    labels = tuple(part.strip() for part in re.split(r"[,;|]", said.get("topic", "")) if part.strip())
    text = _joined(as_text(said.get("subject", "")), as_text(said.get("text", "")))
    return Past(text, labels, said.get("team", ""), address[0] if address else "", said.get("name", ""))


def _joined(subject: str, text: str) -> str:
    """Subject and text, the subject once."""
    subject = re.sub(r"^(?:(?:re|aw|fwd?|wg)\s*:\s*)+", "", subject.strip(), flags=re.I)
    if not subject or subject.casefold().rstrip(".!?") in text.casefold():
        return text.strip()
    return f"{subject}\n{text}".strip()


def as_text(said: str) -> str:
    """What a cell says, without HTML."""
    if not re.search(r"</?[a-z][^>]*>|&[a-z]+;|&#\d+;", said, re.I):
        return said
    return text_of(said).strip()
