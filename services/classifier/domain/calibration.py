"""How far an answer is believed: the chance that its topic is right."""

from __future__ import annotations

from services.classifier.domain.answer import Checked
from services.classifier.domain.prompt import Prompt


def chance_of(said: Checked, _prompt: Prompt, _model: str) -> float:
    """The chance from 0 to 1 that the answer's topic is right."""
    return said.confidence
