"""How far an answer is believed: the chance that its topic is right, and how much of it is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable

from contracts.rules import Outcome
from services.classifier.domain.answer import Checked
from services.classifier.domain.models import facts
from services.classifier.domain.prompt import Prompt

SURE, UNSURE = 0.995, 0.005
"""Stated confidence is taken no further than this: nobody is right always."""
BORDER_ERRORS = 3.5
"""How many times the allowed share of errors a ticket at the border may have.

The target speaks of all routed tickets together, and most of them are far surer than the last one let through. Measured
on two public sets: routing from 82.5 % up leaves 94 to 98 of 100 routed tickets right (``docs/reading.md``).
"""
NONE_FITS = 0.15
"""The chance left to the likeliest topic when the model says that none fits."""
PRIOR_VARIANCE = 0.5
"""How freely a team's outcomes move the shipped curve: half a unit of log-odds is worth some dozen tickets."""


def bar(target: float) -> float:
    """The least chance with which a ticket is routed, so that ``target`` of all routed ones are right."""
    return max(0.5, 1 - BORDER_ERRORS * (1 - target))


def chance_of(said: Checked, prompt: Prompt, model: str) -> float:
    """The chance from 0 to 1 that the answer's best topic is right, by the curve that ships with the model."""
    if said.topic is None:
        return min(NONE_FITS, 1 - said.confidence) if said.second else 0.0
    curve = facts(model).curve
    odds = curve.offset + curve.slope * log_odds(said.confidence) + curve.agrees * _agreement(said.topic, prompt)
    return _chance(odds)


def moved_by(outcomes: Iterable[Outcome], chance: float, model: str) -> float:
    """The chance as the team's own outcomes with that model correct it."""
    ours = [outcome for outcome in outcomes if outcome.model == model]
    return _chance(log_odds(chance) + learned_shift(ours)) if ours else chance


def learned_shift(outcomes: Iterable[Outcome]) -> float:
    """What a team's own outcomes add to the log-odds: 0 without any, growing surer with each.

    The most likely shift given how many of the tickets routed at each stated chance were left alone, with a normal
    prior around none; found by Newton's method.
    """
    seen, shift = list(outcomes), 0.0
    for _ in range(20):
        slope, curvature = -shift / PRIOR_VARIANCE, 1 / PRIOR_VARIANCE
        for outcome in seen:
            expected = _chance(log_odds(outcome.confidence) + shift)
            slope += outcome.right - (outcome.right + outcome.wrong) * expected
            curvature += (outcome.right + outcome.wrong) * expected * (1 - expected)
        shift += slope / curvature
    return shift


def log_odds(chance: float) -> float:
    """The logarithm of the odds, kept off both ends."""
    kept = min(max(chance, UNSURE), SURE)
    return math.log(kept / (1 - kept))


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _agreement(topic: str, prompt: Prompt) -> float:
    """1 when the topic is the nearest by words, 0 when it is close behind, -1 when the words point elsewhere."""
    near = {shown.topic.name: shown.nearness for shown in prompt.shown}
    best = max(near.values(), default=0.0)
    if best < 0.1:
        return 0.0  # another language, or words of its own: the words say nothing
    own = near.get(topic, 0.0) / best
    return 1.0 if own == 1 else 0.0 if own > 0.5 else -1.0
