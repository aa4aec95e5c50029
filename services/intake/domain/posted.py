"""The fields in the body of a posted form, in the charset that its site writes.

HTML's own encodings (urlencoded, multipart/form-data: RFC 7578) and JSON. A page in ISO-8859-1 or Shift_JIS posts in
that charset and says so in the header or in a field ``_charset_`` (HTML, form submission); who says nothing is read as
UTF-8 when it is UTF-8.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from services.intake.domain.mail.charset import decode
from services.intake.domain.mail.guess import likely_charset
from services.intake.domain.mail.mime import Part, children, parameters, parse
from shared.errors import BadInput

MOST_FIELDS = 100
"""Fields of one form; the contact page has eight."""
_CHARSET_FIELD = "_charset_"
_REFERENCE = re.compile(r"&#([0-9]{2,7});")


@dataclass(frozen=True)
class PostedFile:
    """A file that came inside the form."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Posted:
    """What a form brought."""

    fields: dict[str, Any]
    files: tuple[PostedFile, ...] = ()


def posted(body: bytes, content_type: str) -> Posted:
    """The fields and files in ``body``. Raises BadInput for what is no form."""
    kind = parse(b"Content-Type: " + content_type.encode("utf-8", "replace").replace(b"\n", b" ") + b"\n\n" + body)
    charset = kind.parameters.get("charset", "")
    if kind.content_type == "application/x-www-form-urlencoded":
        return Posted(_as_text(_urlencoded(body), charset))
    if kind.content_type == "multipart/form-data":
        return _multipart(kind, charset)
    content = from_json(decode(body, charset) if charset and not _is_utf8(body) else body)
    if not isinstance(content, dict):
        raise BadInput("body", "is not a JSON object", "Send one object with email and message.")
    return Posted(content)


def from_json(body: bytes | str) -> Any:
    """The body as JSON. Raises BadInput."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("body", "is not valid JSON", "Check the quotes and commas.") from error


def _urlencoded(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    pairs = [pair for pair in body.strip().split(b"&") if pair]
    _check_number(pairs)
    for pair in pairs:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        yield unquote_to_bytes(name), unquote_to_bytes(value)


def _multipart(kind: Part, charset: str) -> Posted:
    fields: list[tuple[bytes, bytes]] = []
    files = []
    parts = children(kind)
    _check_number(parts)
    for part in parts:
        if part.filename:
            files.append(PostedFile(part.filename, part.content_type, part.content))
        elif name := _field_name(part):
            fields.append((name.encode("utf-8", "surrogatepass"), part.content))
            charset = charset or part.parameters.get("charset", "")
    return Posted(_as_text(fields, charset), tuple(files))


def _field_name(part: Part) -> str:
    return parameters(part.raw("content-disposition")).get("name", "")


def _as_text(pairs: Iterable[tuple[bytes, bytes]], charset: str) -> dict[str, Any]:
    """The fields as text; the last of a name counts, as it always has."""
    listed = list(pairs)
    named = next((value.decode("ascii", "ignore") for name, value in listed if name == _CHARSET_FIELD.encode()), "")
    whole = b" ".join(value for _, value in listed)
    # Nobody says: one guess for the whole form, for a name alone is too short to guess by.
    spoken = charset or named or ("" if _is_utf8(whole) else likely_charset(whole))
    fields = {decode(name, spoken): _referenced(decode(value, spoken), spoken) for name, value in listed}
    fields.pop(_CHARSET_FIELD, None)
    return fields


def _referenced(text: str, charset: str) -> str:
    """Characters that a page's charset lacks are sent as ``&#8364;``: what the person typed was the character."""
    if not charset or charset.lower().replace("-", "") in ("utf8", "usascii"):
        return text
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_number(fields: list[Any]) -> None:
    if len(fields) > MOST_FIELDS:
        raise BadInput("body", f"has more than {MOST_FIELDS} fields", "Send the form's own fields only.")
