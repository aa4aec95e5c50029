"""What became of routed tickets, from the log's rows: left alone, or moved to another topic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.rules import Outcome
from services.dispatch import app
from services.dispatch.domain.reports.outcomes import COUNTED_FOR, SETTLED_AFTER, outcomes_of
from services.dispatch.domain.row import moment
from shared.testing.contracts import violations

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
LEFT_ALONE, MOVED, NOT_COUNTED = (1, 0), (0, 1), None


def at(topic: str | None, team: str = "finance", kind: str = "route") -> dict[str, Any]:
    return {"topic": topic, "team": team, "kind": kind}


def moved(before: dict[str, Any], after: dict[str, Any], kind: str = "reassigned") -> dict[str, Any]:
    return {"kind": kind, "before": before, "after": after}


def row(*corrections: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {
        "move": "route", "topic": "billing", "team": "finance", "part_of": None, "vip": False, "model": "m",
        "confidence_before_outcomes": 0.9, "corrections": list(corrections), "received_at": moment(NOW),
    } | change  # fmt: skip


@pytest.mark.parametrize(
    ("ticket", "counted"),
    [
        (row(), LEFT_ALONE),
        (row(move="escalate"), LEFT_ALONE),
        (row(moved(at("billing"), at("billing", kind="priority"), kind="bumped")), LEFT_ALONE),
        (row(moved(at("billing"), at("bug", "engineering"), kind="split")), LEFT_ALONE),
        (row(moved(at("billing"), at("bug", "engineering"))), MOVED),
        (row(moved(at("billing"), at("refund"))), MOVED),
        (row(moved(at("billing"), at(None, "engineering"))), MOVED),
        (row(moved(at("billing"), at(None, "triage"))), MOVED),
        (row(moved(at("billing"), at("bug")), moved(at("bug"), at("billing"))), LEFT_ALONE),
        (row(moved(at("billing"), at(None, "triage")), moved(at(None, "triage"), at(None))), LEFT_ALONE),
        (row(moved(at("billing"), at("bug")), moved(at("bug"), at("bug"))), MOVED),
        (row(moved(at("billing"), at(None, "triage")), moved(at(None, "triage"), at(None, "triage"))), MOVED),
        (
            row(moved(at("billing"), at("billing"), kind="bumped"), moved(at("billing"), at("billing"))),
            LEFT_ALONE,
        ),
        (row(move="hold", topic=None), NOT_COUNTED),
        (row(moved(at(None, "triage", "hold"), at("billing"))), NOT_COUNTED),
        (row(part_of="T-1"), NOT_COUNTED),
        (row(vip=True), NOT_COUNTED),
        (row(confidence_before_outcomes=None), NOT_COUNTED),
    ],
    ids=[
        "nobody touched it", "escalated", "bumped", "a second problem split off", "moved to another topic",
        "another topic of the same team", "to another team, no topic named", "back to triage", "moved and moved back",
        "to triage and back", "moved, and the lead says so again",
        "moved, no topic named, and the lead says so again", "bumped, and the lead says it is about that",
        "held", "held, then sorted", "a copy or follow-up",
        "a VIP's, who may have a team", "read before outcomes were counted",
    ],
)  # fmt: skip
def test_what_became_of_a_ticket(ticket: dict[str, Any], counted: tuple[int, int] | None) -> None:
    found = [(one.right, one.wrong) for one in outcomes_of([ticket])]
    assert found == ([counted] if counted else [])


def test_a_row_older_than_the_count_is_left_out() -> None:
    old = row()
    del old["confidence_before_outcomes"]
    assert outcomes_of([old]) == ()


def test_they_are_counted_by_model_and_hundredth() -> None:
    wrong = moved(at("billing"), at("bug"))
    rows = [
        row(),
        row(confidence_before_outcomes=0.904),
        row(wrong),
        row(model="n"),
        row(confidence_before_outcomes=0.97),
    ]
    assert outcomes_of(rows) == (
        Outcome(model="m", confidence=0.9, right=2, wrong=1),
        Outcome(model="m", confidence=0.97, right=1, wrong=0),
        Outcome(model="n", confidence=0.9, right=1, wrong=0),
    )


class Rows:
    """The log, by day."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = rows

    def of_day(self, day: str) -> list[dict[str, Any]]:
        return [one for one in self.rows if one["received_at"].startswith(day)]

    def aside(self, day: str) -> list[dict[str, Any]]:
        return []


def test_tickets_count_once_they_have_lain_two_days_and_for_thirty(dispatch: Any) -> None:
    until = NOW - SETTLED_AFTER
    ages = (timedelta(seconds=-1), timedelta(seconds=1), COUNTED_FOR - timedelta(seconds=1), COUNTED_FOR * 2)
    rows = Rows(*(row(received_at=moment(until - age)) for age in ages))
    counted = app.count_outcomes(rows=rows, bus=dispatch.bus, now=NOW)
    assert [one.right for one in counted.data.outcomes] == [2]
    assert (counted.data.since, counted.data.until) == (until - COUNTED_FOR, until)


def test_a_day_is_counted_under_one_event_id_and_by_the_schema(dispatch: Any) -> None:
    first = app.count_outcomes(rows=Rows(row(received_at=moment(NOW - timedelta(days=3)))), bus=dispatch.bus, now=NOW)
    again = app.count_outcomes(rows=Rows(), bus=dispatch.bus, now=NOW + timedelta(hours=1))
    assert first.metadata.event_id == again.metadata.event_id
    assert [violations("OutcomesCounted.v1", one.model_dump(mode="json")) for one in dispatch.bus.published] == [[], []]
