"""From a checked answer to the reading that travels on: believed as far as the evidence goes, or held."""

from __future__ import annotations

from typing import Literal

from contracts.rules import Rules
from contracts.ticket import Candidate, Reading
from services.classifier.domain.answer import Answer, Checked
from services.classifier.domain.calibration import bar, chance_of, moved_by
from services.classifier.domain.prompt import Prompt

CANDIDATES = 3


def no_reading(
    outcome: Literal["unread", "too_short"], why: str, model: str = "", spent: Answer | None = None
) -> Reading:
    """What travels on when nothing was read. Quiet values: code that looks at the words decides how loud it is.

    ``spent`` is the answer that could not be used: it took time and tokens all the same.
    """
    return Reading(
        outcome=outcome,
        topic=None,
        urgency="medium",
        tone="calm",
        confidence=0.0,
        why=why,
        model=model,
        tokens_in=spent.tokens_in if spent else 0,
        tokens_out=spent.tokens_out if spent else 0,
        latency_ms=spent.latency_ms if spent else 0,
    )


def reading_of(said: Checked, answer: Answer, prompt: Prompt, rules: Rules, model: str) -> Reading:
    """The reading. Its topic is None when the chance that it is right is under what the rules' target asks for."""
    shipped = chance_of(said, prompt, model)
    # That nothing fits is no chance that a team's routed tickets could speak for.
    chance = round(moved_by(rules.outcomes, shipped, model) if said.topic else shipped, 4)
    clear = said.topic is not None and chance >= bar(rules.target)
    return Reading(
        topic=said.topic if clear else None,
        urgency=said.urgency,
        tone=said.tone,
        confidence=chance,
        confidence_before_outcomes=round(shipped, 4),
        why=said.why if clear else _why_unclear(said, chance),
        candidates=_candidates(said, chance, prompt),
        model=model,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        latency_ms=answer.latency_ms,
        examples=tuple(example.example_id for shown in prompt.shown for example in shown.examples),
    )


def _why_unclear(said: Checked, chance: float) -> str:
    if said.off_sheet:
        return f"the model answered “{said.off_sheet}”, which the Topics tab does not have"
    if said.topic is None:
        return f"it fits no topic: {said.why}" if said.why else "it fits no topic"
    return f"only {chance:.0%} sure that it is about {said.topic}"


def _candidates(said: Checked, chance: float, prompt: Prompt) -> tuple[Candidate, ...]:
    """The model's own choices, then the nearest by words. Each next one has half of what is left, and never more."""
    named = [said.topic, said.second, *prompt.topics]
    names = list(dict.fromkeys(name for name in named if name))[:CANDIDATES]
    candidates, rest, share = [], 1.0, chance
    for name in names:
        candidates.append(Candidate(topic=name, confidence=share))
        rest -= share
        share = min(share, rest / 2)
    return tuple(candidates)
