"""What Reassign and Split offer."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.choice import choice_value, chosen
from contracts.rules import Rules

VALUE_CHARS = 150
"""Slack: the longest value of an option. A topic whose names are longer still has its team's option."""


@dataclass(frozen=True)
class Choice:
    """A team, or a topic with the team that the sheet gives it."""

    team: str
    topic: str | None = None

    @property
    def value(self) -> str:
        """The option's value, as it is sent back."""
        return choice_value(self.team, self.topic)

    @property
    def label(self) -> str:
        """What the option says."""
        return f"{self.topic} → {self.team}" if self.topic else self.team

    @classmethod
    def of(cls, value: str) -> Choice:
        """The choice a value stands for."""
        return cls(*chosen(value))


def choices(rules: Rules) -> list[Choice]:
    """Each topic with its team, then each team as such."""
    topics = [Choice(topic.team, topic.name) for topic in rules.topics if rules.team(topic.team)]
    teams = [Choice(team.name) for team in rules.teams]
    return [choice for choice in (*topics, *teams) if len(choice.value) <= VALUE_CHARS]
