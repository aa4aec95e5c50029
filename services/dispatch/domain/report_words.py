"""The digest and the summary in words: plain code, no model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from services.dispatch.domain import blocks as kit
from services.dispatch.domain.blocks import Message, literal
from services.dispatch.domain.mail import Letter
from services.dispatch.domain.report import Figures, Pair, Period, Waits
from services.dispatch.domain.words import line, wait

K = TypeVar("K")

MANY = 8
"""Entries of a list in the report; the rest is counted together."""
MUCH_MORE = 3
"""From here on a rise is told as a multiple."""


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens."""

    tokens_in: float
    tokens_out: float

    def of(self, found: Figures) -> float:
        """What the model calls of a period cost."""
        return (found.tokens_in * self.tokens_in + found.tokens_out * self.tokens_out) / 1e6


@dataclass(frozen=True)
class Section:
    """A heading and its lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All that a digest or a summary says."""

    period: Period
    now: Figures
    before: Figures
    prices: Prices


def title(period: Period) -> str:
    """What the report is called."""
    return f"{'Weekly digest' if period.kind == 'week' else 'Monthly summary'}: {period.title}"


def opening(period: Period, now: Figures, before: Figures) -> str:
    """The short paragraph on top: busiest topics, slowest queues, and what the corrections taught."""
    if not now.tickets:
        return f"A quiet {period.kind}: no ticket came in."
    than = _change(now.tickets, before.tickets, period)
    first = f"{now.tickets:,} ticket{'s' * (now.tickets != 1)} came in{than}"
    copies = f", and {now.copies:,} cop{'ies were' if now.copies != 1 else 'y was'} folded" if now.copies else ""
    busiest = _and([f"{line(name)} ({count:,})" for name, count in _most(now.topics, 3)])
    return " ".join(
        filter(None, (f"{first}{copies}. Busiest: {busiest}.", _slowest(now), _taught(period, now, before)))
    )


def sections(period: Period, now: Figures, before: Figures, prices: Prices) -> list[Section]:
    """The report below its opening. Sections with nothing to say are left out."""
    return [
        Section(heading, tuple(lines))
        for heading, lines in (
            ("By move", _moves(now)),
            ("By topic", _topics(now)),
            ("Waits, from received to taken", _waits(now)),
            ("Corrections", _corrections(now, before, period)),
            ("Held, and why", [f"{line(why)}: {count:,}" for why, count in _most(now.held_because, MANY)]),
            ("Set aside: mail from machines, no tickets", _aside(now)),
            ("Cost of the model", _cost(now, prices)),
        )
        if lines
    ]


def report_message(report: Report) -> Message:
    """The report as Slack shows it."""
    period, now, before, prices = report.period, report.now, report.before, report.prices
    head = opening(period, now, before)
    parts = sections(period, now, before, prices)
    return Message.of(
        f"{title(period)}. {head}",
        kit.section(f"📊 *{literal(title(period), 200)}*\n{literal(head, 900)}"),
        *[
            kit.section(page)
            for part in parts
            for page in kit.pages([f"*{part.heading}*", *(f"• {literal(one, 200)}" for one in part.lines)])
        ],
    )


def report_letter(report: Report) -> Letter:
    """The report as a mail."""
    period, now, before, prices = report.period, report.now, report.before, report.prices
    parts = sections(period, now, before, prices)
    return Letter(
        subject=title(period),
        ticket_id=f"report-{period.kind}",
        name=period.name,
        sign="Weekly digest" if period.kind == "week" else "Monthly summary",
        colour="#1e3a5f",
        title=period.title,
        said=(opening(period, now, before),),
        picture=True,
        picture_says=alt_text(period, now),
        sections=tuple((part.heading, part.lines) for part in parts),
    )


def alt_text(period: Period, now: Figures) -> str:
    """The picture in words, for those who do not see it."""
    topics = ", ".join(f"{line(name)} {count}" for name, count in _most(now.topics, MANY))
    waits = ", ".join(f"{line(team)} {_span(found.median)}" for team, found in _slow_first(now))
    return f"{title(period)}. Tickets by topic: {topics or 'none'}. Median wait by team: {waits or 'none'}."


def _slowest(now: Figures) -> str:
    slow = [(team, found) for team, found in _slow_first(now) if found.taken][:2]
    if not slow:
        return "No ticket of it has been taken yet."
    said = _and([f"{line(team)} (half taken within {_span(found.median)}, nine in ten within {_span(found.ninetieth)})"
                 for team, found in slow])  # fmt: skip
    return f"Slowest queue{'s' if len(slow) > 1 else ''}: {said}."


def _taught(period: Period, now: Figures, before: Figures) -> str:
    share = f"{now.reassigned / now.routed:.1%}" if now.routed else "0%"
    if not now.reassigned:
        fewer = f", after {before.reassigned:,} the {period.kind} before" if before.reassigned else ""
        return f"Nobody had to correct the router{fewer}."
    were = "was" if now.reassigned == 1 else "were"
    first = f"{now.reassigned:,} of {now.routed:,} routed tickets {were} corrected ({share})"
    worst = _and([f"{_arrow(pair)} ({count:,})" for pair, count in _most(now.pairs, 2)])
    fell = [pair for pair, count in before.pairs.items() if now.pairs[pair] < count]
    better = max(fell, key=lambda pair: (before.pairs[pair] - now.pairs[pair], pair), default=None)
    taught = f"; {_arrow(better)} fell from {before.pairs[better]:,} to {now.pairs[better]:,}" if better else ""
    return f"{first}, most often {worst}{taught}."


def _moves(now: Figures) -> list[str]:
    return [f"{name.capitalize()}: {now.moves[name]:,} ({now.moves[name] / now.tickets:.0%})" for name in
            ("escalate", "priority", "route", "hold") if now.moves[name]]  # fmt: skip


def _topics(now: Figures) -> list[str]:
    shown = _most(now.topics, MANY)
    lines = []
    for name, count in shown:
        wrong = now.corrected_topics[name]
        lines.append(f"{line(name)}: {count:,}" + (f", {wrong:,} corrected away" if wrong else ""))
    rest = sum(now.topics.values()) - sum(count for _, count in shown)
    return [*lines, f"others: {rest:,}"] if rest else lines


def _waits(now: Figures) -> list[str]:
    lines = []
    for team, found in _slow_first(now):
        took = f"half within {_span(found.median)}, nine in ten within {_span(found.ninetieth)}" if found.taken else ""
        left = f"{found.waiting:,} not taken, the oldest for {_span(found.oldest)}" if found.waiting else ""
        lines.append(f"{line(team)}: {'; '.join(filter(None, (took, left)))}")
    return lines


def _corrections(now: Figures, before: Figures, period: Period) -> list[str]:
    pairs = [f"{_arrow(pair)}: {count:,} (the {period.kind} before: {before.pairs[pair]:,})"
             for pair, count in _most(now.pairs, MANY)]  # fmt: skip
    gone = [f"{_arrow(pair)}: none any more (the {period.kind} before: {count:,})"
            for pair, count in _most(before.pairs, MANY) if not now.pairs[pair]]  # fmt: skip
    others = [
        f"{count:,} {what}"
        for count, what in (
            (now.sorted_by_hand, "held tickets sorted by triage"),
            (now.bumped, "bumped"),
            (now.split, "split"),
            (now.unfolded, "said to be no copy"),
        )
        if count
    ]
    return [*pairs, *gone[:3], *([", ".join(others)] if others else [])]


def _aside(now: Figures) -> list[str]:
    shown = _most(now.aside, MANY)
    rest = sum(now.aside.values()) - sum(count for _, count in shown)
    lines = [f"{line(why)}: {count:,}" for why, count in shown]
    return [*lines, f"for other reasons: {rest:,}"] if rest else lines


def _cost(now: Figures, prices: Prices) -> list[str]:
    if not (now.tokens_in and now.tickets):
        return []
    each = prices.of(now) / now.tickets
    return [f"${prices.of(now):.2f} for {now.tokens_in:,} tokens in and {now.tokens_out:,} out (${each:.4f} a ticket)"]


def _slow_first(now: Figures) -> list[tuple[str, Waits]]:
    return sorted(now.waits.items(), key=lambda item: (-item[1].median, -item[1].oldest, item[0]))


def _change(now: int, before: int, period: Period) -> str:
    if not before:
        return ""
    if now == before:
        return f", as many as the {period.kind} before"
    if now > MUCH_MORE * before:
        return f", {now / before:.0f} times as many as the {period.kind} before ({before:,})"
    word = "more" if now > before else "fewer"
    return f", {abs(now - before) / before:.0%} {word} than the {period.kind} before ({before:,})"


def _most(counted: Counter[K], limit: int) -> list[tuple[K, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))[:limit]


def _arrow(pair: Pair) -> str:
    return f"{line(pair[0])} → {line(pair[1])}"


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _span(seconds: float) -> str:
    return wait(timedelta(seconds=seconds)).replace("under a minute", "a minute")
