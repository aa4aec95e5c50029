"""From a checked answer to the reading that travels on: believed as far as the evidence goes, or held."""

from __future__ import annotations

from typing import Literal

from contracts.rules import Rules
from contracts.ticket import Candidate, Reading
from services.classifier.domain.answer import Answer, Checked
from services.classifier.domain.calibration import chance_of
from services.classifier.domain.prompt import Prompt

CANDIDATES = 3


def no_reading(outcome: Literal["unread", "too_short"], why: str, model: str = "") -> Reading:
    """What travels on when nothing was read. Quiet values: code that looks at the words decides how loud it is."""
    return Reading(outcome=outcome, topic=None, urgency="medium", tone="calm", confidence=0.0, why=why, model=model)


def reading_of(said: Checked, answer: Answer, prompt: Prompt, rules: Rules, model: str) -> Reading:
    """The reading. Its topic is None when the chance that it is right is under the rules' target."""
    chance = chance_of(said, prompt, model) if said.topic else 0.0
    clear = said.topic is not None and chance >= rules.target
    return Reading(
        topic=said.topic if clear else None,
        urgency=said.urgency,
        tone=said.tone,
        confidence=chance,
        why=said.why if clear else _why_unclear(said, chance, rules),
        candidates=_candidates(said, chance, prompt),
        model=model,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        latency_ms=answer.latency_ms,
        examples=tuple(example.example_id for shown in prompt.shown for example in shown.examples),
    )


def _why_unclear(said: Checked, chance: float, rules: Rules) -> str:
    if said.off_sheet:
        return f"the model answered “{said.off_sheet}”, which the Topics tab does not have"
    if said.topic is None:
        return f"it fits no topic: {said.why}" if said.why else "it fits no topic"
    return f"only {chance:.0%} sure of {said.topic}, {rules.target:.0%} wanted"


def _candidates(said: Checked, chance: float, prompt: Prompt) -> tuple[Candidate, ...]:
    """The model's own choices first, then what shares most words with the ticket; what is left is shared out."""
    named = [said.topic, said.second, *prompt.topics]
    names = list(dict.fromkeys(name for name in named if name))[:CANDIDATES]
    rest, candidates = 1.0 - chance, []
    for place, name in enumerate(names):
        value = chance if place == 0 and said.topic else rest * 0.5
        rest -= value if place or not said.topic else 0.0
        candidates.append(
            Candidate(topic=name, confidence=min(max(value, 0.0), 1.0 if place == 0 else chance or value))
        )
    return tuple(candidates)
