"""Text that is safe to carry: valid Unicode, no control characters, one kind of line end."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]")
"""C0/C1 controls, lone surrogates, byte-order marks, and direction overrides (text that reads other than it is)."""
_UNSEEN = re.compile(r"[\u00ad\u061c\u200b-\u200f\u2060-\u2064]")
"""Characters without a width: a soft hyphen, joiners, marks of direction."""
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")


def clean(text: str) -> str:
    """``text`` with plain line ends and without what no reader can see. Blank lines at both ends go."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text)).strip()


def fold_case(text: str) -> str:
    """``text`` to compare by. ``str.casefold`` alone makes two characters of a Turkish İ, which then equals nothing."""
    return text.replace("İ", "i").casefold()


def seen(text: str) -> str:
    """``text`` without control characters and without what has no width: what an address is read from."""
    return _UNSEEN.sub("", _CONTROL.sub("", text))


def one_line(text: str, limit: int) -> str:
    """``text`` as one line of at most ``limit`` characters."""
    return " ".join(clean(text).split())[:limit].rstrip()


def cut_to_bytes(text: str, limit: int) -> tuple[str, bool]:
    """``text`` cut to ``limit`` UTF-8 bytes at a whole character, and whether anything was cut."""
    encoded = text.encode("utf-8")
    if len(encoded) <= limit:
        return text, False
    return encoded[:limit].decode("utf-8", "ignore"), True
