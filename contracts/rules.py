"""``rules.v1``: the published rules snapshot. Written by learning alone, read by every service from S3.

Everything in it carries the place it was written at (sheet row or doc line), so that a reason can name it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from contracts.envelope import Contract, UtcTime
from contracts.ticket import Ping, Source, Urgency
from contracts.words import spelling

RULES_KEY = "rules.v1.json"
"""Object key of the snapshot in the rules bucket."""

TRIAGE = "triage"
"""The team whose lane takes held tickets."""

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,20}")
"""A Slack channel by its id. No channel's name looks like it: names have no capitals."""

ConditionField = Literal["tone", "urgency", "topic", "customer", "source", "text"]


class Topic(Contract):
    """A row of the sheet's Topics tab."""

    name: str = Field(min_length=1)
    covers: str = ""
    covers_not: str = Field(default="", description="What looks like it and belongs elsewhere, in people's own words.")
    team: str
    row: int = Field(description="Row in the tab, counted as the sheet does (headings are row 1).")


class OpenHours(Contract):
    """A stretch of the week in which a team works."""

    days: tuple[int, ...] = Field(description="Monday is 0.")
    opens: int = Field(ge=0, le=1440, description="Minutes after midnight.")
    closes: int = Field(ge=0, le=1440, description="Minutes after midnight; not after opens: on the next day.")

    def holds(self, local: datetime) -> bool:
        """Whether the moment, on the team's own clock, lies within."""
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.opens < self.closes:
            return day in self.days and self.opens <= minute < self.closes
        return (day in self.days and minute >= self.opens) or ((day - 1) % 7 in self.days and minute < self.closes)


class Team(Contract):
    """A row of the sheet's Teams tab. Without a channel the team works from its inbox."""

    name: str = Field(min_length=1)
    channel: str | None = Field(default=None, description="Slack channel: its name without the #, or its id.")
    inbox: str | None = None
    lead: str | None = Field(default=None, description="Slack user id or e-mail address.")
    manager: str | None = None
    on_call: str | None = None
    hours: str | None = Field(default=None, description="Business hours as written, time zone named.")
    open: tuple[OpenHours, ...] = Field(default=(), description="The business hours as read.")
    zone: str | None = Field(default=None, description="Their time zone, a name of the IANA database.")
    row: int

    def on_duty(self, at: datetime) -> Ping | None:
        """Whom to call: the lead in business hours, outside them whoever is on call.

        A team without hours has whoever is on call called at any time; one without anybody on call, its lead.
        """
        is_open = self.zone is not None and any(span.holds(at.astimezone(ZoneInfo(self.zone))) for span in self.open)
        if self.on_call and not (is_open and self.lead):
            return Ping(role="on call", who=self.on_call)
        return Ping(role="lead", who=self.lead) if self.lead else None


class Vip(Contract):
    """A customer who jumps the queue; with a pin, one whose tickets go to a set team or person."""

    match: str = Field(description="An address, or a domain that stands for all its addresses. Lower case.")
    team: str | None = Field(default=None, description="Pinned to this team: beats the topic.")
    person: str | None = Field(default=None, description="Pinned to this Slack user id or address: always pinged.")
    line: int


class Condition(Contract):
    """One half of a rule: ``field op value``. ``any`` of the values is enough.

    Of a customer the values are ``vip``, ``verified``, ``unverified`` (the address was, or was not, authenticated), an
    address or a domain.
    """

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


MEANING_CHARS = 600
"""Of each free text about what a word means to the team: the reading has it before it with every ticket."""


class AnswerLink(Contract):
    """Where a person answers tickets of one source: ``answer mail at https://…{message_id}…``."""

    source: Source
    template: str = Field(
        min_length=1,
        description="https: or mailto: address; {message_id}, {conversation_id}, {customer}, {subject}, {ticket_id} "
        "stand for the ticket's own, encoded.",
    )
    line: int


class NotTickets(Contract):
    """A sender whose mail is no ticket, as people said: held quietly, never dropped."""

    match: str = Field(min_length=1, description="An address or a domain. Lower case.")
    learned_from: str | None = Field(default=None, description="Start of the event id of the correction.")
    line: int


class Outcome(Contract):
    """What became of the tickets that one model's reading sent on with about this chance of being right."""

    model: str
    confidence: float = Field(ge=0, le=1, description="The chance as it stood before any outcomes moved it.")
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
    outcomes_until: UtcTime | None = Field(default=None, description="When they were counted.")
    kept_apart: tuple[KeptApart, ...] = ()
    answer_links: tuple[AnswerLink, ...] = Field(default=(), description="At most one a source.")
    not_tickets: tuple[NotTickets, ...] = ()
    urgent_means: str = Field(
        default="", max_length=MEANING_CHARS, description="What is urgent to this team, in its own words."
    )
    tone_means: str = Field(default="", max_length=MEANING_CHARS, description="What it calls calm, confused and angry.")
    shadow: bool = Field(
        default=False, description="The router only says what it would do, for all teams but ``live_teams``."
    )
    live_teams: tuple[str, ...] = Field(
        default=(), description="Teams whose tickets are handed off all the same while ``shadow`` is on."
    )
    shadow_channel: str | None = Field(
        default=None, description="Slack channel (name without the #, or id) of the quiet lines; null: the digest only."
    )
    per_person: bool = Field(default=False, description="The digest may show figures of single people.")
    target: float = Field(default=0.95, gt=0, lt=1, description="Share of routed tickets that should be right.")

    def team(self, name: str) -> Team | None:
        """The team of that name, or None."""
        return next((team for team in self.teams if spelling(team.name) == spelling(name)), None)

    def is_shadow(self, team: str) -> bool:
        """Whether what goes to the team is only said, and handed out as before."""
        return self.shadow and spelling(team) not in map(spelling, self.live_teams)

    def topic(self, name: str) -> Topic | None:
        """The topic of that name, or None."""
        return next((topic for topic in self.topics if spelling(topic.name) == spelling(name)), None)

    def vip(self, email: str | None) -> Vip | None:
        """The VIP line that matches the address: the address itself, without its ``+tag``, then the nearest domain."""
        untagged = re.sub(r"\+[^@]*(?=@)", "", email or "")
        matches = [
            vip for vip in self.vips if address_matches(email, vip.match) or address_matches(untagged, vip.match)
        ]
        return max(matches, key=lambda vip: ("@" in vip.match, len(vip.match)), default=None)


def address_matches(email: str | None, match: str) -> bool:
    """Whether ``email`` is the address ``match`` or lies in the domain ``match`` (or below it)."""
    if not email:
        return False
    address, wanted = (unicodedata.normalize("NFKC", one).casefold().lstrip("@") for one in (email, match))
    if "@" in wanted:
        return address == wanted
    domain, wanted = _ascii(address.rpartition("@")[2]), _ascii(wanted)
    return domain == wanted or domain.endswith("." + wanted)


def _ascii(domain: str) -> str:
    """The domain as mail carries it: ``bücher.example`` is ``xn--bcher-kva.example`` (RFC 3490)."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
