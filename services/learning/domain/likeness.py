"""Whether two lines say the same thing in nearly the same words."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

NEARLY_THE_SAME = 0.85
"""Share of content words in common (Dice) from which two lines count as one."""

_WORD = re.compile(r"\w+(?:['’]\w+)?")
# No “not”, “cannot” or “never” among them: they turn the meaning round.
_SMALL = frozenset(
    """a an and are as at be been but by can could did do does for from had has have hello hey hi how i i'm i've if in
    is it it's its just me my of on or our please so some thank thanks that the their them there this to us was we were
    what when where which who why will with would you your""".split()  # noqa: SIM905
)


@lru_cache(maxsize=4096)
def content_words(text: str) -> Counter[str]:
    """The words that carry the meaning, plural *s* taken off."""
    words = (word.casefold().replace("’", "'") for word in _WORD.findall(text))
    return Counter(_singular(word) for word in words if word not in _SMALL)


def likeness(one: str, other: str) -> float:
    """From 0, nothing in common, to 1, the same content words."""
    a, b = content_words(one), content_words(other)
    total = a.total() + b.total()
    if not a or not b:
        return float(" ".join(one.casefold().split()) == " ".join(other.casefold().split()))
    return 2 * (a & b).total() / total


def nearly_the_same(one: str, other: str) -> bool:
    """Whether a reader would call them the same line."""
    return likeness(one, other) >= NEARLY_THE_SAME


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
