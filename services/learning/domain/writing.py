"""The many ways people (and their word processors) write one and the same thing."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from contracts.words import spelling

# The cached functions below see a Doc's every line again with each edit of one of them.
_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " ", "\u202f": " "}
    | {
        "\u02bc": "'",
        "\u2032": "'",
        "\u00b4": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "\ufe63": "-",
        "\uff0d": "-",
    }
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_BULLET = re.compile(r"^\s*(?:(?:[-*+•‣◦▪–—·●○■➢✓☐☑✔]|\d{1,3}[.)]|[a-zA-Z][.)]|\[[ xX]?\])\s+)+")
_TAB = re.compile(r"(?:(?<=[\w)\]])|(?<=\w>)) *\t\s*(?=[\w<#@*])")
"""Between two words it parts them as a table does; elsewhere it is only space."""
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>=~|&])")
_LINK = re.compile(r"\[([^\]\[]+)\]\((?:https?|mailto):[^)\s]*\)")
_EMPHASIS = re.compile(
    r"(?P<mark>\*\*|__|`)(?P<strong>\S(?:.*?\S)?)(?P=mark)|(?<![\w*])\*(?P<weak>\w(?:[^*]*\w)?)\*(?![\w*@.])"
)
_COMMENT_LINE = re.compile(r"^\s*(?://|<!--)")
_COMMENT_TAIL = re.compile(r"\s+(?://|#)\s.*$")
_BETWEEN = re.compile(
    r"\s*(?:[,;|\uff0c\u3001\u060c\uff1b\u061b\uff64\u2022\u30fb\u2027\n\v]|(?<![lL])\u00b7|\u00b7(?![lL]))\s*"
)
"""What parts the things of a list: commas of all scripts, semicolons, dots between words (not Catalan's l·l), lines."""
ARROW = re.compile(r"\s*(?:→|⟶|➜|➔|⇒|➡️?|-+>|=+>|–>|—>)\s*")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text with one kind of quote and space, nothing invisible, no space around it. Line breaks become spaces."""
    evened = unicodedata.normalize("NFC", _INVISIBLE.sub("", text.translate(_SAME)))
    return " ".join(evened.split())


@lru_cache(maxsize=4096)
def unmarked(text: str) -> str:
    """The text as ``plain`` gives it, without Markdown's marks: emphasis, links, escapes. ``~~struck~~`` stays."""
    text = _LINK.sub(r"\1", _ESCAPED.sub(r"\1", plain(_TAB.sub(" | ", text))))
    return _EMPHASIS.sub(lambda found: found["strong"] or found["weak"], text)


def without_bullet(text: str) -> str:
    """The line without the bullet, number or tick box people put before it."""
    return _BULLET.sub("", text, count=1).strip()


def without_comment(text: str) -> str:
    """The line without a remark behind ``//`` or ``#`` (set off by spaces, so ``https://`` and ``#channel`` stay)."""
    return _COMMENT_TAIL.sub("", text).strip()


def is_comment(text: str) -> bool:
    """Whether the whole line is a remark: ``// …`` or ``<!-- … -->``."""
    return bool(_COMMENT_LINE.match(text))


def unquoted(text: str) -> str:
    """The text without the one pair of quotes around it."""
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def listed(text: str) -> list[str]:
    """The things of a list, whichever comma parts them."""
    return [piece for piece in _BETWEEN.split(text.strip()) if piece]


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What two spellings of one name have in common: spaces, dashes and final punctuation do not count either."""
    return re.sub(r"[\s_\-]+", " ", spelling(plain(text))).strip(" :.*_#")


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, or None when nothing is near."""
    by_key = {key(name): name for name in known}
    near = difflib.get_close_matches(key(word), by_key, n=1, cutoff=0.7)
    return by_key[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“Did you mean …?” or the list of what there is."""
    names = tuple(known)
    near = closest(word, names)
    return f"Did you mean {near}?" if near else f"There is: {', '.join(names)}." if names else ""
