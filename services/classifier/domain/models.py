"""What is known about each model: what a token costs and what its own confidence is worth. Data, not code."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
"""The model that reads tickets unless ``MODEL_ID`` says otherwise."""
OFFLINE = "ticket-router.offline-reader"
"""The reader that stands in for it where there is no network."""


@dataclass(frozen=True)
class Curve:
    """From a model's stated confidence to the chance that it is right, in log-odds.

    ``log_odds = offset + slope * stated + agrees`` where ``agrees`` counts for the model when its topic is the nearest
    by words as well, and against it when the words point elsewhere.
    """

    offset: float
    slope: float
    agrees: float


CAUTIOUS = Curve(offset=-0.5, slope=0.9, agrees=0.5)
"""For a model nobody has measured here: 90 % is believed for 81 %, and for 88 % when the words agree.

Language models tend to state more confidence than they are right (see ``docs/reading.md``); a team's outcomes move it.
"""


@dataclass(frozen=True)
class ModelFacts:
    """One row of the table."""

    usd_per_million_in: float
    usd_per_million_out: float
    preamble_tokens: int = 0
    """Tokens that the provider adds to a request with a forced tool, and bills."""
    region_premium: float = 1.0
    """How much dearer the model is through a profile that keeps it in one geography (``eu.``, ``us.``, ``apac.`` …)."""
    curve: Curve = CAUTIOUS


MODELS: dict[str, ModelFacts] = {
    # AWS and Anthropic price lists, on demand, October 2025; Anthropic's documentation for the tool preamble.
    # AWS charges 10 % more for a geography than for the global profile since the 4.5 models.
    "anthropic.claude-haiku-4-5": ModelFacts(1.00, 5.00, preamble_tokens=313, region_premium=1.1),
    "anthropic.claude-sonnet-4-5": ModelFacts(3.00, 15.00, preamble_tokens=313, region_premium=1.1),
    "anthropic.claude-3-5-haiku": ModelFacts(0.80, 4.00, preamble_tokens=340),
    "anthropic.claude-3-haiku": ModelFacts(0.25, 1.25, preamble_tokens=340),
    "amazon.nova-micro": ModelFacts(0.035, 0.14),
    "amazon.nova-lite": ModelFacts(0.06, 0.24),
    "amazon.nova-pro": ModelFacts(0.80, 3.20),
    # Runs on the machine itself. Its confidence is a measured probability already.
    OFFLINE: ModelFacts(0.0, 0.0, curve=Curve(offset=0.0, slope=1.0, agrees=0.0)),
}

UNKNOWN = ModelFacts(0.0, 0.0)
"""A model that is not in the table: its price is not known, its confidence is taken with caution."""


def facts(model: str) -> ModelFacts:
    """The row of a model by its Bedrock id, with or without a region's prefix, date and version."""
    return next((row for name, row in MODELS.items() if name in model), UNKNOWN)


def cost_usd(model: str, tokens_in: float, tokens_out: float) -> float:
    """What so many tokens cost in US dollars, the preamble not counted in."""
    row = facts(model)
    premium = 1.0 if model.startswith(("anthropic.", "global.")) else row.region_premium
    return premium * (tokens_in * row.usd_per_million_in + tokens_out * row.usd_per_million_out) / 1_000_000
