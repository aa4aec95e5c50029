"""The bill: what is used, what of it is free, what is left to pay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli.cost import bill
from local.stack.choices import ROOT
from services.classifier.domain.models import DEFAULT, OFFLINE

PRICES = {"lines": [{"unit": "queue", "name": "Queue", "usd": 0.40, "per": 1e6, "free": 1e6}]}


def counted(*, each: float, fixed: float) -> dict[str, Any]:
    per_ticket = {"queue": each, "bedrock.tokens_in": 1000, "bedrock.tokens_out": 50}
    return {"per_ticket": per_ticket, "per_month": {"queue": fixed}}


@pytest.mark.parametrize(
    ("tickets", "month", "used", "usd"),
    [
        (0, True, 500_000, 0.0),
        (0, False, 0, 0.0),
        (50_000, True, 1_000_000, 0.0),
        (100_000, True, 1_500_000, 0.2),
        (150_000, False, 1_500_000, 0.2),
    ],
    ids=["idle month", "nothing", "to the edge of the free tier", "over it", "without the month"],
)
def test_only_what_goes_beyond_the_free_tier_is_paid(tickets: int, month: bool, used: float, usd: float) -> None:
    lines = bill(tickets, month=month, model=OFFLINE, counted=counted(each=10, fixed=500_000), prices=PRICES)
    (queue,) = [line for line in lines if line.name == "Queue"]
    assert queue.used == used
    assert queue.usd == pytest.approx(usd)
    assert queue.usd_without_free_tier == pytest.approx(used * 0.4e-6)


def test_the_models_tokens_are_paid_at_the_models_own_price() -> None:
    for model, usd in ((OFFLINE, 0.0), ("anthropic.claude-haiku-4-5-20251001-v1:0", 1.0 + 0.05 * 5)):
        lines = bill(1000, month=True, model=model, counted=counted(each=0, fixed=0), prices=PRICES)
        assert next(line.usd for line in lines if "Bedrock" in line.name) == pytest.approx(usd)


def test_everything_that_was_counted_has_a_price() -> None:
    calls, prices = (json.loads((ROOT / "cli" / name).read_text()) for name in ("calls.json", "prices.json"))
    priced = {line["unit"] for line in prices["lines"]} | {"bedrock.tokens_in", "bedrock.tokens_out"}
    assert set(calls["per_ticket"]) | set(calls["per_month"]) <= priced
    for line in prices["lines"]:
        assert min(line["usd"], line["per"]) > 0, line["unit"]


def test_a_months_bill_stays_near_what_the_readme_says() -> None:
    """README: about $3 a month at 1,500 tickets. A change that makes a ticket dearer has to say so there."""
    calls, prices = (json.loads((ROOT / "cli" / name).read_text()) for name in ("calls.json", "prices.json"))
    assert 2 < sum(line.usd for line in bill(1500, month=True, model=DEFAULT, counted=calls, prices=prices)) < 4
