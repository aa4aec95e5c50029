"""``rules.v1``: the published rules snapshot. Written by learning alone, read by every service from S3.

Everything in it carries the place it was written at (sheet row or doc line), so that a reason can name it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contracts.envelope import Contract, UtcTime
from contracts.ticket import Urgency

RULES_KEY = "rules.v1.json"
"""Object key of the snapshot in the rules bucket."""

TRIAGE = "triage"
"""The team whose lane takes held tickets."""

ConditionField = Literal["tone", "urgency", "topic", "customer", "source", "text"]


class Topic(Contract):
    """A row of the sheet's Topics tab."""

    name: str = Field(min_length=1)
    covers: str = ""
    team: str
    row: int = Field(description="Row in the tab, counted as the sheet does (headings are row 1).")


class Team(Contract):
    """A row of the sheet's Teams tab. Without a channel the team works from its inbox."""

    name: str = Field(min_length=1)
    channel: str | None = Field(default=None, description="Slack channel name without the #.")
    inbox: str | None = None
    lead: str | None = Field(default=None, description="Slack user id or e-mail address.")
    manager: str | None = None
    on_call: str | None = None
    hours: str | None = Field(default=None, description="Business hours as written, time zone named.")
    row: int


class Vip(Contract):
    """A customer who jumps the queue; with a pin, one whose tickets go to a set team or person."""

    match: str = Field(description="An address, or a domain that stands for all its addresses. Lower case.")
    team: str | None = Field(default=None, description="Pinned to this team: beats the topic.")
    person: str | None = Field(default=None, description="Pinned to this Slack user id or address: always pinged.")
    line: int


class Condition(Contract):
    """One half of a rule: ``field op value``. ``any`` of the values is enough."""

    field: ConditionField
    op: Literal["is", "is not", "has", "has urgent word"]
    values: tuple[str, ...] = ()


class PriorityRule(Contract):
    """``escalate when tone is angry and urgency is high``: all conditions must hold."""

    move: Literal["priority", "escalate"]
    when: tuple[Condition, ...] = Field(min_length=1)
    text: str = Field(description="The line as people wrote it.")
    line: int = Field(description="Counted within the Priority rules section, from 1.")


class Example(Contract):
    """A labelled ticket from the doc: what it said, where it belongs."""

    example_id: str
    topic: str
    text: str
    urgency: Urgency | None = None
    learned_from: str | None = Field(default=None, description="Event id of the correction that taught it.")
    line: int


class KeptApart(Contract):
    """Words of a message that is new each time it comes (an alarm, a weekly form): never folded into an earlier one."""

    text: str = Field(min_length=1)
    learned_from: str | None = Field(default=None, description="Start of the event id of the correction.")
    line: int


class Outcome(Contract):
    """What became of the tickets that one model's reading sent on with about this chance of being right."""

    model: str
    confidence: float = Field(ge=0, le=1, description="The chance as it was stated when they were routed.")
    right: int = Field(ge=0, description="Tickets handed off and left where they were.")
    wrong: int = Field(ge=0, description="Tickets a person moved to another topic.")


class Rules(Contract):
    """The rules in force. Immutable; a new revision is a new object."""

    version: Literal[1]
    revision: int = Field(ge=1)
    published_at: UtcTime
    topics: tuple[Topic, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = Field(min_length=1)
    urgent_words: tuple[str, ...] = ()
    vips: tuple[Vip, ...] = ()
    staff: tuple[str, ...] = Field(default=(), description="Addresses and domains of our own people. Lower case.")
    priority_rules: tuple[PriorityRule, ...] = ()
    examples: tuple[Example, ...] = ()
    outcomes: tuple[Outcome, ...] = Field(
        default=(), description="What the team's own tickets say about each model's confidence."
    )
    kept_apart: tuple[KeptApart, ...] = ()
    target: float = Field(default=0.95, gt=0, lt=1, description="Share of routed tickets that should be right.")

    def team(self, name: str) -> Team | None:
        """The team of that name, or None."""
        return next((team for team in self.teams if team.name.casefold() == name.casefold()), None)

    def topic(self, name: str) -> Topic | None:
        """The topic of that name, or None."""
        return next((topic for topic in self.topics if topic.name.casefold() == name.casefold()), None)

    def vip(self, email: str | None) -> Vip | None:
        """The VIP line that matches the address: the address itself before its domain."""
        matches = [vip for vip in self.vips if address_matches(email, vip.match)]
        return next((vip for vip in matches if "@" in vip.match), matches[0] if matches else None)


def address_matches(email: str | None, match: str) -> bool:
    """Whether ``email`` is the address ``match`` or lies in the domain ``match`` (or below it)."""
    if not email:
        return False
    address, wanted = email.casefold(), match.casefold().lstrip("@")
    if "@" in wanted:
        return address == wanted
    domain = address.rpartition("@")[2]
    return domain == wanted or domain.endswith("." + wanted)
