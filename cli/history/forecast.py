"""What to expect of the folder: the tickets that nothing was learnt from, read with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from contracts.rules import Rules
from evaluation.measure import same
from evaluation.reading import Labelled, read_all
from services.classifier.app import Model

_MIXED = 5


@dataclass(frozen=True)
class Forecast:
    """Shares of the tickets held out."""

    n: int
    routed: int
    right: int
    topics: dict[str, tuple[int, int, int]]
    """By topic: tickets, routed, routed rightly."""
    mixed: list[tuple[str, str, int]]
    """What it is, what it was taken for, how often."""

    @property
    def routed_share(self) -> float:
        """Of all."""
        return self.routed / self.n if self.n else 0.0

    @property
    def right_share(self) -> float | None:
        """Of the routed; None when there are none."""
        return self.right / self.routed if self.routed else None


def forecast(held_out: list[tuple[str, str | None]], rules: Rules, model: Model, done: Callable[[], None]) -> Forecast:
    """Read each with the folder. What is no topic and is routed all the same counts as wrong."""
    tickets = [Labelled(text, topic) for text, topic in held_out]
    said = list(zip(tickets, read_all(tickets, rules, model, done=done), strict=True))
    routed = [(ticket, one) for ticket, one in said if not one.held]
    right = [(ticket, one) for ticket, one in routed if same(ticket.topic, one.guess)]
    missed = [(ticket.topic, one.guess) for ticket, one in said if ticket.topic and not same(ticket.topic, one.guess)]
    wrong = Counter((topic, guess or "nothing") for topic, guess in missed)
    topics = {
        topic.name: (
            sum(same(ticket.topic, topic.name) for ticket, _ in said),
            sum(same(ticket.topic, topic.name) for ticket, _ in routed),
            sum(same(ticket.topic, topic.name) for ticket, _ in right),
        )
        for topic in rules.topics
    }
    mixed = [(is_, taken, number) for (is_, taken), number in wrong.most_common(_MIXED) if number > 1]
    return Forecast(len(said), len(routed), len(right), topics, mixed)


def shown(found: Forecast) -> list[str]:
    """The forecast in eighty columns."""
    right = f"{found.right_share:.0%} of them right" if found.right_share is not None else "none to be right"
    lines = [
        f"Expect {found.routed_share:.0%} routed, {right}, {1 - found.routed_share:.0%} held",
        f"(on {found.n:,} of these tickets, from which nothing was learnt).",
        "",
        f"  {'topic':<32}{'tickets':>9}{'routed':>9}{'right':>9}",
    ]
    for name, (number, routed, right_ones) in sorted(found.topics.items(), key=lambda one: -one[1][0]):
        lines.append(f"  {name[:31]:<32}{number:>9,}{routed:>9,}{right_ones:>9,}")
    if found.mixed:
        lines += ["", "Mixed up with each other:"]
        lines += [f"  {is_} was taken for {taken} {number} times" for is_, taken, number in found.mixed]
    return lines


def picture(found: Forecast) -> str:
    """Bars by topic: routed rightly, wrongly, held. As SVG."""
    wide, step, left = 760, 30, 250
    rows = sorted(((name, *row) for name, row in found.topics.items() if row[0]), key=lambda row: -row[1])[:30]
    most = max((row[1] for row in rows), default=1)
    parts = [
        f'<text x="20" y="40" font-size="20" font-weight="bold">{escape(shown(found)[0])}</text>',
        '<text x="20" y="66" font-size="14" fill="#475569">by topic: routed rightly, routed wrongly, held</text>',
    ]
    for at, (name, number, routed, right) in enumerate(rows):
        y, x = 90 + at * step, float(left)
        parts.append(f'<text x="{left - 12}" y="{y + 16}" font-size="14" text-anchor="end">{escape(name[:30])}</text>')
        for count, colour in ((right, "#1a7f37"), (routed - right, "#b3261e"), (number - routed, "#cbd5e1")):
            width = (wide - left - 70) * count / most
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="20" fill="{colour}"/>')
            x += width
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 16}" font-size="13" fill="#475569">{number}</text>')
    height = 110 + step * len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{height}" viewBox="0 0 {wide} {height}" '
        f'font-family="Roboto, Helvetica, Arial, sans-serif"><rect width="{wide}" height="{height}" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )
