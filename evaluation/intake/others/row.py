"""A line of the table."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Count:
    """How many mails came out right, and how many of their words are there."""

    right: int = 0
    words_kept: int = 0
    words: int = 0

    @property
    def kept(self) -> str:
        return f"{self.words_kept / self.words:.3f}" if self.words else ""

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.words_kept + other.words_kept, self.words + other.words)


@dataclass
class Row:
    """What a source asks for, how many of its mails come out as it says (``theirs``), and as we read it (``ours``)."""

    source: str
    asked: str
    of: int = 0
    theirs: Count = field(default_factory=Count)
    ours: Count = field(default_factory=Count)
    wrong: list[str] = field(default_factory=list)

    def add(self, *, right: bool, said: str, by_ours: bool | None = None) -> None:
        """One mail. ``by_ours``: whether it is right in our reading, where that is another than theirs."""
        self.of += 1
        self.theirs.right += right
        self.ours.right += right if by_ours is None else by_ours
        if not right:
            self.wrong.append(f"{said}{'  (as we read it: right)' if by_ours else ''}")

    def __str__(self) -> str:
        shares = (f"{count.right / max(1, self.of):.3f} | {count.kept}" for count in (self.theirs, self.ours))
        return f"| {self.source} | {self.asked} | {self.of} | {' | '.join(shares)} |"
