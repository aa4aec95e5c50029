"""The digest, the summary, and the count of what became of routed tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from contracts.outcomes_counted import OutcomesCounted, OutcomesCountedData
from services.dispatch.app.once import once
from services.dispatch.app.ports import Bus, Outside, Rows
from services.dispatch.domain.attempt import LONG_LEASE, Attempt
from services.dispatch.domain.reports.figures import Figures, figures
from services.dispatch.domain.reports.outcomes import COUNTED_FOR, SETTLED_AFTER, outcomes_of
from services.dispatch.domain.reports.period import Period, days_of, period_before
from services.dispatch.domain.reports.picture import draw as drawing
from services.dispatch.domain.reports.report import Report
from services.dispatch.domain.reports.sections import Prices
from services.dispatch.domain.row import moment


def look_back(*, period: Period, rows: Rows, prices: Prices, now: datetime, per_person: bool = False) -> Report:
    """A week or a month, with the one before it, from the log's rows."""

    def count(one: Period) -> Figures:
        days = days_of(one)
        tickets = (row for day in days for row in rows.of_day(day))
        return figures(tickets, (mail for day in days for mail in rows.aside(day)), one, now=now)

    return Report(period, count(period), count(period_before(period)), prices, per_person)


def count_outcomes(*, rows: Rows, bus: Bus, now: datetime) -> OutcomesCounted:
    """Count the last weeks' tickets by what became of them, and say so. The same day's count has the same event id."""
    until = now - SETTLED_AFTER
    since = until - COUNTED_FOR
    days = [f"{since + timedelta(days=n):%Y-%m-%d}" for n in range(COUNTED_FOR.days + 1)]
    received = (row for day in days for row in rows.of_day(day))
    found = outcomes_of(row for row in received if moment(since) <= row["received_at"] < moment(until))
    counted = OutcomesCounted.caused_by(
        ticket_id=f"outcomes-{now:%Y-%m-%d}",
        cause=None,
        occurred_at=now,
        data=OutcomesCountedData(since=since, until=until, outcomes=found),
    )
    bus.publish(counted)
    return counted


def report(*, report: Report, draw: Callable[[str], bytes], outside: Outside) -> None:
    """Send the report, once."""
    effect, places, rules = f"report.{report.period.kind}.{report.period.name}", outside.places, outside.rules
    picture = cache(lambda: draw(drawing(report.period, report.now)))
    steps: dict[str, Callable[[Attempt], None]] = {
        effect: lambda attempt: places.report(report, rules, attempt),
        f"{effect}.picture": lambda attempt: places.report_picture(report, picture(), rules, attempt),
        f"{effect}.mail": lambda attempt: places.report_by_mail(report, picture(), rules, attempt),
    }
    for step, do in steps.items():
        once(outside, step, do, LONG_LEASE)
        outside.effects.done(step)
