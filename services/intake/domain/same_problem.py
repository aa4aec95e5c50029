"""Whether two tickets of one customer are about the same problem."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can could do does for from get had has have hello hi i if in is it its just "
        "me my not of on or our please so still thank thanks that the there they this to us was we were what when will "
        "with would you your",
    )
)


def same_problem(a: tuple[str, str], b: tuple[str, str]) -> float:
    """How likely (0..1) two (subject, text) are one problem: the shorter one's share of words in the other."""
    words_a, words_b = _telling(a), _telling(b)
    smaller = min(len(words_a), len(words_b))
    if smaller == 0:
        return 1.0 if " ".join(a).split() == " ".join(b).split() else 0.0
    shared = len(words_a & words_b)
    return shared / smaller if smaller >= 3 else float(words_a == words_b)


def _telling(ticket: tuple[str, str]) -> frozenset[str]:
    words = _WORD.findall(" ".join(ticket).casefold())
    return frozenset(word for word in words if word not in _EMPTY)
