"""What is known about each model, from ``models.json``: how it is asked, what it costs, how long it lasts.

Each row names its sources. A model that has no row is asked in the way every one takes, is believed with caution, has
no price, and is named as unknown at the deploy and by ``ticket-router doctor``.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

FILE = Path(__file__).with_name("models.json")
DEFAULT = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
"""The model that reads tickets unless ``MODEL_ID`` says otherwise."""
OFFLINE = "ticket-router.offline-reader"
"""The reader that stands in for it where there is no network."""
GLOBAL = "global."
"""The profile that may answer from anywhere. It costs no premium."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Curve(_Row):
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


class ModelFacts(_Row):
    """One row of the table. The defaults are what every model takes."""

    id: str = ""
    """The foundation model's id on Bedrock."""
    profiles: tuple[str, ...] = ()
    """Prefixes of the inference profiles it is called by; the empty one is the bare id."""
    asked_by: Literal["forced tool", "begun answer"] = "forced tool"
    """The first question. A begun answer costs neither a tool's schema nor its preamble; newer models refuse it."""
    takes_temperature: bool = False
    """Whether temperature 0 may be sent; newer models refuse any."""
    thinking_off: bool = False
    """Whether thinking is switched off in words: it would take the answer's room, and forbids a forced tool."""
    preamble_tokens: int = Field(default=0, ge=0)
    """Tokens that the provider adds to a request with a forced tool, and bills."""
    usd_per_million_in: float = Field(default=0.0, ge=0)
    usd_per_million_out: float = Field(default=0.0, ge=0)
    geography_premium: float = Field(default=1.0, ge=1)
    """How much dearer it is through a profile that keeps it in one geography than through the global one."""
    context_tokens: int | None = None
    answer_tokens: int | None = None
    launched: date | None = None
    may_end_from: date | None = None
    """AWS has promised it until then, and may end it with half a year's notice."""
    ended: date | None = None
    """The day on which Bedrock ends it in most regions."""
    stands_for: str | None = None
    """The row whose costs are of interest where this one costs nothing."""
    curve: Curve = CAUTIOUS
    sources: tuple[str, ...] = ()

    @property
    def billed_preamble(self) -> int:
        """Tokens beside the request itself that the first question costs."""
        return self.preamble_tokens if self.asked_by == "forced tool" else 0


class Table(_Row):
    """The whole file."""

    as_of: date
    sources: dict[str, str]
    """What each source named by a row is."""
    geographies: dict[str, tuple[str, ...]]
    """Profile prefix → the regions it may be called from, by how their names begin. The first that fits."""
    models: dict[str, ModelFacts]


UNKNOWN = ModelFacts()
"""A model without a row."""


@cache
def table() -> Table:
    """The file, read once."""
    return TypeAdapter(Table).validate_json(FILE.read_bytes())


@cache
def facts(model: str) -> ModelFacts:
    """The row of a model by its Bedrock id, with or without a region's prefix, date and version; or by its name."""
    return next((row for name, row in table().models.items() if name in model or model == _short(name)), UNKNOWN)


def called(model: str, region: str) -> tuple[str, str]:
    """What is called for a name or an id in a region, and the foundation model behind it.

    A profile, and an id that is not known, is taken as it stands. A name (``claude-haiku-4-5``) and a foundation
    model's id get the profile of the region's own geography where the model has one, else the global one.
    """
    row = facts(model)
    if row is UNKNOWN or model not in (row.id, *map(_short, table().models)):
        return model, row.id or model
    prefixes = [prefix for prefix, begins in table().geographies.items() if region.startswith(begins)]
    profile = next((prefix for prefix in (*prefixes, GLOBAL, "") if prefix in row.profiles), "")
    return f"{profile}{row.id}", row.id


def remarks(model: str, region: str, today: date) -> tuple[str, ...]:
    """What somebody who deploys this model there should know, a sentence each; none when all is well."""
    row = facts(model)
    if row is UNKNOWN:
        return (f"Nothing is known of the model {model}: it has no price here, and is asked with caution",)
    profile = next((prefix for prefix in table().geographies if model.startswith(prefix)), None)
    found = []
    if profile and not region.startswith(begins := table().geographies[profile]):
        found.append(f"{model} cannot be called from {region}: its profile is for {', '.join(begins)}…")
    if row.ended and today >= row.ended:
        found.append(f"Bedrock ended {row.id} on {row.ended} in most regions")
    elif row.may_end_from and today >= row.may_end_from:
        found.append(f"Bedrock may end {row.id} with half a year's notice: ticket-router doctor asks for the day")
    return tuple(found)


def cost_usd(model: str, tokens_in: float, tokens_out: float) -> float:
    """What so many tokens cost in US dollars, the preamble not counted in."""
    row = facts(model)
    premium = row.geography_premium if model.startswith(tuple(table().geographies)) else 1.0
    return premium * (tokens_in * row.usd_per_million_in + tokens_out * row.usd_per_million_out) / 1_000_000


def _short(name: str) -> str:
    return name.partition(".")[2]
