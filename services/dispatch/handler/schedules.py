"""What happens by the clock: reminders, reports, the count of outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import services.dispatch.adapters.places
import services.dispatch.adapters.slack.web_api  # noqa: F401  both paid for at the start, not by the first ticket
from services.dispatch import app
from services.dispatch.adapters import aws
from services.dispatch.adapters.picture import png
from services.dispatch.domain.life.reminding import escalation_waits
from services.dispatch.domain.reports.period import Period, month_before, since, week_before
from services.dispatch.domain.reports.sections import Prices
from services.dispatch.handler import wiring
from shared.errors import NotNow
from shared.observability import count


def remind(_event: dict[str, Any], _context: object) -> None:
    """Every few minutes: raises what waits too long, finishes what was left half done, keeps the lists' waits true."""
    ours, now, rules = wiring.settings(), wiring.utc_now(), wiring.rules().get()
    late = app.remind(log=wiring.hand_offs(), rules=rules, after=ours.reminders, now=now, retention=ours.retention)
    for ticket_id in late:
        aws.ask_to_show(wiring.settings(), ticket_id)
        if (known := wiring.hand_offs().get(ticket_id)) and escalation_waits(known):
            count("EscalationWaits", service="dispatch")
    for team in rules.teams:
        here = now.astimezone(ZoneInfo(team.zone or ours.time_zone))
        if team.inbox and not team.channel and app.is_time_for_lists(here):
            aws.ask_to_mail_list(ours, team.name, f"{here:%Y-%m-%d}")
        if rules.is_shadow(team.name) and not wiring.hand_offs().count(team.name):
            continue  # nothing is handed to it, and its channel is left alone
        # One by one: a channel that is gone must not keep the others' lists from being kept.
        try:
            app.list_queues(teams=[team.name], outside=wiring.outside())
        except NotNow as error:
            wiring.log.info("a list waits for the next time", team=team.name, why=str(error))


def look_back(event: dict[str, Any], _context: object) -> None:
    """On Mondays and on the first of the month: ``{"period": "week"}`` or ``{"period": "month"}``.

    ``{"at": "2026-12-01T08:00:00Z"}`` looks back from then. While Slack is down the request waits in the inbox.
    """
    asked = {"period": str(event.get("period") or "week"), "at": str(event.get("at") or wiring.utc_now().isoformat())}
    try:
        report(asked)
    except NotNow as error:
        wiring.log.info("the report waits in the inbox", why=str(error))
        aws.ask_to_look_back(wiring.settings(), asked)


def count_outcomes(_event: dict[str, Any], _context: object) -> None:
    """Once a day: tells learning how the routed tickets of the last weeks fared."""
    counted = app.count_outcomes(rows=wiring.hand_offs(), bus=wiring.bus(), now=wiring.utc_now())
    outcomes = counted.data.outcomes
    right, wrong = sum(one.right for one in outcomes), sum(one.wrong for one in outcomes)
    wiring.log.info("outcomes counted", right=right, wrong=wrong)


def report(event: dict[str, str]) -> None:
    """Make the report that was asked for and send it, once."""
    ours = wiring.settings()
    now = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
    prices = Prices(ours.model_usd_per_million_in, ours.model_usd_per_million_out)
    period = _period(event, now, ZoneInfo(ours.time_zone))
    asked = wiring.rules().get().per_person
    found = app.look_back(period=period, rows=wiring.hand_offs(), prices=prices, now=now, per_person=asked)
    app.report(report=found, draw=png, outside=wiring.outside())
    wiring.log.info("reported", period=period.name, tickets=found.now.tickets)


def _period(event: dict[str, str], now: datetime, zone: ZoneInfo) -> Period:
    if event["period"] == "time":
        return since(datetime.fromisoformat(event["since"]), now, zone)
    return month_before(now, zone) if event["period"] == "month" else week_before(now, zone)
