"""Urgency and tone on trades nobody tuned for, class by class: ``python -m evaluation.manner [FOLDER]``.

``evaluation/trades/reported`` has 200 tickets of ten trades, labelled twice (its README says how). Each trade's sheet
has topics without examples, as on a first day. With the offline reader it takes about a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.rules import Rules
from evaluation.models import OfflineReader
from evaluation.public import ROOT
from evaluation.reading import Labelled, Prediction, read_all
from evaluation.sheet import rules_of

FOLDER = ROOT / "evaluation" / "trades" / "reported"


@dataclass(frozen=True)
class Ticket:
    """A ticket as two readings labelled it: ``(urgency, tone)``, the first and the second."""

    text: str
    topic: str
    first: tuple[str, str]
    second: tuple[str, str]


def trade(file: Path) -> tuple[Rules, list[Ticket]]:
    """A trade's sheet and its tickets."""
    covers: dict[str, str] = {}
    tickets = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(": "):
            name, said, _ = (part.strip() for part in line[2:].split("|"))
            covers[name] = said
        elif line and not line.startswith("#"):
            topic, labels, text = (part.strip() for part in line.split("|", 2))
            one, _, other = labels.partition(" / ")
            tickets.append(Ticket(text, topic, _pair(one), _pair(other or one)))
    return rules_of(covers, ()), tickets


def _pair(labels: str) -> tuple[str, str]:
    urgency, tone = labels.split()
    return urgency, tone


def read(folder: Path) -> Iterator[tuple[Ticket, Prediction]]:
    """Every ticket of every trade, and what the reading makes of it."""
    for file in sorted(folder.glob("*.txt")):
        rules, tickets = trade(file)
        said = [Labelled(ticket.text, ticket.topic) for ticket in tickets]
        yield from zip(tickets, read_all(said, rules, OfflineReader()), strict=True)


def scores(pairs: list[tuple[str, str]]) -> str:
    """Accuracy, then F1, precision and recall of each class, of pairs (label, said)."""
    right = sum(label == said for label, said in pairs) / len(pairs)
    lines = [f"accuracy {right:.1%} of {len(pairs)}"]
    for kind in sorted({label for label, _ in pairs}):
        hits = sum(label == said == kind for label, said in pairs)
        called, there = sum(said == kind for _, said in pairs), sum(label == kind for label, _ in pairs)
        f1 = 2 * hits / (called + there)
        lines.append(
            f"  {kind:9} F1 {f1:.2f}  precision {hits / max(called, 1):.2f}  recall {hits / there:.2f} of {there}"
        )
    return "\n".join(lines)


def main() -> None:
    """Print both by both labellings, and what was routed on these first-day sheets."""
    read_ones = list(read(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
    for name, labels in (("first", [t.first for t, _ in read_ones]), ("second", [t.second for t, _ in read_ones])):
        said = [(p.urgency, p.tone) for _, p in read_ones]
        for place, what in enumerate(("urgency", "tone")):
            print(f"{what}, {name} labelling: ", end="")
            print(scores([(label[place], one[place]) for label, one in zip(labels, said, strict=True)]))
    routed = [(t, p) for t, p in read_ones if not p.held]
    print(f"topic: accuracy {sum(t.topic == p.guess for t, p in read_ones) / len(read_ones):.1%}, ", end="")
    print(f"routed {len(routed)}, right of those {sum(t.topic == p.guess for t, p in routed)}")


if __name__ == "__main__":
    main()
