"""The short paragraph on top of a report: plain code, no model."""

from __future__ import annotations

from services.dispatch.domain.reports.figures import Figures
from services.dispatch.domain.reports.period import Period
from services.dispatch.domain.reports.phrases import arrow, joined, most, slow_first, span
from services.dispatch.domain.words import line

MUCH_MORE = 3
"""From here on a rise is told as a multiple."""


def opening(period: Period, now: Figures, before: Figures) -> str:
    """The short paragraph on top: busiest topics, slowest queues, and what the corrections taught."""
    if not now.tickets and now.shadow.tickets:
        said = now.shadow.tickets
        return f"In shadow: of {said:,} ticket{'s' * (said != 1)} it was only said where they would go."
    if not now.tickets:
        return f"A quiet {period.kind}: no ticket came in."
    than = _change(now.tickets, before.tickets, period)
    first = f"{now.tickets:,} ticket{'s' * (now.tickets != 1)} came in{than}"
    copies = f", and {now.copies:,} cop{'ies were' if now.copies != 1 else 'y was'} folded" if now.copies else ""
    busiest = joined([f"{line(name)} ({count:,})" for name, count in most(now.topics, 3)])
    return " ".join(
        filter(None, (f"{first}{copies}. Busiest: {busiest}.", _slowest(now), _taught(period, now, before)))
    )


def _slowest(now: Figures) -> str:
    return " ".join(filter(None, (_untouched(now), _slow(now))))


def _untouched(now: Figures) -> str:
    """Who has taken nothing, before anybody is called slow."""
    none = [(team, found) for team, found in slow_first(now) if found.untouched]
    if not none:
        return ""
    if len(none) == len(now.waits):
        oldest = max(found.oldest for _, found in none)
        return f"No ticket of it has been taken yet, the oldest waits for {span(oldest)}."
    said = joined([f"{line(team)} ({found.waiting:,} waiting, the oldest for {span(found.oldest)})"
                 for team, found in none])  # fmt: skip
    return f"Nothing taken by {said}."


def _slow(now: Figures) -> str:
    slow = [(team, found) for team, found in slow_first(now) if found.taken][:2]
    if not slow:
        return ""
    said = joined([f"{line(team)} (half taken within {span(found.median)}, nine in ten within {span(found.ninetieth)})"
                 for team, found in slow])  # fmt: skip
    return f"Slowest queue{'s' if len(slow) > 1 else ''}: {said}."


def _taught(period: Period, now: Figures, before: Figures) -> str:
    share = f"{now.reassigned / now.routed:.1%}" if now.routed else "0%"
    if not now.reassigned:
        fewer = f", after {before.reassigned:,} the {period.kind} before" if before.reassigned else ""
        return f"Nobody had to correct the router{fewer}."
    were = "was" if now.reassigned == 1 else "were"
    first = f"{now.reassigned:,} of {now.routed:,} routed tickets {were} corrected ({share})"
    worst = joined([f"{arrow(pair)} ({count:,})" for pair, count in most(now.pairs, 2)])
    fell = [pair for pair, count in before.pairs.items() if now.pairs[pair] < count]
    better = max(fell, key=lambda pair: (before.pairs[pair] - now.pairs[pair], pair), default=None)
    taught = f"; {arrow(better)} fell from {before.pairs[better]:,} to {now.pairs[better]:,}" if better else ""
    return f"{first}, most often {worst}{taught}."


def _change(now: int, before: int, period: Period) -> str:
    if not before:
        return ""
    if now == before:
        return f", as many as the {period.kind} before"
    if now > MUCH_MORE * before:
        return f", {now / before:.0f} times as many as the {period.kind} before ({before:,})"
    word = "more" if now > before else "fewer"
    return f", {abs(now - before) / before:.0%} {word} than the {period.kind} before ({before:,})"
