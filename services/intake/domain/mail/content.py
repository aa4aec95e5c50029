"""What a mail carries: its words, plain and as HTML, its files, and mails enclosed in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

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
from services.intake.domain.mail.smime import signed_content
from services.intake.domain.mail.tnef import unpack
from services.intake.domain.text import clean, fold_case, one_line

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.I)
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).){0,2000}-->\s*|<\?xml[^>]{0,200}>\s*){0,5}"
    r"<(?:!doctype html|html[\s>]|head[\s>]|body[\s>])",
    re.I | re.S,
)
_BREAKS = re.compile(r"<(?:br\s?/?|/p|/div|/td|/li|/span)>", re.I)
_ENCLOSED = ("message/rfc822", "message/global")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_PGP_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]{1,20}: [^\n]{0,100}\n){0,5}\n", re.M)
_MOST_BODY_BYTES = 4_000_000
"""Bytes of one body that are decoded: HTML carries pictures and styles besides its words."""
_MOST_CHARS, _MOST_LINES = 150_000, 4_000
"""How much of a mail's words is read; an event carries 100,000 bytes, and the raw mail is kept whole."""
_MOST_PLAIN_CHARS = 1_000_000
_WORD = re.compile(r"[^\W_]+")
_UNSAID = 0.3
"""Share of the words in HTML that its plain shape may lack and still say the same: links, a picture's words."""


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

    def text(self, *, marks: bool) -> str:
        """The words: the plain shape unless it is missing or does not say what the other says."""
        return text_of(self.markup, marks=marks) if self.markup and not self._plain_says_it else self.plain

    @cached_property
    def _plain_says_it(self) -> bool:
        said, told = words_in(self.plain), words_in(text_of(self.markup))
        unsaid = told - said
        return bool(said) and (len(unsaid) < 3 or len(unsaid) <= _UNSAID * len(told))

    def unsaid(self) -> list[str]:
        """The lines of the other shape that have words of their own."""
        if not self.plain.strip() or not self.markup:
            return []
        other = text_of(self.markup) if self._plain_says_it else self.plain
        said = words_in(self.text(marks=False))
        return [line for line in other.split("\n") if words_in(line) - said]


_ESCAPED = re.compile(r"(?:(?<=\n)|\A)>(?=>?From [^\n]*(?:\n(?!>)|\Z))")


def _unescaped(text: str) -> str:
    """Without the ``>`` that mail stores set before a line that begins with *From* (RFC 4155). It stands alone:
    a quotation has lines above or below that are marked as well.
    """
    if ">From " not in text:
        return text
    return _ESCAPED.sub(lambda found: "" if not _is_quoted_above(text, found.start()) else ">", text)


def _is_quoted_above(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, max(0, at - 1)) + 1
    return at > 0 and text.startswith(">", start)


def words_in(text: str) -> frozenset[str]:
    """The words of a text, to compare by."""
    return frozenset(_WORD.findall(fold_case(text[:_MOST_CHARS])))


@dataclass
class Content:
    """Everything found in a mail."""

    bodies: list[Body] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    cut: bool = False
    """True when there were more words than are read."""
    packed: list[str] = field(default_factory=list)
    """The words in a winmail.dat."""
    sealed: bool = False
    """True when something in it is encrypted."""
    _texts: dict[bool, str] = field(default_factory=dict)

    def text(self, *, marks: bool = False) -> str:
        """All its words. ``marks``: what HTML marks up as quoted or as a signature is marked as in plain text."""
        if marks not in self._texts:
            words = _unescaped("\n\n".join(filter(None, (body.text(marks=marks).strip("\n") for body in self.bodies))))
            words = clean(words)
            self._texts[marks] = "\n".join(words[:_MOST_CHARS].split("\n", _MOST_LINES)[:_MOST_LINES])
            self.cut = self.cut or len(self._texts[marks]) < len(words)
        return self._texts[marks]

    def unsaid(self) -> list[str]:
        """Lines that stand only in the shape that is not read."""
        lines = [line for body in self.bodies for line in body.unsaid()]
        return lines[:_MOST_LINES]


def content_of(mail: Part) -> Content:
    """What ``mail`` carries. Never raises."""
    content = Content()
    content.bodies = _collect(mail, content, depth=0)
    for words in content.packed:
        if words_in(words) - words_in(content.text()):
            content.bodies.append(Body(plain=words))
            content._texts.clear()
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
    """Of alternatives, the first plain shape and the last HTML one, whole (RFC 2046 §5.1.4: the last is richest)."""
    told = [some for some in found if any(body.plain.strip() or body.markup.strip() for body in some)]
    plain = next((some for some in told if not any(body.markup for body in some)), [])
    rich = next((some for some in reversed(told) if any(body.markup for body in some)), [])
    said = "\n\n".join(body.plain for body in plain)
    if len(rich) == 1:
        return [Body(said or rich[0].plain, rich[0].markup)]
    if rich and said:  # pieces around files: all of them, and what only the plain shape says
        unsaid = words_in(said) - frozenset().union(*(words_in(body.text(marks=False)) for body in rich))
        return [*rich, *([Body(said)] if unsaid else [])]
    return rich or plain


def _leaf(part: Part, content: Content, depth: int) -> list[Body]:
    kind, name = part.content_type, part.filename
    attached = part.disposition == "attachment" or (name != "" and depth > 0)
    if kind in ("text/plain", "text/html", "text/enriched", "text/richtext") and not attached:
        return [_body(part, content)]
    raw = part.content
    if kind in _TNEF or name.lower() == "winmail.dat":
        return _tnef(part, raw, content)
    if kind in _SMIME or name.lower().endswith(".p7m"):
        return _smime(part, raw, content, depth)
    if name.lower().endswith(".eml") and kind in (
        "application/octet-stream",
        "text/plain",
        "application/eml",
        "message/eml",
    ):
        content.messages.append(parse(raw))
    content.sealed = content.sealed or kind == "application/pgp-encrypted"
    if raw or name:
        content.files.append(File(name or _name_by_type(kind), kind, raw))
    return []


def _tnef(part: Part, raw: bytes, content: Content) -> list[Body]:
    """What is in a winmail.dat; the file itself where it cannot be opened or held more than words and files."""
    unpacked = unpack(raw)
    if unpacked:
        content.files += [File(one, _type_by_name(one), data) for one, data in unpacked.files]
        content.packed += [unpacked.text] if unpacked.text else []
    if unpacked is None or not unpacked.whole:
        content.files.append(File(part.filename or "winmail.dat", part.content_type, raw))
    return []


def _smime(part: Part, raw: bytes, content: Content, depth: int) -> list[Body]:
    """The mail inside an opaque signature (RFC 8551 §3.5.2); an encrypted one stays closed."""
    inner = signed_content(raw)
    if inner is None or depth >= DEEPEST:
        content.files.append(File(part.filename or "smime.p7m", part.content_type, raw))
        content.sealed = content.sealed or inner is None
        return []
    return _collect(parse(inner), content, depth=depth + 1)


def _body(part: Part, content: Content) -> Body:
    raw = part.content[:_MOST_BODY_BYTES]
    if b"begin " in raw and part.content_type == "text/plain":
        raw, files = uuencoded(raw)
        content.files += [File(name, _type_by_name(name), data) for name, data in files]
    charset = part.parameters.get("charset")
    if part.content_type == "text/html" and not charset and (meta := _META_CHARSET.search(raw[:4_096])):
        charset = meta[1].decode("ascii")
    text = decode(raw, charset)
    if part.content_type in ("text/html", "text/enriched", "text/richtext") or _is_html(text):
        return Body(markup=text)
    if part.parameters.get("format", "").lower() == "flowed":
        text = _unflowed(text, spaceless=part.parameters.get("delsp", "").lower() == "yes")
    return Body(plain=_unarmoured(clean(text[:_MOST_PLAIN_CHARS])))


def _is_html(text: str) -> bool:
    """Whether a text that calls itself plain is HTML: it begins as a page, or ends lines with tags."""
    if _LOOKS_LIKE_HTML.match(text):
        return True
    if "<" not in text:
        return False
    breaks = len(_BREAKS.findall(text[:_MOST_CHARS]))
    return breaks >= 2 and breaks > len(text[:_MOST_CHARS].strip().splitlines()) - 1


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
