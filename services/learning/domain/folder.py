"""The whole folder, read at once: the rules people wrote, and everything that could not be understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.rules import AnswerLink, Example, KeptApart, NotTickets, PriorityRule, Rules, Team, Topic, Vip
from services.learning.domain.guide import read_guide
from services.learning.domain.overlap import contradicting_examples, overlapping_topics
from services.learning.domain.problem import Problem
from services.learning.domain.sections import EXAMPLES, RULES, Line
from services.learning.domain.sheet import Rows, read_teams, read_topics

DEFAULT_TARGET = 0.95


@dataclass(frozen=True)
class Pages:
    """The folder as it was read: the Sheet's two tabs and the Doc."""

    topics: Rows
    teams: Rows
    guide: Sequence[Line]


@dataclass(frozen=True)
class Draft:
    """Rules that nobody has published yet: everything but the revision and its time."""

    topics: tuple[Topic, ...]
    teams: tuple[Team, ...]
    urgent_words: tuple[str, ...] = ()
    vips: tuple[Vip, ...] = ()
    staff: tuple[str, ...] = ()
    priority_rules: tuple[PriorityRule, ...] = ()
    examples: tuple[Example, ...] = ()
    kept_apart: tuple[KeptApart, ...] = ()
    not_tickets: tuple[NotTickets, ...] = ()
    urgent_means: str = ""
    tone_means: str = ""
    answer_links: tuple[AnswerLink, ...] = ()
    shadow: bool = False
    live_teams: tuple[str, ...] = ()
    shadow_channel: str | None = None
    per_person: bool = False
    target: float = DEFAULT_TARGET

    def as_rules(self, *, revision: int, published_at: datetime, instead_of: Rules | None = None) -> Rules:
        """The draft as a revision. What is in no folder, the counted outcomes, stays as it is in force."""
        rules = Rules(version=1, revision=revision, published_at=published_at, **vars(self))
        if instead_of is None:
            return rules
        return rules.model_copy(update={name: getattr(instead_of, name) for name in ("outcomes", "outcomes_until")})


@dataclass(frozen=True)
class Folder:
    """What the folder says. ``draft`` is None when a problem is fatal: then the rules in force stay."""

    draft: Draft | None
    problems: tuple[Problem, ...]


def read_folder(pages: Pages) -> Folder:
    """Read the Sheet and the Doc. Never raises, whatever people wrote."""
    teams, team_problems = read_teams(pages.teams)
    topics, topic_problems = read_topics(pages.topics, teams)
    guide, guide_problems = read_guide(pages.guide, topics, teams)
    # One cause, one report: without teams every topic would be reported too, without topics every line that names one.
    if not teams:
        topic_problems = [problem for problem in topic_problems if problem.line is None]
        guide_problems = [problem for problem in guide_problems if not problem.fatal]
    if not topics:
        guide_problems = [problem for problem in guide_problems if problem.part not in (RULES, EXAMPLES)]
    unclear = [*overlapping_topics(topics), *contradicting_examples(guide.examples)]
    problems = (*topic_problems, *team_problems, *guide_problems, *unclear)
    if any(problem.fatal for problem in problems):
        return Folder(None, problems)
    draft = Draft(
        topics=topics,
        teams=teams,
        urgent_words=tuple(guide.urgent_words),
        vips=tuple(guide.vips),
        staff=tuple(guide.staff),
        priority_rules=tuple(guide.priority_rules),
        examples=tuple(guide.examples),
        kept_apart=tuple(guide.kept_apart),
        not_tickets=tuple(guide.not_tickets),
        urgent_means=guide.urgent_means,
        tone_means=guide.tone_means,
        answer_links=guide.options.answer_links,
        shadow=guide.options.shadow or False,
        live_teams=guide.options.live_teams,
        shadow_channel=guide.options.shadow_channel,
        per_person=guide.options.per_person,
        target=guide.options.target or DEFAULT_TARGET,
    )
    return Folder(draft, problems)
