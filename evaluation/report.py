"""Measures the reading and draws it: ``python -m evaluation.report [TICKETS]`` writes ``docs/images/reading-*.svg``.

Uses the offline reader through the classifier's own code, on the test halves of the public sets and on the reported
half of the project's own set. ``TICKETS`` (default 400) is how many of each public set are read for each point.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path

from cli.evaluate import tickets_in
from cli.rules import rules_in
from contracts.rules import Rules
from evaluation.charts import Axis, Line, chart
from evaluation.measure import same, summary
from evaluation.models import OfflineReader
from evaluation.public import ROOT, draw_examples, public_set, topics_of
from evaluation.reading import Labelled, Prediction, read_all
from evaluation.sheet import rules_of
from services.classifier.domain import ranking
from services.classifier.domain.models import OFFLINE

SETS = {"banking77": "Banking77", "clinc150": "CLINC150"}
IMAGES = ROOT / "docs" / "images"
SHARE = Axis("", 0, 1, (0, 0.25, 0.5, 0.75, 1), "{:.0%}")
Read = tuple[list[Labelled], list[Prediction]]


def read_public(name: str, each: int, tickets: int, seed: int = 1) -> Read:
    """A sample of the test half, what is out of scope included, with ``each`` examples a topic."""
    rules = rules_of(
        dict.fromkeys(topics_of(name), ""), [(row.topic or "", row.text) for row in draw_examples(name, each, seed)]
    )
    rows = [Labelled(row.text, row.topic) for row in public_set(name) if row.split in ("test", "oos_test")]
    random.Random(seed).shuffle(rows)
    return _read(rows[:tickets], rules)


def _read(tickets: list[Labelled], rules: Rules) -> Read:
    return tickets, list(read_all(tickets, rules, OfflineReader()))


def risk_coverage(read: Read) -> list[tuple[float, float]]:
    """How many of the routed tickets are right, the surest so many routed."""
    pairs = sorted(zip(*read, strict=True), key=lambda pair: -pair[1].confidence)
    right, points = 0, []
    for number, (ticket, prediction) in enumerate(pairs, 1):
        right += same(ticket.topic, prediction.guess)
        if number % max(1, len(pairs) // 20) == 0:
            points.append((number / len(pairs), right / number))
    return points


def reliability(read: Read, bins: int = 8) -> list[tuple[float, float]]:
    """What was right, of the tickets with about that chance, in equal groups."""
    pairs = sorted(zip(*read, strict=True), key=lambda pair: pair[1].confidence)
    groups = [pairs[len(pairs) * n // bins : len(pairs) * (n + 1) // bins] for n in range(bins)]
    return [
        (sum(p.confidence for _, p in group) / len(group), sum(same(t.topic, p.guess) for t, p in group) / len(group))
        for group in groups
        if group
    ]


def confused(read: Read, most: int = 8) -> list[tuple[str, str, int]]:
    """The pairs of topics that are taken for each other most."""
    wrong = Counter((t.topic, p.guess) for t, p in zip(*read, strict=True) if t.topic and not same(t.topic, p.guess))
    return [(topic or "", guess or "", count) for (topic, guess), count in wrong.most_common(most)]


def learning_curve(name: str, tickets: int) -> list[tuple[float, float]]:
    """Accuracy by examples a topic; the steps are drawn evenly."""
    return [(step, _accuracy(read_public(name, each, tickets))) for step, each in enumerate(EACH)]


EACH = (0, 1, 2, 5, 10, 20, 50)
ROOM = (30, 70, 110, 145, 200, 280)


def token_curve(name: str, tickets: int) -> list[tuple[float, float]]:
    """Accuracy by mean input tokens, as the room for topics and examples grows."""
    points, usual = [], (ranking.BLOCK_CHARS_PER_TOPIC, ranking.BLOCK_CHARS)
    for room in ROOM:
        ranking.BLOCK_CHARS_PER_TOPIC, ranking.BLOCK_CHARS = room, usual[1] * room // usual[0]
        read = read_public(name, 10, tickets)
        points.append((sum(p.tokens_in for p in read[1]) / len(read[1]), _accuracy(read)))
    ranking.BLOCK_CHARS_PER_TOPIC, ranking.BLOCK_CHARS = usual
    return points


def _accuracy(read: Read) -> float:
    inside = [(t, p) for t, p in zip(*read, strict=True) if t.topic]
    return sum(same(t.topic, p.guess) for t, p in inside) / len(inside)


def main() -> None:
    """Measure, draw, and print the figures that ``docs/reading.md`` quotes."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    reads = {title: read_public(name, 10, tickets) for name, title in SETS.items()}
    reads["own set"] = _read(tickets_in(Path(__file__).parent / "shop" / "reported.jsonl"), rules_in(ROOT / "rules"))
    for title, read in reads.items():
        print(title, json.dumps(summary(*read, OFFLINE)))
        print("  most confused:", "; ".join(f"{a} → {b} ({n})" for a, b, n in confused(read)))
    right = Axis("right, of those routed", 0.4, 1, (0.4, 0.6, 0.8, 1), "{:.0%}")
    _draw(
        "risk-coverage",
        "Routing only what is sure: 10 examples a topic (own set: 2)",
        Axis("share of all tickets routed", 0, 1, SHARE.marks, "{:.0%}"),
        right,
        [Line(title, risk_coverage(read)) for title, read in reads.items()],
    )
    _draw(
        "calibration",
        "What a stated chance is worth",
        Axis("stated chance", 0, 1, SHARE.marks, "{:.0%}"),
        Axis("share that was right", 0, 1, SHARE.marks, "{:.0%}"),
        [
            *(Line(title, reliability(read)) for title, read in reads.items()),
            Line("as stated", [(0, 0), (1, 1)], dashed=True),
        ],
    )
    steps = tuple(float(step) for step in range(len(EACH)))
    learned = [Line(title, learning_curve(name, tickets // 2)) for name, title in SETS.items()]
    for line in learned:
        print(line.name, "by examples a topic:", ", ".join(f"{EACH[int(s)]}: {a:.1%}" for s, a in line.points))
    axis = Axis("accuracy, held or not", 0.3, 1, (0.4, 0.6, 0.8, 1), "{:.0%}")
    _draw(
        "learning",
        "More examples, better sorting",
        Axis("examples a topic", 0, len(EACH) - 1, steps, labels=tuple(map(str, EACH))),
        axis,
        learned,
    )
    spent = [Line(title, token_curve(name, tickets // 2)) for name, title in SETS.items()]
    for line in spent:
        print(line.name, "by tokens:", ", ".join(f"{tokens:.0f}: {accuracy:.1%}" for tokens, accuracy in line.points))
    tokens = Axis("mean input tokens a ticket", 400, 1600, (400, 800, 1200, 1600))
    _draw("tokens", "What a longer prompt buys", tokens, Axis("accuracy", 0.7, 1, (0.7, 0.8, 0.9, 1), "{:.0%}"), spent)


def _draw(name: str, title: str, x: Axis, y: Axis, lines: list[Line]) -> None:
    (IMAGES / f"reading-{name}.svg").write_text(chart(title, x, y, lines), encoding="utf-8")


if __name__ == "__main__":
    main()
