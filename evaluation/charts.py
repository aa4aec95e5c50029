"""Line charts as SVG, small enough to read as text in a diff."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 380, 64, 170, 44, 52
COLOURS = ("#1f6feb", "#d1580a", "#1a7f37", "#8250df")


@dataclass(frozen=True)
class Line:
    """A named series of points."""

    name: str
    points: list[tuple[float, float]]
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """What an axis shows: its name, its ends, its marks, and how a mark is written (``{:.0%}``)."""

    name: str
    low: float
    high: float
    marks: tuple[float, ...]
    form: str = "{:g}"
    labels: tuple[str, ...] = ()
    """What stands at the marks, where it is not their value."""

    def label(self, number: int) -> str:
        """The text at a mark."""
        return self.labels[number] if self.labels else self.form.format(self.marks[number])

    def place(self, value: float, start: float, end: float) -> float:
        """Where a value lies between two pixels."""
        return start + (end - start) * (value - self.low) / (self.high - self.low)


def chart(title: str, x: Axis, y: Axis, lines: list[Line]) -> str:
    """An SVG document on white, so that it can be read in a dark page too."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def at(point: tuple[float, float]) -> str:
        return f"{x.place(point[0], LEFT, right):.1f},{y.place(point[1], bottom, TOP):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="600">{escape(title)}</text>',
    ]
    for number, mark in enumerate(y.marks):
        height = y.place(mark, bottom, TOP)
        parts.append(f'<path d="M{LEFT} {height:.1f}H{right}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end">{y.label(number)}</text>')
    for number, mark in enumerate(x.marks):
        across = x.place(mark, LEFT, right)
        parts.append(f'<text x="{across:.1f}" y="{bottom + 18}" text-anchor="middle">{x.label(number)}</text>')
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x.name)}</text>')
    parts.append(
        f'<text transform="translate(16 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">{escape(y.name)}</text>'
    )
    for number, line in enumerate(lines):
        colour, dash = COLOURS[number % len(COLOURS)], ' stroke-dasharray="5 4"' if line.dashed else ""
        path = " ".join(at(point) for point in line.points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if not line.dashed:
            parts += [
                f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="3" fill="{colour}"/>' for p in path.split()
            ]
        height = TOP + 14 + 18 * number
        parts.append(f'<path d="M{right + 12} {height - 4}h16" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(f'<text x="{right + 34}" y="{height}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
