"""What was found of a customer, and what a place must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cli.erase.who import Traces

Seen = Callable[[str], None]
"""Told of each thing that was looked at, for the progress bar."""


@dataclass(frozen=True)
class Found:
    """One thing of the customer's."""

    what: str
    """In words, without anything of what it says: it may stand in a receipt."""
    where: str
    key: Any = field(default=None, repr=False)
    """How its place finds it again."""
    by_hand: str = ""
    """Why this command cannot take it away, and who can; empty when it can."""
    follows: bool = False
    """It is written anew without them by itself, once the rest is gone."""
    of_another: str | None = None
    """It belongs to this ticket of somebody else, and only names the customer: it stays."""
    rest: Any = field(default=None, repr=False)
    """What is put in its stead, where it also says things of others; None: it goes whole."""
    content: Any = field(default=None, repr=False)
    """What it says, for ``export``."""

    @property
    def stays(self) -> bool:
        """Whether it is only shown."""
        return bool(self.by_hand or self.of_another or self.follows)


class Place(Protocol):
    """Somewhere that things of customers are kept."""

    name: str

    def find(self, traces: Traces, seen: Seen) -> Iterator[Found]:
        """Everything there that leads to the customer, by looking at all there is."""

    def erase(self, found: Sequence[Found]) -> None:
        """Take these away; what is gone already is fine."""
