"""The digest and the summary, for Slack and as a mail."""

from __future__ import annotations

from dataclasses import dataclass

from services.dispatch.domain.inbox.letters import Letter
from services.dispatch.domain.reports.figures import Figures
from services.dispatch.domain.reports.opening import opening
from services.dispatch.domain.reports.period import Period
from services.dispatch.domain.reports.phrases import MANY, most, slow_first, span
from services.dispatch.domain.reports.sections import Prices, sections
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, literal
from services.dispatch.domain.words import line

NAMES = {"week": "Weekly digest", "month": "Monthly summary", "time": "Digest"}
"""What reports are called."""


@dataclass(frozen=True)
class Report:
    """All that a digest or a summary says."""

    period: Period
    now: Figures
    before: Figures
    prices: Prices
    per_person: bool = False
    """Whether the Doc asks for figures of single people."""


def title(period: Period) -> str:
    """What the report is called."""
    return f"{NAMES[period.kind]}: {period.title}"


def report_message(report: Report) -> Message:
    """The report as Slack shows it."""
    period, now, before, prices = report.period, report.now, report.before, report.prices
    head = opening(period, now, before)
    parts = sections(period, now, before, prices, per_person=report.per_person)
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
    parts = sections(period, now, before, prices, per_person=report.per_person)
    return Letter(
        subject=title(period),
        ticket_id=f"report-{period.kind}",
        name=period.name,
        sign=NAMES[period.kind],
        colour="#1e3a5f",
        title=period.title,
        said=(opening(period, now, before),),
        picture=True,
        picture_says=alt_text(period, now),
        sections=tuple((part.heading, part.lines) for part in parts),
    )


def alt_text(period: Period, now: Figures) -> str:
    """The picture in words, for those who do not see it."""
    topics = ", ".join(f"{line(name)} {count}" for name, count in most(now.topics, MANY))
    waits = ", ".join(f"{line(team)} {span(found.median)}" for team, found in slow_first(now))
    return f"{title(period)}. Tickets by topic: {topics or 'none'}. Median wait by team: {waits or 'none'}."
