"""The parts of a raw mail, in linear time and whatever state it is in (RFC 5322, 2045-2049, 2231; uuencode)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.intake.domain.mail.charset import decode, decode_words, from_base64, header_text
from services.intake.domain.text import one_line

DEEPEST = 25
"""Parts nested deeper than this are not opened: no person's mail is."""
MOST_PARTS = 2_000
"""Parts opened in one mail; the rest stays in the raw mail."""
MOST_HEADER_BYTES = 256_000
MOST_HEADER_LINES = 5_000
"""Headers read of one mail or part; what follows them is still found."""

_HEADER = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:")
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_LINE = re.compile(rb"[^\r\n]*(\r\n|\n|\r|\Z)")
_PARAMETER = re.compile(r";\s*([\w!#$%&'*+.^`{|}~-]+)\s*=\s*(\"(?:[^\"\\]|\\.){0,2000}\"?|[^;]*)", re.S)
_CONTINUED = re.compile(r"(.+?)\*(\d+)?(\*)?$")
_FIRST_DELIMITER = re.compile(rb"\A\s*--([^\r\n]{1,70}?)[ \t]*\r?\n")
_BASE64_LINE = re.compile(rb"\s*(?:[A-Za-z0-9+/=]+[ \t]*(?:[\r\n]|\Z)|\Z)")
"""A first line that is base 64: words under that name are just words."""
_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.M)
_UU_END = re.compile(rb"\n[ `]?\r?\n?end[ \t]*\r?(?:\n|\Z)")


@dataclass(frozen=True)
class Part:
    """A mail, or a part of one: headers in order (names in lower case) and the body as it stands."""

    headers: tuple[tuple[str, bytes], ...]
    body: bytes = field(repr=False)
    content_type: str
    parameters: Mapping[str, str]

    def first(self, name: str) -> str:
        """The topmost header of that name as people read it; empty when there is none."""
        return next((header_text(value) for key, value in self.headers if key == name), "")

    def raw(self, name: str) -> str:
        """The topmost header of that name with its encoded words as they stand: what addresses are taken from."""
        return next((decode(value[:MOST_HEADER_BYTES], None) for key, value in self.headers if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every header of that name, topmost first."""
        return tuple(header_text(value) for key, value in self.headers if key == name)

    @property
    def disposition(self) -> str:
        """``inline``, ``attachment`` or nothing."""
        return self.first("content-disposition").partition(";")[0].strip().lower()

    @property
    def filename(self) -> str:
        """The file name the part claims, without a path; empty when it claims none."""
        value = self.raw("content-disposition")
        name = parameters(value).get("filename") or self.parameters.get("name") or ""
        return one_line(re.split(r"[/\\]", decode_words(name))[-1], 200)

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding (RFC 2045 §6). Broken encodings give what can be read."""
        encoding = self.first("content-transfer-encoding").strip().lower()
        if encoding == "base64" and _BASE64_LINE.match(self.body):
            return from_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            files = uuencoded(self.body)[1]
            return files[0][1] if files else self.body
        return self.body


def parse(raw: bytes) -> Part:
    """The mail in ``raw``. Never raises; without any header all of it is the body."""
    headers: list[tuple[str, bytes]] = []
    seen: set[str] = set()
    position = len(raw) - len(raw.lstrip(b"\r\n \t")) if raw[:1] in b"\r\n" else 0
    if raw.startswith((b"From ", b">From "), position):  # an mbox keeps one line above the mail
        position = _line_end(raw, position)
    end_of_headers = position + MOST_HEADER_BYTES
    for _ in range(MOST_HEADER_LINES):
        if position >= len(raw):
            break
        end = _line_end(raw, position)
        line = raw[position:end].rstrip(b"\r\n")
        if position >= end_of_headers:
            position = _body_start(raw, position)
            break
        header = _HEADER.match(line)
        if headers and (line[:1] in (b" ", b"\t") or (not header and line)) and _goes_on(raw, end, line, seen):
            headers.append(("", line))
        elif header:
            headers.append((header[1].decode("ascii").lower(), line[header.end() :]))
            seen.add(headers[-1][0])
        else:
            position = end if not line.strip() else position
            break
        position = end
    else:
        position = _body_start(raw, position)
    unfolded = tuple(_unfolded(headers))
    value = next((decode(value[:10_000], None) for key, value in unfolded if key == "content-type"), "")
    kind = value.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind):
        kind = "text/html" if kind in ("html", "text/html;") else "text/plain"
    return Part(unfolded, raw[position:], kind, parameters(value))


def _goes_on(raw: bytes, at: int, line: bytes, seen: set[str]) -> bool:
    """Whether a line among the headers that is none goes on with the one above it (RFC 5322 §2.2.3, §4.2).

    What begins with a blank does. A line of nothing but blanks, and one at the margin, do when headers follow that were
    still missing: only a line of nothing at all ends the headers, but words may stand under a line of blanks.
    """
    if line.strip() and line[:1] in (b" ", b"\t"):
        return True
    for _ in range(_FOLDED_LINES):
        end = _line_end(raw, at)
        text = raw[at : min(end, at + _LOOKED_AT)]
        if not text.rstrip(b"\r\n"):
            return False
        found = _HEADER.match(text)
        if found and found[1].lower() in _EXPECTED and found[1].lower().decode() not in seen:
            return True
        if not line.strip() and text[:1] in b" \t" and text.strip():
            return True  # a blank line in the middle of a folded value
        at = end
    return False


_FOLDED_LINES, _LOOKED_AT = 12, 1_000
"""Lines looked at below one that is no header, and how much of each."""
_EXPECTED = frozenset(
    b"date from to cc reply-to subject message-id in-reply-to references mime-version content-type".split()
    + b"content-transfer-encoding content-disposition".split()
)
"""Headers that tell that the headers go on."""


def _body_start(raw: bytes, position: int) -> int:
    """The body of a mail whose headers are too many to read."""
    found = _BLANK_LINE.search(raw, position)
    return found.end() if found else len(raw)


def _line_end(raw: bytes, position: int) -> int:
    line = _LINE.match(raw, position)
    return line.end() if line else len(raw)


def _unfolded(lines: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    name, pieces = "", [b""]
    for key, line in lines:
        if key:
            if name:
                yield name, b"".join(pieces).strip()
            name, pieces = key, [line]
        else:
            pieces.append(line)
    if name:
        yield name, b"".join(pieces).strip()


def parameters(value: str) -> dict[str, str]:
    """The parameters of a header, RFC 2231 continuations and charsets resolved."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _PARAMETER.finditer(value[:10_000]):
        name, text = found[1].lower(), found[2].strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'))
        continued = _CONTINUED.fullmatch(name)
        if continued:
            piece = (text, bool(continued[3]) or not continued[2])
            pieces.setdefault(continued[1], {}).setdefault(int(continued[2] or 0), piece)
        else:
            plain.setdefault(name, text)
    for name, numbered in pieces.items():
        plain[name] = _joined([numbered[number] for number in sorted(numbered)])
    return plain


def _joined(pieces: list[tuple[str, bool]]) -> str:
    charset, content = None, b""
    for number, (text, encoded) in enumerate(pieces):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        as_bytes = text.encode("utf-8", "surrogatepass")
        if encoded:
            as_bytes = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), as_bytes)
        content += as_bytes
    return decode(content, charset)


def children(part: Part) -> list[Part]:
    """The parts of a multipart or of an enclosed message; none when it has no border that can be found."""
    if part.content_type in ("message/rfc822", "message/global"):
        return [parse(part.content)]
    body = part.body
    pieces = _split(body, part.parameters.get("boundary", ""))
    if not pieces and part.first("content-transfer-encoding").strip().lower() == "base64":
        body = part.content  # forbidden (RFC 2045 §6.4), yet written
        pieces = _split(body, part.parameters.get("boundary", ""))
    if not pieces and (found := _FIRST_DELIMITER.match(body)):  # the boundary got lost or was changed on the way
        pieces = _split(body, decode(found[1], None))
    inner = [parse(piece) for piece in pieces]
    if part.content_type == "multipart/digest":
        inner = [_as_message(one) for one in inner]
    return inner


def _as_message(part: Part) -> Part:
    if any(key == "content-type" for key, _ in part.headers):
        return part
    return Part(part.headers, part.body, "message/rfc822", {})


def _split(body: bytes, boundary: str) -> list[bytes]:
    mark = boundary.encode("utf-8", "surrogatepass").rstrip()
    if not mark or (b"--" + mark) not in body:
        return []
    pieces: list[bytes] = []
    start: int | None = None
    at = body.find(b"--" + mark)
    while at >= 0 and len(pieces) < MOST_PARTS:
        found = _DELIMITER_END.match(body, at + 2 + len(mark))
        if found and (at == 0 or body[at - 1 : at] in (b"\n", b"\r")):
            if start is not None:
                pieces.append(_without_last_line_end(body[start:at]))
            start = None if found[1] else found.end()
        at = body.find(b"--" + mark, at + 2 + len(mark))
    if start is not None and start < len(body) and at < 0:  # never closed: the mail was cut, or its writer forgot
        pieces.append(body[start:])
    return pieces


def _without_last_line_end(piece: bytes) -> bytes:
    # The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1] if piece.endswith((b"\n", b"\r")) else piece


def uuencoded(content: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A text without the files written into it as ``begin 644 name … end``, and those files by name."""
    files: list[tuple[str, bytes]] = []
    kept: list[bytes] = []
    at = 0
    while (begin := _UU_BEGIN.search(content, at)) and len(files) < MOST_PARTS:
        end = _UU_END.search(content, begin.end() - 1) if _is_uu_line(content, begin.end()) else None
        if end is None:
            kept.append(content[at : begin.end()])
            at = begin.end()
            if _is_uu_line(content, at):
                break  # no end to be found further down either
            continue
        lines = content[begin.end() : end.start()].splitlines()
        files.append((one_line(decode(begin[1], None), 200), b"".join(map(_uu_line, lines))))
        kept.append(content[at : begin.start()])
        at = end.end()
    return b"".join((*kept, content[at:])), files


def _is_uu_line(content: bytes, at: int) -> bool:
    line = content[at : at + 100].partition(b"\n")[0].rstrip(b"\r")
    return bool(line) and all(32 <= byte <= 96 for byte in line) and len(line) <= 90


def _uu_line(line: bytes) -> bytes:
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3  # some encoders leave the last spaces off or add too many
        try:
            return binascii.a2b_uu(line[:size].ljust(size))
        except binascii.Error:
            return b""
