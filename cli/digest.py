"""``ticket-router digest``: the digest now, to the screen, a file or the channel."""

from __future__ import annotations

import json
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.doctor.command import find_patient
from cli.doctor.patient import Patient
from cli.lines import write_line
from cli.wanted import since_of
from services.classifier.domain.models import facts
from services.dispatch import app
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.reports.figures import Figures
from services.dispatch.domain.reports.opening import opening
from services.dispatch.domain.reports.period import Period, month_before, since, week_before
from services.dispatch.domain.reports.picture import draw
from services.dispatch.domain.reports.report import Report, title
from services.dispatch.domain.reports.sections import Prices, sections
from shared.errors import BadInput

_WIDTH = 80
_DAYS = timedelta(days=7)


def digest(
    week: Annotated[bool, typer.Option("--week", help="The last whole week, Monday to Monday.")] = False,
    month: Annotated[bool, typer.Option("--month", help="The last whole month.")] = False,
    since_when: Annotated[
        str | None,
        typer.Option("--since", help="From then until now: 2026-11-23, 3d, 12h. Seven days if nothing is said."),
    ] = None,
    to: Annotated[str, typer.Option(help="screen, channel, or a file (.png is the picture).")] = "screen",
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Show how the last days went: what came, who took nothing, what waits, what was corrected, against before."""
    if week + month + (since_when is not None) > 1:
        raise BadInput("--since", "a week, a month or a time; not two of them", "Name one")
    patient, now = find_patient(stage), datetime.now(UTC)
    period = _period(week=week, month=month, said=since_when, now=now, zone=ZoneInfo(patient.settings.time_zone))
    if to == "channel":
        _ask(patient, period, now)
        print(f"{title(period)}: asked for. It stands where the Monday digest does, once.")
        return
    report = _report(patient, period, now)
    if as_json:
        write_line(_as_json(report))
    elif to == "screen":
        print(as_text(report))
    elif to.lower().endswith(".png"):
        from services.dispatch.adapters.picture import png

        Path(to).write_bytes(png(draw(report.period, report.now)))
    else:
        Path(to).write_text(as_text(report) + "\n", encoding="utf-8")
    if to != "screen" and not as_json:
        print(f"{title(period)}: {to}", file=sys.stderr)


def _period(*, week: bool, month: bool, said: str | None, now: datetime, zone: ZoneInfo) -> Period:
    if week:
        return week_before(now, zone)
    if month:
        return month_before(now, zone)
    start = since_of(said, now) if said else now - _DAYS
    if start >= now:
        raise BadInput("--since", f"“{said}” is still to come", "Name a time that has passed")
    return since(start, now, zone)


def _report(patient: Patient, period: Period, now: datetime) -> Report:
    rules, row = patient.rules, facts(patient.settings.model)
    row = facts(row.stands_for) if row.stands_for else row
    prices = Prices(row.usd_per_million_in, row.usd_per_million_out)
    rows = HandOffLog(patient.stack.table("dispatch"))
    return app.look_back(period=period, rows=rows, prices=prices, now=now, per_person=bool(rules and rules.per_person))


def _ask(patient: Patient, period: Period, now: datetime) -> None:
    """Leave it to dispatch, which tries until Slack is there and posts each report once."""
    asked = {"period": period.kind, "at": now.isoformat(), "since": period.start.isoformat()}
    sqs = patient.stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"tickets-{patient.stage}-dispatch")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"look_back": asked}))


def as_text(report: Report) -> str:
    """The report in eighty columns."""
    head = title(report.period)
    said = [head, "=" * len(head), "", *textwrap.wrap(opening(report.period, report.now, report.before), _WIDTH)]
    for part in sections(report.period, report.now, report.before, report.prices, per_person=report.per_person):
        said += ["", part.heading]
        for one in part.lines:
            said += textwrap.wrap(one, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(said)


def _as_json(report: Report) -> dict[str, Any]:
    def plain(found: Figures) -> dict[str, Any]:
        told = {name: value for name, value in vars(found).items() if name not in ("pairs", "aside_from", "people")}
        people = {"people": found.people} if report.per_person else {}
        return {
            **told,
            "routed": found.routed,
            "pairs": {f"{before} → {after}": number for (before, after), number in found.pairs.items()},
            "aside_from": [
                {"reason": why, "sender": who, "mails": number} for (why, who), number in found.aside_from.items()
            ],
            "waits": {team: vars(waits) for team, waits in found.waits.items()},
            "shadow": {
                **vars(found.shadow),
                "whole": vars(found.shadow.whole),
                "topics": {topic: vars(tally) for topic, tally in found.shadow.topics.items()},
            },
            **people,
        }

    period = report.period
    return {"kind": period.kind, "start": period.start, "end": period.end, "now": plain(report.now),
            "before": plain(report.before)}  # fmt: skip
