"""The digest and the summary: their numbers, counted a second way, and how they read."""

from __future__ import annotations

import random
import statistics
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided
from contracts.ticket_corrected import TicketCorrected
from services.dispatch import app
from services.dispatch.adapters.picture import png
from services.dispatch.domain.reports.figures import Figures, Waits, figures, percentile
from services.dispatch.domain.reports.opening import opening
from services.dispatch.domain.reports.period import days_of, month_before, period_before, week_before
from services.dispatch.domain.reports.picture import draw
from services.dispatch.domain.reports.report import Report, alt_text, report_letter, report_message
from services.dispatch.domain.reports.sections import Prices
from services.dispatch.domain.row import row_of
from shared.testing.block_kit import violations

BERLIN, PRICES = ZoneInfo("Europe/Berlin"), Prices(1.0, 5.0)
DECEMBER = datetime(2026, 12, 1, 8, tzinfo=UTC)
TOPICS = (
    ("outage", "engineering"),
    ("bug", "engineering"),
    ("billing", "finance"),
    ("login", "support"),
    ("privacy", "privacy"),
)


class Rows:
    def __init__(self, dispatch: Any) -> None:
        self._rows: dict[str, list[Any]] = defaultdict(list)
        self.aside = dispatch.log.aside
        for handoff in dispatch.log.stored.values():
            row = row_of(handoff)
            self._rows[row["received_at"][:10]].append(row)

    def of_day(self, day: str) -> list[Any]:
        return self._rows[day]


def set_aside(at: datetime, reason: str) -> MailSetAside:
    data = {"reason": reason, "received_at": at, "raw": {"bucket": "b", "key": f"{at}"}}
    return MailSetAside.caused_by(ticket_id="T-0", cause=None, occurred_at=at, data=data, key=f"{at}{reason}")


def test_mail_that_was_no_ticket_is_counted_by_reason(dispatch: Any) -> None:
    week = week_before(DECEMBER, BERLIN)
    reasons = ("Auto-Submitted: auto-replied", "an automatic answer (x-autoreply)", "a bounce (by its words)")
    for reason in reasons:
        for at in (week.start - timedelta(seconds=1), week.start, week.end - timedelta(seconds=1), week.end):
            for _ in range(2):  # the bus may say it twice
                dispatch.log.keep_aside(set_aside(at.astimezone(UTC), reason))
    found = app.look_back(period=week, rows=Rows(dispatch), prices=PRICES, now=DECEMBER)
    assert found.now.aside == Counter({"an automatic answer": 4, "a bounce": 2})
    said = str(report_message(found).blocks)
    assert "A quiet week: no ticket came in." in said
    assert "an automatic answer: 4" in said
    assert ("an automatic answer: 4", "a bounce: 2") in [lines for _, lines in report_letter(found).sections]


def live_a_month(dispatch: Any, make: Any, tickets: int, seed: int) -> None:
    """Tickets of October and November as a team would have them."""
    choice = random.Random(seed)
    for number in range(1, tickets + 1):
        received = datetime(2026, 11, 1, tzinfo=BERLIN) + timedelta(seconds=choice.randrange(-3 * 86400, 30 * 86400))
        dispatch.now = received.astimezone(UTC)
        told = {"received_at": dispatch.now, "source": choice.choice(("mail", "form", "chat"))}
        if number > 10 and choice.random() < 0.08:
            dispatch.copy(make.received(make.ticket(number, duplicate_of=f"T-{number - 5:012d}", **told)))
            continue
        topic, team = choice.choice(TOPICS)
        kind = choice.choices(("route", "priority", "escalate", "hold"), (70, 15, 5, 10))[0]
        if kind == "hold":
            topic, team = None, "triage"
            told["reasons"] = (
                choice.choice(("Held: too little to go on (too short)", "Held: the topic is not clear")),
            )
        if number > 10 and choice.random() < 0.05:
            told["follow_up_to"] = f"T-{number - 7:012d}"
        dispatch.decide(make.decided(number, kind=kind, team=team, topic=topic, **told))
        ticket_id = f"T-{number:012d}"
        if choice.random() < 0.12:
            other, its_team = choice.choice([one for one in TOPICS if one[0] != topic])
            if not dispatch.log.get(ticket_id).part_of:
                dispatch.correct("reassign", ticket_id, f"{its_team}|{other}")
        if choice.random() < 0.9 and dispatch.log.get(ticket_id).is_open:
            dispatch.tick(minutes=choice.expovariate(1 / 45))
            dispatch.take(ticket_id)


def test_a_month_of_1500_tickets_counted_a_second_way(new_dispatch: Any, make: Any) -> None:
    dispatch = new_dispatch()
    live_a_month(dispatch, make, 1500, seed=7)
    period = month_before(DECEMBER, BERLIN)
    found = app.look_back(period=period, rows=Rows(dispatch), prices=PRICES, now=DECEMBER)

    # From the events alone, without a row of the log.
    start, end = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
    events = list(dispatch.log.events.values())
    decided = {one.metadata.correlation_id: one for one in events if isinstance(one, MoveDecided)}
    inside = {name: one for name, one in decided.items() if start <= one.data.ticket.received_at < end}
    own = {name: one for name, one in inside.items() if not one.data.ticket.follow_up_to}
    corrected = [one for one in events if isinstance(one, TicketCorrected) and one.metadata.correlation_id in own]
    wrong = [one.data.correction for one in corrected if one.data.correction.before.kind != "hold"]
    taken = {name: dispatch.log.get(name).taken_at for name in own}
    team = {name: one.data.move.team for name, one in own.items()}
    team |= {one.metadata.correlation_id: one.data.correction.after.team for one in corrected}
    waits = defaultdict(list)
    for name, one in own.items():
        if taken[name]:
            waits[team[name]].append((taken[name] - one.data.ticket.received_at).total_seconds())

    now = found.now
    assert now.tickets == len(own)
    assert now.follow_ups == len(inside) - len(own)
    assert now.tickets + now.copies + now.follow_ups == sum(
        start <= one.ticket.received_at < end for one in dispatch.log.stored.values()
    )
    assert now.teams == Counter(team.values())
    assert now.reassigned == len(wrong)
    assert now.sorted_by_hand == len(corrected) - len(wrong)
    assert sum(now.pairs.values()) == len(wrong)
    for (before, after), count in now.pairs.items():
        assert count == sum((one.before.topic, one.after.topic) == (before, after) for one in wrong)
    for name, waited in now.waits.items():
        assert waited.taken == len(waits[name])
        assert abs(waited.median - statistics.median_low(waits[name])) < 1e-6
        assert waited.ninetieth == sorted(waits[name])[-(-len(waits[name]) * 9 // 10) - 1]
        assert waited.waiting == sum(not taken[one] for one in own if team[one] == name)
    assert now.tokens_in == 600 * len(inside)
    assert PRICES.of(now) == pytest.approx(len(inside) * (600 * 1.0 + 60 * 5.0) / 1e6)
    # A follow-up may have raised its ticket since; held and the sum stay.
    assert now.moves["hold"] == sum(one.data.move.kind == "hold" for one in own.values())
    assert sum(now.moves.values()) == now.tickets
    said = opening(period, found.now, found.before)
    assert f"{now.tickets:,} tickets came in" in said
    assert f"{now.reassigned:,} of {now.routed:,} routed tickets were corrected" in said


def test_a_yes_to_learnings_question_counts_as_no_correction(dispatch: Any, make: Any) -> None:
    dispatch.now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    for number, kind, team, topic in ((1, "route", "engineering", "bug"), (2, "hold", "triage", None)):
        dispatch.decide(make.decided(number, kind=kind, team=team, topic=topic, received_at=dispatch.now))
        dispatch.correct("reassign", f"T-{number:012d}", "finance|billing")
    week = week_before(datetime(2026, 11, 23, 8, tzinfo=UTC), BERLIN)

    def counted() -> Figures:
        return app.look_back(period=week, rows=Rows(dispatch), prices=PRICES, now=DECEMBER).now

    before = counted()
    assert (before.reassigned, before.sorted_by_hand, before.pairs) == (1, 1, Counter({("bug", "billing"): 1}))
    for number in (1, 2):
        dispatch.correct("confirm", f"T-{number:012d}")
    assert counted() == before
    # A bump is no misroute, nor is the yes to a question about one.
    dispatch.decide(make.decided(3, kind="route", received_at=dispatch.now))
    dispatch.correct("bump", "T-000000000003")
    dispatch.correct("confirm", "T-000000000003")
    assert (counted().bumped, counted().reassigned) == (1, 1)


def test_a_report_is_sent_once_to_slack_and_mail_with_its_picture(dispatch: Any, make: Any) -> None:
    dispatch.now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    dispatch.decide(make.decided(received_at=dispatch.now))
    week = week_before(datetime(2026, 11, 23, 8, tzinfo=UTC), BERLIN)
    found = app.look_back(period=week, rows=Rows(dispatch), prices=PRICES, now=dispatch.now)
    outside = app.Outside(
        dispatch.log, dispatch.effects, dispatch.places, dispatch.rules, dispatch.bus, lambda: dispatch.now
    )
    for _ in range(2):
        app.report(report=found, draw=png, outside=outside)
    (posted,) = dispatch.slack.top("managers")
    assert "Weekly digest: 16 Nov – 22 Nov 2026" in posted.words()
    assert dispatch.slack.files[("managers", "week-2026-W47.png")].startswith(b"\x89PNG")
    ((call, mail),) = dispatch.ses.sent
    assert call["Destinations"] == ["triage@example.com"]
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in pictures] == ["<picture>"]
    assert "cid:picture" in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-11-23T08:00", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("2026-11-22T23:30", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),  # Monday already in Berlin
        ("2026-10-26T08:00", "2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),  # the clocks went back
    ],
)
def test_weeks_are_the_teams_own(now: str, start: str, end: str) -> None:
    period = week_before(datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN)
    assert (period.start, period.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    ("now", "name", "before", "days"),
    [("2026-12-01T08:00", "2026-11", "2026-10", 31), ("2026-01-01T08:00", "2025-12", "2025-11", 32)],
)
def test_months_are_the_teams_own(now: str, name: str, before: str, days: int) -> None:
    period = month_before(datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN)
    assert (period.name, period_before(period).name, len(days_of(period))) == (name, before, days)


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [([], 0.5, 0), ([7], 0.9, 7), ([1, 2, 3, 4], 0.5, 2), (list(range(1, 11)), 0.9, 9), (list(range(1, 12)), 0.9, 10)],
)
def test_percentiles_by_nearest_rank(values: list[float], share: float, wanted: float) -> None:
    assert percentile(values, share) == wanted


EMPTY = Figures()
ONE = Figures(
    tickets=1, moves=Counter(route=1), topics=Counter(bug=1), waits={"engineering": Waits(waiting=1, oldest=60)}
)
MANY = Figures(
    tickets=2000,
    copies=9,
    moves=Counter(route=1500, hold=500),
    topics=Counter({f"topic {n} " + 80 * "x": n for n in range(60)}),
    reassigned=40,
    pairs=Counter({("a <!channel>", "b"): 30, ("c", "d"): 10}),
    corrected_topics=Counter(a=30),
    waits={f"team {n}": Waits(5, n * 60.0, n * 90.0, 1, 900.0) for n in range(80)},
    tokens_in=10**9,
    tokens_out=10**8,
    held_because=Counter({f"reason {n} & <b>": n for n in range(40)}),
    aside=Counter({f"machine {n} *b*": n for n in range(20)}),
    bumped=3,
    split=2,
    unfolded=1,
    sorted_by_hand=80,
)


@pytest.mark.parametrize("now", [EMPTY, ONE, MANY])
@pytest.mark.parametrize("before", [EMPTY, ONE, MANY])
def test_every_report_reads_well_and_fits(now: Figures, before: Figures) -> None:
    for period in (week_before(DECEMBER, BERLIN), month_before(DECEMBER, BERLIN)):
        report = Report(period, now, before, PRICES)
        message = report_message(report)
        assert violations(message.text, message.blocks) == []
        assert report_letter(report).said[0]
        assert alt_text(period, now)
        assert png(draw(period, now)).startswith(b"\x89PNG")
        assert "<!channel>" not in str(message.blocks)


def test_an_empty_week_says_so(make: Any) -> None:
    week = week_before(DECEMBER, BERLIN)
    assert opening(week, EMPTY, MANY) == "A quiet week: no ticket came in."
    assert figures([], [], week, now=DECEMBER) == EMPTY


def test_what_corrections_taught_is_said() -> None:
    before = Figures(
        tickets=10, moves=Counter(route=10), topics=Counter(bug=10), pairs=Counter({("a", "b"): 6}), reassigned=6
    )
    now = Figures(
        tickets=8, moves=Counter(route=8), topics=Counter(bug=8), pairs=Counter({("a", "b"): 2}), reassigned=2
    )
    said = opening(month_before(DECEMBER, BERLIN), now, before)
    assert "20% fewer than the month before (10)" in said
    assert "a → b fell from 6 to 2" in said
