"""The table and the picture of a simulation: ``python -m evaluation.learning.report`` reads what it wrote.

Writes ``learning.md`` (by fifths of the stream) and ``learning.svg`` (a moving window) beside it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from evaluation.learning.simulate import HERE, MEASURED, Seen

FIFTHS = 5
WINDOW = 300
"""Tickets in the moving window of the picture."""
Runs = Mapping[str, Sequence[Sequence[Seen]]]
"""By arm: what was seen in each stream."""
COLOURS = ("#1b6e53", "#c77700", "#7a7a7a")
DASHES = ("", "7 3", "2 3")
"""The lines differ in more than colour."""


@dataclass(frozen=True)
class Figure:
    """One thing that is measured over some tickets."""

    title: str
    of: Callable[[Sequence[Seen]], float]
    top: float | None = None


def per_100(tickets: Sequence[Seen], counts: Callable[[Seen], bool]) -> float:
    """How many of a hundred tickets count."""
    return 100 * sum(map(counts, tickets)) / max(1, len(tickets))


def coverage(tickets: Sequence[Seen]) -> float:
    """Share of tickets that belong to a topic and were routed to some team, in per cent."""
    return per_100([one for one in tickets if one.topic], lambda one: one.routed_to is not None)


def precision(tickets: Sequence[Seen]) -> float:
    """Share of routed tickets that went to the right topic, in per cent."""
    return per_100([one for one in tickets if one.routed_to], lambda one: not one.misrouted)


FIGURES = (
    Figure("misroutes per 100 tickets", lambda seen: per_100(seen, lambda one: one.misrouted)),
    Figure("corrections per 100 tickets", lambda seen: per_100(seen, lambda one: one.corrected), 100),
    Figure("routed right, % of routed", precision, 100),
    Figure("routed, % of tickets", coverage, 100),
)


def fifth(seen: Sequence[Seen], number: int) -> Sequence[Seen]:
    """A fifth of a stream, counted from 0."""
    return seen[number * len(seen) // FIFTHS : (number + 1) * len(seen) // FIFTHS]


def table(runs: Runs) -> str:
    """One block a run, one line a fifth of the stream: all streams together, and the misroutes of each."""
    each = [f"stream {number + 1}" for number in range(max(map(len, runs.values())))]
    heads = ["run", "fifth", *(figure.title for figure in FIGURES), "examples in the Doc", *each]
    lines = ["| " + " | ".join(heads) + " |", "|---" * 2 + "|--:" * (len(heads) - 2) + "|"]
    for name, streams in runs.items():
        for number in range(FIFTHS):
            parts = [fifth(seen, number) for seen in streams]
            figures = [f"{figure.of([one for part in parts for one in part]):.1f}" for figure in FIGURES]
            kept = f"{sum(part[-1].examples for part in parts) / len(parts):.0f}"
            misroutes = [f"{FIGURES[0].of(part):.1f}" for part in parts]
            label = name if number == 0 else ""
            lines.append("| " + " | ".join([label, str(number + 1), *figures, kept, *misroutes]) + " |")
    return "\n".join(lines) + "\n"


def picture(runs: Runs) -> str:
    """Four small charts, each figure over the last ``WINDOW`` tickets of every stream, a line a run."""
    width, height, pad = 430, 220, 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * width} {2 * height + 50}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#222" role="img">',
        "<title>Learning from corrections, over a stream of tickets</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for place, figure in enumerate(FIGURES):
        left, upper = (place % 2) * width, (place // 2) * height
        parts.append(_chart(figure, runs, left + pad, upper + 34, width - pad - 24, height - 74))
    for place, name in enumerate(runs):
        x = 46 + place * 290
        parts.append(
            f'<path d="M{x} {2 * height + 22}h34" stroke="{COLOURS[place]}" stroke-width="2.5" '
            f'stroke-dasharray="{DASHES[place]}"/><text x="{x + 42}" y="{2 * height + 26}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _chart(figure: Figure, runs: Runs, left: int, upper: int, width: int, height: int) -> str:
    curves = {name: _moving(streams, figure) for name, streams in runs.items()}
    top = figure.top or 4 * math.ceil(max(1.0, *(value for curve in curves.values() for _, value in curve)) / 4)
    last = max(len(seen) for streams in runs.values() for seen in streams)
    parts = [f'<text x="{left}" y="{upper - 12}" font-weight="600">{figure.title}</text>']
    for step in range(5):
        y = upper + height - step * height / 4
        parts.append(f'<path d="M{left} {y:.1f}h{width}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#666">{top * step / 4:.3g}</text>')
    for share in (0, 0.5, 1):
        x = left + share * width
        parts.append(
            f'<text x="{x:.1f}" y="{upper + height + 18}" text-anchor="middle" fill="#666">{share * last:,.0f}</text>'
        )
    for place, curve in enumerate(curves.values()):
        points = " ".join(
            f"{left + at / last * width:.1f},{upper + height * (1 - value / top):.1f}" for at, value in curve
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOURS[place]}" stroke-width="2" '
            f'stroke-dasharray="{DASHES[place]}"/>'
        )
    return "\n".join(parts)


def _moving(streams: Sequence[Sequence[Seen]], figure: Figure) -> list[tuple[int, float]]:
    length = min(map(len, streams))
    steps = range(min(WINDOW, length), length + 1, max(1, length // 100))
    return [(end, figure.of([one for seen in streams for one in seen[max(0, end - WINDOW) : end]])) for end in steps]


def main(source: Annotated[Path, typer.Argument(help="What the simulation wrote.")] = MEASURED) -> None:
    """Write the table and the picture."""
    measured = json.loads(source.read_text())
    runs = {
        name: [[Seen(**one) for one in seen] for seen in streams]
        for name, streams in measured["runs"].items()
        if streams
    }
    about = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in measured["about"].items())
    (HERE / "learning.md").write_text(f"Simulated: {about}.\n\n{table(runs)}")
    (HERE / "learning.svg").write_text(picture(runs))
    print(table(runs))


if __name__ == "__main__":
    typer.run(main)
