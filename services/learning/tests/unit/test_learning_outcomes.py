"""The team's own outcomes come into force, and stay in force while people edit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.outcomes_counted import OutcomesCounted, OutcomesCountedData
from contracts.rules import Outcome
from services.learning import app
from shared.errors import NotNow

FEW = (Outcome(model="m", confidence=0.9, right=8, wrong=2),)
MORE = (Outcome(model="m", confidence=0.9, right=80, wrong=20),)


def counted(until: datetime, outcomes: tuple[Outcome, ...] = FEW) -> OutcomesCounted:
    data = OutcomesCountedData(since=until - timedelta(days=30), until=until, outcomes=outcomes)
    return OutcomesCounted.caused_by(ticket_id="outcomes-1", cause=None, occurred_at=until, data=data)


@pytest.fixture
def published(folder: Any, shelf: Any, now: datetime) -> Any:
    """A shelf whose rules are in force, as revision 1."""
    app.publish_rules(folder=folder, shelf=shelf, now=now)
    return shelf


def test_outcomes_are_a_revision_that_says_what_it_is(published: Any, now: datetime) -> None:
    rules = app.take_over(counted=counted(now), shelf=published, now=now)
    assert rules == published.force.rules
    assert (rules.revision, rules.outcomes, rules.outcomes_until) == (2, FEW, now)
    assert published.records[-1]["changes"] == ("Outcomes: 8 of 10 routed tickets were left where they were",)
    assert published.records[-1]["changed_by"] == "the tickets themselves"


def test_each_count_replaces_the_one_before(published: Any, now: datetime) -> None:
    app.take_over(counted=counted(now), shelf=published, now=now)
    app.take_over(counted=counted(now + timedelta(days=1), MORE), shelf=published, now=now)
    assert published.force.rules.outcomes == MORE


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=1)], ids=["the same again", "an older one, redriven"])
def test_a_count_that_comes_again_or_late_changes_nothing(published: Any, now: datetime, late: timedelta) -> None:
    app.take_over(counted=counted(now, MORE), shelf=published, now=now)
    assert app.take_over(counted=counted(now - late, FEW), shelf=published, now=now) is None
    assert published.force.rules.outcomes == MORE


def test_a_count_that_finds_nothing_new_is_no_revision(published: Any, now: datetime) -> None:
    assert app.take_over(counted=counted(now, ()), shelf=published, now=now) is None
    assert published.force.rules.revision == 1


def test_an_edit_of_the_folder_keeps_the_outcomes(folder: Any, published: Any, now: datetime) -> None:
    app.take_over(counted=counted(now), shelf=published, now=now)
    folder.topics.append(["refund", "money back", "finance"])
    app.publish_rules(folder=folder, shelf=published, now=now)
    rules = published.force.rules
    assert (rules.revision, rules.outcomes, rules.outcomes_until) == (3, FEW, now)
    assert published.records[-1]["changes"] == ("Topics: added refund",)


def test_whoever_publishes_at_the_same_moment_is_not_overwritten(folder: Any, published: Any, now: datetime) -> None:
    publish = published.publish

    def after_a_colleague(rules: Any, **how: Any) -> None:
        published.publish = publish
        folder.topics.append(["refund", "money back", "finance"])
        app.publish_rules(folder=folder, shelf=published, now=now)
        publish(rules, **how)

    published.publish = after_a_colleague
    rules = app.take_over(counted=counted(now), shelf=published, now=now)
    assert rules is not None
    assert (rules.revision, rules.outcomes, rules.topics[-1].name) == (3, FEW, "refund")


def test_when_others_keep_publishing_it_comes_back_later(published: Any, now: datetime) -> None:
    def always_too_late(rules: Any, **how: Any) -> None:
        raise app.EditedMeanwhile

    published.publish = always_too_late
    with pytest.raises(NotNow, match="published by somebody else"):
        app.take_over(counted=counted(now), shelf=published, now=now)


def test_before_any_rules_it_comes_back_later(shelf: Any, now: datetime) -> None:
    with pytest.raises(NotNow, match="no rules are published yet"):
        app.take_over(counted=counted(now), shelf=shelf, now=now)
