"""Everyday one-liners of a small shop on the sample rules: ``python -m evaluation.everyday [FILE…]``.

A line is ``topic, another that would do | text``. Prints what was made of each, and of the two messages that the
product was described with. Exit 1 when one of these two is read otherwise than the description says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cli.rules import rules_in
from evaluation.models import OfflineReader
from evaluation.public import ROOT
from evaluation.reading import Labelled, Prediction, read_all

FILES = [ROOT / "evaluation" / "shop" / f"everyday-{number}.txt" for number in (1, 2)]
DESCRIBED = (
    ("Our store has been down for an hour, we’re losing sales, please help NOW.", "outage", "high", "angry"),
    ("how do I change my billing address?", "billing", "low", "calm"),
)
"""Text, topic, urgency and tone, as the description of the product tells them."""


def read(texts: list[str]) -> list[Prediction]:
    """What the reading makes of the texts under the sample rules."""
    return list(read_all([Labelled(text, None) for text in texts], rules_in(ROOT / "rules"), OfflineReader()))


def main() -> int:
    """Print what was read."""
    off = 0
    for (text, *wanted), said in zip(DESCRIBED, read([text for text, *_ in DESCRIBED]), strict=True):
        got = ["held" if said.held else str(said.guess), said.urgency, said.tone]
        off += got != wanted
        print(f"{'as told' if got == wanted else 'NOT AS TOLD'}: {', '.join(got)} ({said.confidence:.2f}) | {text}")
    for file in [Path(name) for name in sys.argv[1:]] or FILES:
        lines = [line.split(" | ", 1) for line in file.read_text(encoding="utf-8").splitlines() if " | " in line]
        wrong = held = 0
        for (topics, text), said in zip(lines, read([text for _, text in lines]), strict=True):
            right = said.guess in topics.split(", ")
            wrong += not said.held and not right
            held += said.held
            mark = ("held" if said.held else "routed") + ("" if right else ", WRONG")
            print(f"  {mark:14} {said.confidence:.2f} {said.guess} {said.urgency} {said.tone} | {topics} | {text}")
        print(f"{file.name}: {len(lines)} one-liners, {wrong} routed wrong, {held} held")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main())
