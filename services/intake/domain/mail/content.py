"""What a mail carries: its words, plain and as HTML, its files, and mails enclosed in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.intake.domain.mail.charset import decode
from services.intake.domain.mail.html_text import text_of
from services.intake.domain.mail.mime import (
    DEEPEST,
    MOST_PARTS,
    Part,
    children,
    parse,
    uuencoded,
)
from services.intake.domain.mail.tnef import unpack
from services.intake.domain.text import clean, one_line

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.I)
_LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>])", re.I)
_ENCLOSED = ("message/rfc822", "message/global")
_PGP_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]{1,20}: [^\n]{0,100}\n){0,5}\n", re.M)
_MOST_BODY_BYTES = 4_000_000
"""Bytes of one body that are decoded: HTML carries pictures and styles besides its words."""
_MOST_CHARS, _MOST_LINES = 150_000, 4_000
"""How much of a mail's words is read; an event carries 100,000 bytes, and the raw mail is kept whole."""
_MOST_PLAIN_CHARS = 1_000_000
_PLACEHOLDER = re.compile(r"\b(?:html|view (?:it|this)|browser|web version|mail client|e-?mail client)\b", re.I)


@dataclass(frozen=True)
class File:
    """An attachment with its bytes."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Body:
    """One piece of a mail's words, in one shape or two."""

    plain: str = ""
    markup: str = ""

    def text(self, *, quotes: bool) -> str:
        """The words: the plain shape unless it is missing or only says that there is another."""
        if self.markup and (not self.plain.strip() or self._is_placeholder()):
            return text_of(self.markup, quotes=quotes)
        return self.plain

    def _is_placeholder(self) -> bool:
        """Whether the plain shape speaks of the other instead of saying the same."""
        if len(self.plain) >= 300 or _PLACEHOLDER.search(self.plain) is None:
            return False
        return " ".join(self.plain.split())[:40] not in " ".join(text_of(self.markup).split())


@dataclass
class Content:
    """Everything found in a mail."""

    bodies: list[Body] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    cut: bool = False
    """True when there were more words than are read."""
    packed: str = ""
    """The words in a winmail.dat, for a mail that has no others."""
    _texts: dict[bool, str] = field(default_factory=dict)

    def text(self, *, quotes: bool = True) -> str:
        """All its words. ``quotes=False`` leaves out what HTML marks as quoted history."""
        if quotes in self._texts:
            return self._texts[quotes]
        words = clean("\n\n".join(filter(None, (body.text(quotes=quotes).strip("\n") for body in self.bodies))))
        self._texts[quotes] = "\n".join(words[:_MOST_CHARS].split("\n", _MOST_LINES)[:_MOST_LINES])
        self.cut = self.cut or len(self._texts[quotes]) < len(words)
        return self._texts[quotes]


def content_of(mail: Part) -> Content:
    """What ``mail`` carries. Never raises."""
    content = Content()
    content.bodies = _collect(mail, content, depth=0)
    if content.packed and not any(body.text(quotes=True).strip() for body in content.bodies):
        content.bodies = [Body(plain=content.packed)]
    return content


def _collect(part: Part, content: Content, *, depth: int) -> list[Body]:
    """The words of a part, in order; its files and enclosed mails go into ``content``."""
    if part.content_type in _ENCLOSED and not _is_report_headers(part):
        return _enclosed(part, content)
    if part.content_type.startswith("multipart/"):
        inner = children(part) if depth < DEEPEST and len(content.files) < MOST_PARTS else []
        if inner:
            found = [_collect(one, content, depth=depth + 1) for one in inner[:MOST_PARTS]]
            return (
                _best(found)
                if part.content_type == "multipart/alternative"
                else [one for some in found for one in some]
            )
        if depth < DEEPEST:
            return [_body(Part(part.headers, part.body, "text/plain", {}), content)]
        return []
    return _leaf(part, content, depth)


def _is_report_headers(part: Part) -> bool:
    return not part.body.strip()


def _enclosed(part: Part, content: Content) -> list[Body]:
    message = parse(part.content)
    content.messages.append(message)
    name = part.filename or f"{one_line(message.first('subject'), 100) or 'message'}.eml"
    content.files.append(File(name, part.content_type, part.content))
    return []


def _best(found: list[list[Body]]) -> list[Body]:
    """Of alternatives, the first plain shape and the last HTML one (RFC 2046 §5.1.4: the last is the richest)."""
    bodies = [body for some in found for body in some]
    plain = "\n\n".join(body.plain for some in found if any(b.plain.strip() for b in some) for body in some[:1])
    plain = next((body.plain for body in bodies if body.plain.strip()), plain)
    markup = next((body.markup for body in reversed(bodies) if body.markup.strip()), "")
    return [Body(plain, markup)] if plain or markup else []


def _leaf(part: Part, content: Content, depth: int) -> list[Body]:
    kind, name = part.content_type, part.filename
    attached = part.disposition == "attachment" or (name != "" and depth > 0)
    if kind in ("text/plain", "text/html", "text/enriched", "text/richtext") and not attached:
        return [_body(part, content)]
    raw = part.content
    unpacked = (
        unpack(raw)
        if kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat"
        else None
    )
    if unpacked:
        content.files += [File(one, _type_by_name(one), data) for one, data in unpacked.files]
        content.packed = content.packed or unpacked.text
        return []
    if name.lower().endswith(".eml") and kind in (
        "application/octet-stream",
        "text/plain",
        "application/eml",
        "message/eml",
    ):
        content.messages.append(parse(raw))
    if raw or name:
        content.files.append(File(name or _name_by_type(kind), kind, raw))
    return []


def _body(part: Part, content: Content) -> Body:
    raw = part.content[:_MOST_BODY_BYTES]
    if b"begin " in raw and part.content_type == "text/plain":
        raw, files = uuencoded(raw)
        content.files += [File(name, _type_by_name(name), data) for name, data in files]
    charset = part.parameters.get("charset")
    if part.content_type == "text/html" and not charset and (meta := _META_CHARSET.search(raw[:4_096])):
        charset = meta[1].decode("ascii")
    text = decode(raw, charset)
    if part.content_type in ("text/html", "text/enriched", "text/richtext") or _LOOKS_LIKE_HTML.match(text):
        return Body(markup=text)
    if part.parameters.get("format", "").lower() == "flowed":
        text = _unflowed(text, spaceless=part.parameters.get("delsp", "").lower() == "yes")
    return Body(plain=_unarmoured(clean(text[:_MOST_PLAIN_CHARS])))


def _unarmoured(text: str) -> str:
    """The words of a text that PGP signed in place (RFC 9580 §7), without its armour."""
    found = _PGP_SIGNED.search(text)
    signature = text.find("\n-----BEGIN PGP SIGNATURE-----", found.end()) if found else -1
    if found is None or signature < 0:
        return text
    words = re.sub(r"^- ", "", text[found.end() : signature], flags=re.M)
    end = text.find("\n-----END PGP SIGNATURE-----", signature)
    below = text[end:].partition("-----\n")[2].partition("-----\n")[2] if end >= 0 else ""
    return f"{text[: found.start()]}{words}\n{below}".strip("\n")


def _unflowed(text: str, *, spaceless: bool) -> str:
    """Lines joined that only a narrow window had broken (RFC 3676 §4). Quoted lines stay as they are."""
    joined: list[str] = []
    flowing = False
    for line in re.split(r"\r\n|\r|\n", text):
        quoted = line.startswith(">")
        stuffed = line[1:] if line.startswith(" ") and not quoted else line
        if flowing and not quoted and stuffed != "-- ":
            joined[-1] += stuffed
        else:
            joined.append(stuffed)
        flowing = not quoted and joined[-1].endswith(" ") and stuffed != "-- " and joined[-1].strip() != ""
        if flowing and spaceless:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)


def _type_by_name(name: str) -> str:
    import mimetypes

    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _name_by_type(kind: str) -> str:
    import mimetypes

    return "attachment" + (mimetypes.guess_extension(kind) or "")
