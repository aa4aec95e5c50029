"""What a report says below its opening."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from services.dispatch.domain.reports.figures import Figures
from services.dispatch.domain.reports.period import Period
from services.dispatch.domain.reports.phrases import MANY, arrow, most, slow_first, span
from services.dispatch.domain.reports.shadow import Shadowed, Tally
from services.dispatch.domain.words import line


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


def sections(
    period: Period, now: Figures, before: Figures, prices: Prices, *, per_person: bool = False
) -> list[Section]:
    """The report below its opening. Sections with nothing to say are left out; people are, unless asked for."""
    return [
        Section(heading, tuple(lines))
        for heading, lines in (
            ("In shadow: only said", _shadow(now.shadow)),
            ("By move", _moves(now)),
            ("By topic", _topics(now)),
            ("Waits, from received to taken", _waits(now)),
            ("Taken, by person", _people(now, before, period) if per_person else []),
            ("Corrections", _corrections(now, before, period)),
            ("Held, and why", [f"{line(why)}: {count:,}" for why, count in most(now.held_because, MANY)]),
            ("Set aside: mail from machines, no tickets", _aside(now)),
            ("Cost of the model", _cost(now, prices)),
        )
        if lines
    ]


def _shadow(now: Shadowed) -> list[str]:
    """How right it would have been, and what going live would have meant."""
    if not now.tickets:
        return []
    whole = now.whole
    if not whole.known:
        asked = "tell it where people took them: ticket-router compare FILE"
        return [f"{now.tickets:,} tickets; {asked}"]
    lines = [
        f"{now.tickets:,} tickets; of {whole.known:,} it is known where people took them",
        f"would have held {whole.held:,} of those and sent on {whole.sent_on:,}, {_rightly(whole)}",
    ]
    by_number = sorted(now.topics.items(), key=lambda one: (-one[1].known, one[0]))
    lines += [f"{line(topic)}: {tally.sent_on:,} of {tally.known:,} sent on, {_rightly(tally)}"
              for topic, tally in by_number[:MANY]]  # fmt: skip
    loud = ", ".join(f"{now.moves[kind]:,} as {kind}" for kind in ("escalate", "priority") if now.moves[kind])
    return [*lines, f"live, these tickets would have called people for: {loud}"] if loud else lines


def _rightly(tally: Tally) -> str:
    return f"{tally.right:,} rightly ({tally.share:.0%})" if tally.share is not None else "none"


def _moves(now: Figures) -> list[str]:
    return [f"{name.capitalize()}: {now.moves[name]:,} ({now.moves[name] / now.tickets:.0%})" for name in
            ("escalate", "priority", "route", "hold") if now.moves[name]]  # fmt: skip


def _topics(now: Figures) -> list[str]:
    shown = most(now.topics, MANY)
    lines = []
    for name, count in shown:
        wrong = now.corrected_topics[name]
        lines.append(f"{line(name)}: {count:,}" + (f", {wrong:,} corrected away" if wrong else ""))
    rest = sum(now.topics.values()) - sum(count for _, count in shown)
    return [*lines, f"others: {rest:,}"] if rest else lines


def _waits(now: Figures) -> list[str]:
    lines = []
    for team, found in slow_first(now):
        took = f"half within {span(found.median)}, nine in ten within {span(found.ninetieth)}" if found.taken else ""
        none = "and none taken" if found.untouched else "not taken"
        left = f"{found.waiting:,} {'waiting ' if found.untouched else ''}{none}, the oldest for {span(found.oldest)}"
        said = "; ".join(filter(None, (took, left if found.waiting else "")))
        lines.append(f"{line(team)}: {said}")
    return lines


def _people(now: Figures, before: Figures, period: Period) -> list[str]:
    return [f"{line(name)}: {count:,} (the {period.kind} before: {before.people[name]:,})"
            for name, count in most(now.people, MANY)]  # fmt: skip


def _corrections(now: Figures, before: Figures, period: Period) -> list[str]:
    pairs = [f"{arrow(pair)}: {count:,} (the {period.kind} before: {before.pairs[pair]:,})"
             for pair, count in most(now.pairs, MANY)]  # fmt: skip
    gone = [f"{arrow(pair)}: none any more (the {period.kind} before: {count:,})"
            for pair, count in most(before.pairs, MANY) if not now.pairs[pair]]  # fmt: skip
    others = [
        f"{count:,} {what}"
        for count, what in (
            (now.sorted_by_hand, "held tickets sorted by triage"),
            (now.bumped, "bumped"),
            (now.lowered, "lowered"),
            (now.no_tickets, "said not to be tickets"),
            (now.split, "split"),
            (now.unfolded, "said to be no copy"),
        )
        if count
    ]
    return [*pairs, *gone[:3], *([", ".join(others)] if others else [])]


def _aside(now: Figures) -> list[str]:
    shown = most(now.aside, MANY)
    rest = sum(now.aside.values()) - sum(count for _, count in shown)
    lines = [f"{line(why)}: {count:,}{_senders(now, why)}" for why, count in shown]
    return [*lines, f"for other reasons: {rest:,}"] if rest else lines


def _senders(now: Figures, why: str) -> str:
    """Who sent what was set aside, so that a filter that went wrong is seen by a name that people know."""
    senders = Counter({sender: count for (reason, sender), count in now.aside_from.items() if reason == why})
    shown = most(senders, _SENDERS)
    more = len(senders) - len(shown)
    named = [f"{line(sender)} ×{count}" if count > 1 else line(sender) for sender, count in shown]
    return f" ({', '.join([*named, *([f'{more} more'] if more else [])])})" if named else ""


_SENDERS = 5
"""Senders of set-aside mail that are named for each reason."""


def _cost(now: Figures, prices: Prices) -> list[str]:
    if not (now.tokens_in and now.tickets):
        return []
    each = prices.of(now) / now.tickets
    return [f"${prices.of(now):.2f} for {now.tokens_in:,} tokens in and {now.tokens_out:,} out (${each:.4f} a ticket)"]
