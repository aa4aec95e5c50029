"""Lines below headings that are not ours but read as if they were meant for us."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.rules import Team, Topic
from services.learning.domain.addresses import address_or_domain
from services.learning.domain.conditions import read_rule
from services.learning.domain.customers import cut_at_pin
from services.learning.domain.lesson import LEARNED
from services.learning.domain.problem import Problem, Unclear
from services.learning.domain.sections import EXAMPLES, RULES, STAFF, VIPS, Written
from services.learning.domain.writing import without_comment

_SHORTEST_RULE = 2
"""Words; below another heading one or two of them may be anything."""


def overlooked(unread: Sequence[Written], topics: Sequence[Topic], teams: Sequence[Team]) -> list[Problem]:
    """Lines below headings that are not ours but look as if they were meant for us: one problem a heading."""
    found: dict[str, Problem] = {}
    for written in unread:
        if written.under not in found and (meant := _meant_for(written, topics, teams)):
            place = written.under or "Before the first heading"
            wrong = f"I do not read what stands here, and this looks like a line of {meant}."
            cure = f"Put it below the heading {meant}, or // before it."
            found[written.under] = Problem("Doc", place, written.number, written.quote, wrong, cure)
    return list(found.values())


def _meant_for(written: Written, topics: Sequence[Topic], teams: Sequence[Team]) -> str | None:
    text = without_comment(written.text)
    who, _, _ = cut_at_pin(text, teams)
    if address_or_domain(who):
        return f"{VIPS} or {STAFF}"
    if LEARNED.search(text):
        return EXAMPLES
    for sentence in (text, f"escalate when {text}") if len(text.split()) > _SHORTEST_RULE else ():
        try:
            read_rule(sentence, line=1, topics=topics)
        except Unclear:
            continue
        return RULES
    return None
