"""HTML to the text a reader sees, in one pass and linear time, however broken it is.

No tree is built: mail that is unclosed, nested a hundred thousand deep or cut in the middle of a tag costs what its
length costs (the ADR compares this with the libraries).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from services.intake.domain.mail.html_lines import CLOSES, OPENS, RULE, SIGNS, Lines, attribute

MOST_CHARS = 2_000_000
"""Characters of HTML that are looked at (pictures are written into it); an event carries 100,000 bytes of text."""

MOST_TAGS = 100_000

_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript", "object", "svg", "select"))

_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track")
)

_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9:_-]*)")

_LONGEST_TAG = 4_000
"""Characters of a tag whose attributes are read."""

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.I)

_QUOTES = re.compile(
    r"gmail_attr|yahoo_quoted|moz-cite-prefix|mail-?quote|reply-?quote|hs_reply|freebirdFormviewer_quote|WM_quote"
    r"|qm_quote|isReplyContent|zimbra_quote|superhuman_quote|spark_quote|iwm_quote|mailru-quote|js-helper-quote"
    r"|front-blockquote",
    re.I,
)
"""How programs name what they wrap history in. (Gmail's and Proton's wrapper also takes in what is typed below the
quotation: there only the quotation and the line above it count.)
"""

_SIGNATURES = re.compile(
    r"gmail_signature|moz-signature|mobile-signature|protonmail_signature|yahoo_signature|zm_signature|x_signature",
    re.I,
)

_FROM_HERE = re.compile(r"divRplyFwdMsg|OutlookMessageHeader|appendonsend\Z", re.I)
"""Marks above which a header block follows: the words below tell where it ends."""

_OUTLOOK_LINE = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid\s+#(?:E1E1E1|B5C4DF)", re.I)


def text_of(markup: str, *, marks: bool = False) -> str:
    """The visible text, one line per block, with link addresses and what stands for pictures.

    ``marks``: lines that are marked up as quoted get a ``>`` for each level, and a signature its ``-- ``.
    """
    out = Lines()
    skipping, depth = "", 0  # the element whose end we wait for, and how often it is open
    quoted: list[str] = []  # elements that quote, and elements of the same names inside them
    lower = markup[:MOST_CHARS].lower()
    unseen = {name for name in _UNSEEN if f"</{name}" in lower}  # one that never ends would swallow all the words
    for tag, attributes, text in islice(_tokens(markup[:MOST_CHARS]), MOST_TAGS):
        name = tag.lstrip("/")
        if skipping:
            if name == skipping:
                depth += -1 if tag.startswith("/") else 1
            if depth == 0 or (skipping == "head" and tag == "body"):
                skipping = ""
                out.opens("div", "")
            continue
        if not tag:
            out.words(text)
        elif tag.startswith("/"):
            out.closes(name)
            if marks and quoted and quoted[-1].lstrip("+") == name and quoted.pop().startswith("+"):
                out.mark(CLOSES)
        elif name in unseen or _hidden(attributes):
            if name not in _VOID and not attributes.rstrip().endswith("/"):
                skipping, depth = name, 1
        else:
            if marks and name in _CONTAINERS:
                _mark(out, quoted, name, attributes)
            out.opens(name, attributes)
    return out.text()


_CONTAINERS = frozenset(("blockquote", "div", "span", "table", "section", "p"))


def _mark(out: Lines, quoted: list[str], name: str, attributes: str) -> None:
    quotes = _is_quote(name, attributes)
    if quotes:
        out.mark(OPENS)
    if quotes or (quoted and quoted[-1].lstrip("+") == name and len(quoted) < MOST_TAGS):
        quoted.append(f"+{name}" if quotes else name)
    elif _is_signature(attributes):
        out.mark(SIGNS)
    elif _heads_history(attributes):
        out.mark(RULE)


def _tokens(markup: str) -> Iterator[tuple[str, str, str]]:
    """(tag name, attributes, "") or ("", "", text), in order. Time is linear in the length."""
    lower, position, size = markup.lower() if len(markup.lower()) == len(markup) else markup, 0, len(markup)
    unclosed: set[str] = set()
    while position < size:
        opening = markup.find("<", position)
        if opening != position:
            yield "", "", markup[position : opening if opening >= 0 else size]
        if opening < 0:
            return
        if markup.startswith("<!--", opening) and "<!--" not in unclosed:
            end = markup.find("-->", opening + 4)
            if end >= 0:
                position = end + 3
                continue
            unclosed.add("<!--")
        name = _NAME.match(markup, opening + 1)
        if name is None and markup[opening + 1 : opening + 2] not in ("!", "?", "/"):
            yield "", "", "<"
            position = opening + 1
            continue
        end = _tag_end(markup, opening + 1)
        if end < 0:  # cut in the middle of a tag
            return
        position = end + 1
        if name is None:
            continue
        tag, closing = name[1].lower(), markup[opening + 1] == "/"
        yield ("/" + tag if closing else tag), markup[name.end() : min(end, name.end() + _LONGEST_TAG)], ""
        if tag in ("script", "style") and not closing and tag not in unclosed:
            end = lower.find(f"</{tag}", position)
            if end < 0:
                unclosed.add(tag)
            position = max(position, end)


def _tag_end(markup: str, position: int) -> int:
    """Where the tag ends: the first ``>`` outside quotes, or the first one at all when a quote is never closed."""
    plain = markup.find(">", position)
    if plain < 0:
        return -1
    inside = markup[position:plain]
    for quote in ('"', "'"):
        if inside.count(quote) % 2:
            closing = markup.find(quote, plain, plain + 2_000)
            if closing > 0:
                after = markup.find(">", closing, closing + 2_000)
                return after if after > 0 else plain
    return plain


def _hidden(attributes: str) -> bool:
    return "style" in attributes.lower() and _HIDDEN.search(attribute(attributes, "style")) is not None


def _is_quote(name: str, attributes: str) -> bool:
    if name == "blockquote":
        return "cite" in attribute(attributes, "type", "class").lower() or "quote" in attributes.lower()
    return _QUOTES.search(attribute(attributes, "class", "id")) is not None


def _heads_history(attributes: str) -> bool:
    if "=" not in attributes:
        return False
    named = _FROM_HERE.search(attribute(attributes, "class", "id"))
    return bool(named or _OUTLOOK_LINE.search(attribute(attributes, "style")))


def _is_signature(attributes: str) -> bool:
    if "=" not in attributes:
        return False
    signs = "data-signature" in attributes and attribute(attributes, "data-signature").lower() == "true"
    return signs or _SIGNATURES.search(attribute(attributes, "class", "id")) is not None
