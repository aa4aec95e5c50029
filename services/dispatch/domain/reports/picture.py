"""The report's picture as SVG: upright, few words, large enough for a phone."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from services.dispatch.domain.reports.figures import MOVES, Figures
from services.dispatch.domain.reports.period import Period
from services.dispatch.domain.words import cut, line, wait

WIDTH = 1080
ROWS = 8
_MARGIN, _BAR, _STEP, _LABEL = 60, 44, 74, 330
_COLOURS = {"escalate": "#b3261e", "priority": "#d97706", "route": "#2563eb", "hold": "#a16207"}


def draw(period: Period, now: Figures, *, title: str = "", said: str = "") -> str:
    """The picture: tickets by move, by topic, and the waits by team, if there are any to speak of."""
    parts = [_text(_MARGIN, 90, title or f"Ticket Router · {period.title}", 44, bold=True)]
    parts.append(_text(_MARGIN, 150, said or _line(now), 32, colour="#475569"))
    y = 200
    if now.tickets:
        parts += _moves(now, y)
        y += 190
        for heading, bars in (("Tickets by topic", _topics(now)), ("Median wait, received to taken", _waits(now))):
            if not bars:
                continue
            parts += _bars(heading, bars, y)
            y += 90 + _STEP * len(bars)
    height = max(y + 20, 320)
    inner = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{inner}</svg>'
    )


def _line(now: Figures) -> str:
    if not now.tickets:
        return "A quiet time: no ticket came in"
    share = f"{now.reassigned / now.routed:.1%}" if now.routed else "0%"
    tickets, copies = "ticket" if now.tickets == 1 else "tickets", "copy" if now.copies == 1 else "copies"
    return f"{now.tickets:,} {tickets} · {share} of routed corrected · {now.copies:,} {copies} folded"


def _moves(now: Figures, y: int) -> list[str]:
    parts, x, room = [], float(_MARGIN), WIDTH - 2 * _MARGIN
    for number, name in enumerate(MOVES):
        width = room * now.moves[name] / now.tickets
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="56" fill="{_COLOURS[name]}"/>')
        x += width
        left = _MARGIN + number * room // 4
        parts.append(f'<circle cx="{left + 14}" cy="{y + 104}" r="14" fill="{_COLOURS[name]}"/>')
        parts.append(_text(left + 40, y + 116, f"{name} {now.moves[name]:,}", 32))
    return parts


def _bars(heading: str, bars: list[tuple[str, float, str]], y: int) -> list[str]:
    most = max((value for _, value, _ in bars), default=1) or 1
    parts = [_text(_MARGIN, y + 40, heading, 36, bold=True)]
    for number, (name, value, said) in enumerate(bars):
        top, room = y + 64 + number * _STEP, WIDTH - 2 * _MARGIN - _LABEL - 170
        width = max(4.0, room * value / most)
        parts.append(_text(_MARGIN, top + 34, cut(line(name), 19), 32))
        parts.append(
            f'<rect x="{_MARGIN + _LABEL}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="4" fill="#2563eb"/>'
        )
        parts.append(_text(_MARGIN + _LABEL + width + 14, top + 34, said, 30, colour="#334155"))
    return parts


def _topics(now: Figures) -> list[tuple[str, float, str]]:
    most = sorted(now.topics.items(), key=lambda item: (-item[1], item[0]))
    shown = [(name, float(count), f"{count:,}") for name, count in most[:ROWS]]
    rest = sum(count for _, count in most[ROWS:])
    return [*shown, ("others", float(rest), f"{rest:,}")] if rest else shown


def _waits(now: Figures) -> list[tuple[str, float, str]]:
    slow = sorted(now.waits.items(), key=lambda item: (-item[1].median, item[0]))
    return [
        (team, found.median, wait(timedelta(seconds=found.median)) if found.taken else "none taken")
        for team, found in slow[:ROWS]
    ]


def _text(x: float, y: float, text: str, size: int, *, bold: bool = False, colour: str = "#0f172a") -> str:
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{x:.0f}" y="{y:.0f}" font-family="Roboto" font-size="{size}"{weight} fill="{colour}"'
    return f"<text {place}>{escape(text)}</text>"
