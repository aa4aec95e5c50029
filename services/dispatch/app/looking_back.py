"""The digest and the summary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.dispatch.app.ports import Outside, Rows
from services.dispatch.domain.picture import draw as drawing
from services.dispatch.domain.report import Figures, Period, days_of, figures, period_before
from services.dispatch.domain.report_words import Prices, Report


def look_back(*, period: Period, rows: Rows, prices: Prices, now: datetime) -> Report:
    """A week or a month, with the one before it, from the log's rows."""

    def count(one: Period) -> Figures:
        days = days_of(one)
        tickets = (row for day in days for row in rows.of_day(day))
        return figures(tickets, (mail for day in days for mail in rows.aside(day)), one, now=now)

    return Report(period, count(period), count(period_before(period)), prices)


def report(*, report: Report, draw: Callable[[str], bytes], outside: Outside) -> None:
    """Send the report, once."""
    effect = f"report.{report.period.kind}.{report.period.name}"
    claim = outside.effects.claim(effect, now=outside.clock())
    if claim == "done":
        return
    picture = draw(drawing(report.period, report.now))
    try:
        outside.places.report(report, picture, outside.rules, effect=effect, look_first=claim == "again")
    except Exception:
        outside.effects.release(effect)
        raise
    outside.effects.done(effect)
