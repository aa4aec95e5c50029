"""HTML to the text a reader sees, in one pass and linear time, however broken it is.

No tree is built: mail that is unclosed, nested a hundred thousand deep or cut in the middle of a tag costs what its
length costs (the ADR compares this with the libraries).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice

MOST_CHARS = 2_000_000
"""Characters of HTML that are looked at (pictures are written into it); an event carries 100,000 bytes of text."""
MOST_TAGS = 100_000

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 "
        "header hr html li main nav ol p pre section table tbody tfoot thead tr ul",
    )
)
_APART = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"))
"""Blocks that a reader sees with space around them."""
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript", "object", "svg", "select"))
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track")
)

_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9:_-]*)")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
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
_DEEPEST_QUOTE = 9
_OPENS, _CLOSES, _SIGNS, _RULE = "\x01", "\x02", "\x03", "_" * 32
"""Where a quotation begins and ends, and a signature begins: characters that no text keeps. A rule is what Outlook
draws above the header of what it answers.
"""


def text_of(markup: str, *, marks: bool = False) -> str:
    """The visible text, one line per block, with link addresses and what stands for pictures.

    ``marks``: lines that are marked up as quoted get a ``>`` for each level, and a signature its ``-- ``.
    """
    out = _Lines()
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
                out.mark(_CLOSES)
        elif name in unseen or _hidden(attributes):
            if name not in _VOID and not attributes.rstrip().endswith("/"):
                skipping, depth = name, 1
        else:
            if marks and name in _CONTAINERS:
                _mark(out, quoted, name, attributes)
            out.opens(name, attributes)
    return out.text()


_CONTAINERS = frozenset(("blockquote", "div", "span", "table", "section", "p"))


def _mark(out: _Lines, quoted: list[str], name: str, attributes: str) -> None:
    quotes = _is_quote(name, attributes)
    if quotes:
        out.mark(_OPENS)
    if quotes or (quoted and quoted[-1].lstrip("+") == name and len(quoted) < MOST_TAGS):
        quoted.append(f"+{name}" if quotes else name)
    elif _is_signature(attributes):
        out.mark(_SIGNS)
    elif _heads_history(attributes):
        out.mark(_RULE)


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


def _attribute(attributes: str, *wanted: str) -> str:
    if "=" not in attributes:
        return ""
    return " ".join(value.strip("\"'") for name, value in _ATTRIBUTE.findall(attributes) if name.lower() in wanted)


def _hidden(attributes: str) -> bool:
    return "style" in attributes.lower() and _HIDDEN.search(_attribute(attributes, "style")) is not None


def _is_quote(name: str, attributes: str) -> bool:
    if name == "blockquote":
        return "cite" in _attribute(attributes, "type", "class").lower() or "quote" in attributes.lower()
    return _QUOTES.search(_attribute(attributes, "class", "id")) is not None


def _heads_history(attributes: str) -> bool:
    if "=" not in attributes:
        return False
    named = _FROM_HERE.search(_attribute(attributes, "class", "id"))
    return bool(named or _OUTLOOK_LINE.search(_attribute(attributes, "style")))


def _is_signature(attributes: str) -> bool:
    if "=" not in attributes:
        return False
    signs = "data-signature" in attributes and _attribute(attributes, "data-signature").lower() == "true"
    return signs or _SIGNATURES.search(_attribute(attributes, "class", "id")) is not None


_NO_MARKS = dict.fromkeys((1, 2, 3, 0x1D, 0x1E))
"""Characters that stand for marks in here, and for nothing in a text."""


class _Lines:
    """Collects words into lines as a reader would see them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._pre = 0
        self._lists: list[int | None] = []
        self._link, self._link_at = "", 0

    def words(self, text: str) -> None:
        text = html.unescape(text)
        text = text.translate(_NO_MARKS)
        self._pieces.append(text if self._pre else re.sub(r"[ \t\r\n\f]+", " ", text))

    def opens(self, name: str, attributes: str) -> None:
        if name == "br":
            self._pieces.append("\n")
        elif name in ("td", "th"):
            self._pieces.append("\t")
        elif name == "img":
            self._picture(html.unescape(_attribute(attributes, "alt")).strip())
        elif name == "a":
            self._leave_link()
            self._link, self._link_at = html.unescape(_attribute(attributes, "href")).strip(), len(self._pieces)
        elif name in _BLOCKS:
            self._break(name)
            self._open_list(name)

    def mark(self, mark: str) -> None:
        """A quotation begins or ends here, or a signature begins: on a line of its own."""
        self._pieces.append(f"\x1e{mark}\x1e")

    def _picture(self, alt: str) -> None:
        if len(alt) <= 2:  # an emoji drawn as a picture
            self._pieces.append(alt)
        elif not _FILE_NAME.fullmatch(alt):
            self._pieces.append(f" [{' '.join(alt.split())[:_LONGEST_ALT]}] ")

    def _leave_link(self) -> None:
        """Write a link's address behind its words, unless they say it."""
        if not self._link:
            return
        words = "".join(self._pieces[self._link_at :]).strip(" \x1d\x1e\n\t")
        address = self._link.removeprefix("mailto:").partition("?")[0] if self._link[:7] == "mailto:" else self._link
        told = _bare(address) in _bare(words) or (len(_bare(words)) > 8 and _bare(words).rstrip("….") in _bare(address))
        if words and not told and _ADDRESS.match(self._link):
            self._pieces.append(f" <{address[:_LONGEST_LINK]}>")
        self._link = ""

    def _open_list(self, name: str) -> None:
        if name in ("ul", "ol"):
            self._lists = [*self._lists[-20:], 0 if name == "ol" else None]
        elif name == "pre":
            self._pre += 1
        elif name == "li":
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
            self._pieces.append("- " if number is None else f"{number + 1}. ")

    def closes(self, name: str) -> None:
        if name == "a":
            self._leave_link()
        if name in _BLOCKS:
            self._break(name)
        if name in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif name == "pre":
            self._pre = max(0, self._pre - 1)

    def _break(self, name: str) -> None:
        # \x1e and \x1d stand for "a new line here" and "a blank line here": neighbours melt into one.
        self._pieces.append("\x1d" if name in _APART else "\x1e")

    def text(self) -> str:
        self._leave_link()
        text = "".join(self._pieces).replace("\u00a0", " ").replace("\u00ad", "")
        text = re.sub(r"[\u200b-\u200d\u2060\ufeff](?=[\s\u200b-\u200d\u2060\ufeff\x1d\x1e])", "", text)
        text = re.sub(r" {20,}", " ", text)
        text = re.sub(r"[ ]*([\x1d\x1e])[ ]*", r"\1", text)
        text = re.sub(r"[\x1d\x1e]*\x1d[\x1d\x1e]*", "\n\n", re.sub(r"\x1e+", "\x1e", text)).replace("\x1e", "\n")
        lines = (re.sub(r"\t+", " ", line).strip() if "\t" in line else line.rstrip() for line in text.split("\n"))
        joined = "\n".join(_marked(line.removeprefix(" ") for line in lines))
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


_LONGEST_ALT, _LONGEST_LINK = 200, 300
_FILE_NAME = re.compile(r"[\w .()@-]{1,80}\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)|image\d*|\W*", re.I)
"""What programs write instead of a picture's words."""
_ADDRESS = re.compile(r"https?://|mailto:[^?]|ftp://|tel:\+?\d", re.I)


def _bare(address: str) -> str:
    """An address as people write it: without scheme, *www* and the last slash."""
    return re.sub(r"^(?:https?://|mailto:|tel:)?(?:www\.)?", "", address.strip().lower()).rstrip("/").replace(" ", "")


def _marked(lines: Iterable[str]) -> Iterator[str]:
    """The lines with ``>`` for each open quotation."""
    depth = 0
    for line in lines:
        if line == _OPENS:
            depth += 1
        elif line == _CLOSES:
            depth = max(0, depth - 1)
        elif line == _SIGNS:
            yield "-- "
        else:
            yield f"{'>' * min(depth, _DEEPEST_QUOTE)} {line}".rstrip() if depth else line
