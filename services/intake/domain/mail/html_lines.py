"""The lines a reader sees of a page, gathered tag by tag: space around blocks, lists, links, pictures, quotations."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 "
        "header hr html li main nav ol p pre section table tbody tfoot thead tr ul",
    )
)

_APART = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"))
"""Blocks that a reader sees with space around them."""

_ATTRIBUTE = re.compile(r"([a-zA-Z_:-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")

_DEEPEST_QUOTE = 9

OPENS, CLOSES, SIGNS, RULE = "\x01", "\x02", "\x03", "_" * 32
"""Where a quotation begins and ends, and a signature begins: characters that no text keeps. A rule is what Outlook
draws above the header of what it answers.
"""


def attribute(attributes: str, *wanted: str) -> str:
    """The values of a tag's attributes of these names, joined; empty when there is none."""
    if "=" not in attributes:
        return ""
    return " ".join(value.strip("\"'") for name, value in _ATTRIBUTE.findall(attributes) if name.lower() in wanted)


_NO_MARKS = dict.fromkeys((1, 2, 3, 0x1D, 0x1E))
"""Characters that stand for marks in here, and for nothing in a text."""


class Lines:
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
            self._picture(html.unescape(attribute(attributes, "alt")).strip())
        elif name == "a":
            self._leave_link()
            self._link, self._link_at = html.unescape(attribute(attributes, "href")).strip(), len(self._pieces)
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
        if line == OPENS:
            depth += 1
        elif line == CLOSES:
            depth = max(0, depth - 1)
        elif line == SIGNS:
            yield "-- "
        else:
            yield f"{'>' * min(depth, _DEEPEST_QUOTE)} {line}".rstrip() if depth else line
