"""One line per step, with the seconds it took."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TextIO


class Progress:
    """Says what is going on. Colours and the step in progress only on a terminal."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out, self._terminal, self._start = out, out.isatty(), time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    def say(self, line: str = "") -> None:
        """Print a line."""
        print(line, file=self._out, flush=True)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Print the step with the seconds it took, once it is done."""
        began = time.monotonic()
        if self._terminal:
            print(f"  … {name}", end="", file=self._out, flush=True)
        try:
            yield
        except BaseException:
            self._done("✗", "31", name, began)
            raise
        self._done("✓", "32", name, began)

    def _done(self, mark: str, colour: str, name: str, began: float) -> None:
        line = f"{name:<60} {time.monotonic() - began:5.1f} s"
        if self._terminal:
            print(f"\r\x1b[2K  \x1b[{colour}m{mark}\x1b[0m {line}", file=self._out, flush=True)
        else:
            print(f"  {mark} {line}", file=self._out, flush=True)
