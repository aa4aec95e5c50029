"""A model of which only so many calls a day may be made: a flood must not cost what nobody has agreed to."""

from __future__ import annotations

from datetime import datetime

from services.classifier.app.ports import Calls, Model
from services.classifier.domain.answer import Answer
from services.classifier.domain.prompt import Prompt


class Spent(Exception):
    """The day has no call left."""


class Rationed:
    """The model, as long as the day has calls left."""

    def __init__(self, model: Model, calls: Calls, now: datetime) -> None:
        self._model, self._calls, self._now, self.name = model, calls, now, model.name

    def ask(self, prompt: Prompt) -> Answer:
        """Make the call, counted beforehand. Raises ``Spent``, and whatever the model raises."""
        if not self._calls.take(self._now):
            raise Spent(f"the {self._calls.a_day} model calls of the day are used up")
        return self._model.ask(prompt)
