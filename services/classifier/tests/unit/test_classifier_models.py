"""What is known of each model, and what is said of one that is not known, not to be had there, or at its end."""

from __future__ import annotations

from datetime import date

import pytest

from services.classifier.domain.models import (
    CAUTIOUS,
    DEFAULT,
    OFFLINE,
    UNKNOWN,
    called,
    cost_usd,
    facts,
    remarks,
    table,
)
from services.classifier.domain.prompt import ANSWER_LIMIT_TOKENS

HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
A_DAY = date(2026, 11, 27)


@pytest.mark.parametrize("model", [f"eu.{HAIKU}", HAIKU, "anthropic.claude-haiku-4-5", "claude-haiku-4-5"])
def test_a_model_is_known_with_and_without_region_date_and_version(model: str) -> None:
    assert facts(model) is table().models["anthropic.claude-haiku-4-5"]


@pytest.mark.parametrize("model", ["somebody/else:7b", "", "anthropic.claude-next-v1:0", "claude"])
def test_a_model_without_a_row_is_asked_as_every_one_can_be_and_believed_with_caution(model: str) -> None:
    row = facts(model)
    assert row is UNKNOWN
    assert (row.asked_by, row.takes_temperature, row.thinking_off) == ("forced tool", False, False)
    assert (row.curve, row.usd_per_million_in) == (CAUTIOUS, 0)
    assert "Nothing is known" in remarks(model, "eu-central-1", A_DAY)[0]


@pytest.mark.parametrize("name", [name for name in table().models if name != OFFLINE])
def test_every_row_names_sources_that_are_explained_and_can_hold_a_ticket(name: str) -> None:
    row = table().models[name]
    assert row.sources
    assert set(row.sources) <= set(table().sources)
    assert row.id.startswith(name)
    assert row.usd_per_million_out > row.usd_per_million_in > 0
    assert row.profiles
    assert set(row.profiles) <= {*table().geographies, "global.", ""}
    assert row.answer_tokens is None or row.answer_tokens >= ANSWER_LIMIT_TOKENS
    assert not (row.launched and row.ended) or row.launched < row.ended


@pytest.mark.parametrize(
    ("name", "region", "is_called"),
    [
        ("claude-haiku-4-5", "eu-central-1", f"eu.{HAIKU}"),
        ("claude-haiku-4-5", "us-west-2", f"us.{HAIKU}"),
        ("claude-haiku-4-5", "ap-northeast-1", f"jp.{HAIKU}"),
        ("claude-haiku-4-5", "ap-southeast-2", f"au.{HAIKU}"),
        ("claude-haiku-4-5", "ap-south-1", f"global.{HAIKU}"),
        ("claude-haiku-4-5", "sa-east-1", f"global.{HAIKU}"),
        (HAIKU, "eu-west-1", f"eu.{HAIKU}"),
        (f"us.{HAIKU}", "eu-west-1", f"us.{HAIKU}"),
        (f"global.{HAIKU}", "eu-west-1", f"global.{HAIKU}"),
        ("claude-haiku-5-5", "eu-central-1", "eu.anthropic.claude-haiku-5-5"),
        ("nova-micro", "ap-northeast-1", "apac.amazon.nova-micro-v1:0"),
        ("somebody.unknown-v1:0", "eu-west-1", "somebody.unknown-v1:0"),
        (OFFLINE, "eu-central-1", OFFLINE),
    ],
)
def test_a_name_gets_the_profile_of_its_region_and_an_id_stays_as_it_is(name: str, region: str, is_called: str) -> None:
    model, foundation = called(name, region)
    assert model == is_called
    assert model.endswith(foundation)


@pytest.mark.parametrize(
    ("model", "region", "day", "says"),
    [
        (f"eu.{HAIKU}", "eu-central-1", date(2026, 9, 30), None),
        (f"eu.{HAIKU}", "eu-central-1", date(2026, 10, 1), "may end"),
        (f"us.{HAIKU}", "eu-central-1", date(2026, 9, 30), "cannot be called from eu-central-1"),
        (f"global.{HAIKU}", "sa-east-1", date(2026, 9, 30), None),
        ("us.anthropic.claude-3-5-haiku-20241022-v1:0", "us-east-1", date(2026, 6, 18), None),
        ("us.anthropic.claude-3-5-haiku-20241022-v1:0", "us-east-1", date(2026, 6, 19), "ended"),
        ("jp.anthropic.claude-haiku-5-5", "ap-northeast-1", A_DAY, None),
        ("jp.anthropic.claude-haiku-5-5", "ap-northeast-2", A_DAY, "cannot be called from"),
    ],
)
def test_what_somebody_who_deploys_should_know_is_said(model: str, region: str, day: date, says: str | None) -> None:
    said = remarks(model, region, day)
    assert len(said) == (says is not None)
    assert (says or "") in "".join(said)


@pytest.mark.parametrize(
    ("model", "usd"), [(HAIKU, 1.5), (f"global.{HAIKU}", 1.5), (DEFAULT, 1.65), (OFFLINE, 0), ("unknown", 0)]
)
def test_a_geography_is_dearer_than_the_world(model: str, usd: float) -> None:
    assert cost_usd(model, 1_000_000, 100_000) == pytest.approx(usd)


def test_only_what_was_measured_is_taken_at_its_word() -> None:
    measured = [name for name, row in table().models.items() if row.curve != CAUTIOUS]
    assert measured == [OFFLINE]
