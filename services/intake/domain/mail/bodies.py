"""One piece of a mail's words, as its plain shape or its HTML says it, and the text behind either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from services.intake.domain.mail.html_text import text_of
from services.intake.domain.text import fold_case

META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.I)

_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).){0,2000}-->\s*|<\?xml[^>]{0,200}>\s*){0,5}"
    r"<(?:!doctype html|html[\s>]|head[\s>]|body[\s>])",
    re.I | re.S,
)

_BREAKS = re.compile(r"<(?:br\s?/?|/p|/div|/td|/li|/span)>", re.I)

_PGP_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]{1,20}: [^\n]{0,100}\n){0,5}\n", re.M)

MOST_BODY_BYTES = 4_000_000
"""Bytes of one body that are decoded: HTML carries pictures and styles besides its words."""

MOST_CHARS, MOST_LINES = 150_000, 4_000
"""How much of a mail's words is read; an event carries 100,000 bytes, and the raw mail is kept whole."""

MOST_PLAIN_CHARS = 1_000_000

_WORD = re.compile(r"[^\W_]+")

_UNSAID = 0.3
"""Share of the words in HTML that its plain shape may lack and still say the same: links, a picture's words."""


@dataclass(frozen=True)
class Body:
    """One piece of a mail's words, in one shape or two."""

    plain: str = ""
    markup: str = ""

    def text(self, *, marks: bool) -> str:
        """The words: the plain shape unless it is missing or does not say what the other says."""
        if not self.markup or self._plain_says_it:
            return self.plain
        return text_of(self.markup, marks=True) if marks else self._shown

    @cached_property
    def _shown(self) -> str:
        return text_of(self.markup)

    @cached_property
    def _plain_says_it(self) -> bool:
        said, told = words_in(self.plain), words_in(self._shown)
        unsaid = told - said
        return bool(said) and (len(unsaid) < 3 or len(unsaid) <= _UNSAID * len(told))

    def unsaid(self) -> list[str]:
        """The lines of the other shape that have words of their own."""
        if not self.plain.strip() or not self.markup:
            return []
        other = self._shown if self._plain_says_it else self.plain
        said = words_in(self.text(marks=False))
        return [line for line in other.split("\n") if words_in(line) - said]


_ESCAPED = re.compile(r"(?:(?<=\n)|\A)>(?=>?From [^\n]*(?:\n(?!>)|\Z))")


def unescaped(text: str) -> str:
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
    return frozenset(_WORD.findall(fold_case(text[:MOST_CHARS])))


def is_html(text: str) -> bool:
    """Whether a text that calls itself plain is HTML: it begins as a page, or ends lines with tags."""
    if _LOOKS_LIKE_HTML.match(text):
        return True
    if "<" not in text:
        return False
    breaks = len(_BREAKS.findall(text[:MOST_CHARS]))
    return breaks >= 2 and breaks > len(text[:MOST_CHARS].strip().splitlines()) - 1


def unarmoured(text: str) -> str:
    """The words of a text that PGP signed in place (RFC 9580 §7), without its armour."""
    found = _PGP_SIGNED.search(text)
    signature = text.find("\n-----BEGIN PGP SIGNATURE-----", found.end()) if found else -1
    if found is None or signature < 0:
        return text
    words = re.sub(r"^- ", "", text[found.end() : signature], flags=re.M)
    end = text.find("\n-----END PGP SIGNATURE-----", signature)
    below = text[end:].partition("-----\n")[2].partition("-----\n")[2] if end >= 0 else ""
    return f"{text[: found.start()]}{words}\n{below}".strip("\n")


def unflowed(text: str, *, spaceless: bool) -> str:
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
