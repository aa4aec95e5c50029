"""Whether two lines say the same thing in nearly the same words."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache

NEARLY_THE_SAME = 0.85
"""Share of content words in common (Dice) from which two lines count as one."""
COMPARED = 100
"""Earlier lines that one line is compared with at most: only lines that are all alike have as many that come near."""

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


def alike(
    texts: Sequence[str],
    *,
    owners: Sequence[Hashable],
    apart: Callable[[int, int], bool] = lambda *_: False,
) -> dict[int, int]:
    """For each text the first earlier one of another owner that is nearly the same and not ``apart`` for other reasons.

    Not each is compared with each: of two texts with so much in common, the rarest words of one hold a word that is
    among the rarest of the other. 3,000 lines of a Doc take a fraction of a second.
    """
    bags = [content_words(text) or _whole(text) for text in texts]
    often = Counter(word for bag in bags for word in bag)
    # Both have at least this share of their words in common, however long the other one is.
    share = NEARLY_THE_SAME / (2 - NEARLY_THE_SAME)
    seen: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    found: dict[int, int] = {}
    for later, bag in enumerate(bags):
        words = sorted(((word, nth) for word, count in bag.items() for nth in range(count)), key=_rarest(often))
        rarest = words[: len(words) - math.ceil(share * len(words) - 1e-9) + 1]
        near = sorted({number for word in rarest for number in seen[word] if owners[number] != owners[later]})
        for earlier in near[:COMPARED]:
            if nearly_the_same(texts[later], texts[earlier]) and not apart(later, earlier):
                found[later] = earlier
                break
        for word in rarest:
            seen[word].append(later)
    return found


def _rarest(often: Counter[str]) -> Callable[[tuple[str, int]], tuple[int, tuple[str, int]]]:
    return lambda word: (often[word[0]], word)


def _whole(text: str) -> Counter[str]:
    """A text of small words only, as one word; nothing when there is no word in it."""
    return Counter([" ".join(text.casefold().split())] if _WORD.search(text) else [])


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
