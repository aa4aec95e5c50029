"""What was folded away: every line that is readable in a mail and is not in its new words, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Read:
    """New words, what was folded away beside them, and why."""

    text: str
    rest: str = ""
    why: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        """Lines that were folded away."""
        return sum(1 for line in self.rest.split("\n") if line.strip())


def read(text: str, readable: Iterable[str], why: Sequence[str]) -> Read:
    """``text`` with every line of ``readable`` that is not in it as its rest, in order. In linear time.

    The rest is what is left over, whatever cut the text: so no cut can lose a word.
    """
    kept = Counter(filter(None, (line.strip() for line in text.split("\n"))))
    left: list[str] = []
    for line in readable:
        bare = line.strip()
        if bare and kept[bare] > 0:
            kept[bare] -= 1
        else:
            left.append(line.rstrip())
    rest = re.sub(r"\n{3,}", "\n\n", "\n".join(left)).strip("\n")
    if not rest.strip():
        return Read(text)
    return Read(text, rest, tuple(dict.fromkeys(why)) or ("quoted history",))
