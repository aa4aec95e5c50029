"""What a correction teaches, and what that means for the Doc's Examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from contracts.envelope import derived_id
from contracts.rules import Example, KeptApart, NotTickets, Rules, address_matches
from contracts.ticket import Ticket, Urgency
from contracts.ticket_corrected_v2 import TicketCorrected
from services.learning.domain.likeness import likeness, nearly_the_same
from services.learning.domain.scrub import scrub
from services.learning.domain.sections import APART, EXAMPLES, NOT_TICKETS

LONGEST_EXAMPLE_CHARS = 240
"""The reading looks no further into an example."""
LEARNED = re.compile(r"\s*\(learned from correction (?P<correction>[\w-]{4,36})\)\s*$", re.I)
"""The mark at the end of a line the router added; it names the correction by the start of its event id."""
WRITTEN_BEFORE = "it is in the Doc already"
KEPT_PER_TOPIC = 50
"""Lines the router keeps in the Doc for one topic. What people wrote themselves does not count and is never removed."""


@dataclass(frozen=True)
class Lesson:
    """An example to add, or the reason why there is none."""

    ticket_id: str
    mark: str
    text: str
    topic: str | None
    urgency: Urgency | None = None
    why_not: str = ""
    apart: bool = False
    """The ticket is no copy: its like are never to be folded."""
    sender: bool = False
    """``text`` is an address whose mail is no ticket."""

    @property
    def section(self) -> str:
        """The section of the Doc it is written in."""
        return APART if self.apart else NOT_TICKETS if self.sender else EXAMPLES

    @property
    def line(self) -> str:
        """The line as it stands in the Doc."""
        if self.apart or self.sender:
            return f"{self.text} (learned from correction {self.mark})"
        topic = self.topic or ""
        label = f'"{topic}"' if re.search(r"[:|→\t]", topic) else topic
        urgency = f" ({self.urgency})" if self.urgency else ""
        return f"{label}{urgency}: {self.text} (learned from correction {self.mark})"


@dataclass(frozen=True)
class Placed:
    """An example and the line of the Doc it stands on. ``alone``: nothing else stands on that line."""

    example: Example
    at: int
    alone: bool = True


@dataclass(frozen=True)
class Plan:
    """What to do with a lesson: write it (and take out lines of the router's own), leave it, or ask."""

    write: bool
    remove: tuple[int, ...] = ()
    why_not: str = ""
    ask_about: tuple[Placed, ...] = ()
    """Where nearly the same words stand under another topic."""


@lru_cache(maxsize=4096)
def example_id(topic: str, text: str) -> str:
    """The id of an example: same topic and words, same id, wherever the line stands."""
    return derived_id("example", topic.casefold(), " ".join(text.casefold().split()))[:8]


def lesson_of(corrected: TicketCorrected, rules: Rules, asked: Mapping[str, Any] | None = None) -> Lesson:
    """What the correction teaches: a reassignment the topic, a bump or a lowering the urgency, an unfold what is never
    a copy, what is no ticket its sender.

    ``asked`` is what came of the ticket's correction before, if the leads were asked about it: a yes teaches that.
    """
    data = corrected.data
    kind, ticket = data.correction.kind, data.ticket
    lesson = Lesson(ticket.ticket_id, corrected.metadata.event_id[:8], words_of(ticket), None)
    if data.correction.is_yes:
        known = rules.topic(asked["topic"]) if asked else None
        gone = f"{asked['topic']} is no topic any more" if asked else "it answers no question"
        urgency = asked["urgency"] if asked else None
        return replace(lesson, topic=known.name, urgency=urgency) if known else replace(lesson, why_not=gone)
    if kind == "not_a_ticket":
        return _of_sender(lesson, ticket, rules)
    if kind not in ("reassigned", "bumped", "lowered", "unfolded"):
        return replace(lesson, why_not=f"a ticket that is {kind} teaches nothing")
    if not lesson.text:
        return replace(lesson, why_not="the ticket has no words to learn from")
    if kind == "unfolded":
        return replace(lesson, apart=True)
    topic = topic_meant(corrected, rules)
    if topic is None:
        team = data.correction.after.team
        return replace(lesson, why_not=f"it is with team {team}, and which of its topics was meant is not clear")
    before, after = data.correction.before.urgency, data.correction.after.urgency
    if kind == "lowered" and (after is None or after == before):
        return replace(lesson, why_not="it was not its urgency that made it loud")
    urgency = (after or "high") if kind in ("bumped", "lowered") else None
    return replace(lesson, topic=topic, urgency=urgency)


def _of_sender(lesson: Lesson, ticket: Ticket, rules: Rules) -> Lesson:
    """Whose mail is no ticket. Not learnt of anybody who may be a customer's name on somebody else's letter.

    Anyone may write under an address that is not verified: silence for it could be silence for its owner.
    """
    email = (ticket.customer.email or "").casefold()
    ours = any(address_matches(email, one) for one in rules.staff)
    if ticket.source != "mail" or not email:
        return replace(lesson, why_not="only a mail has a sender that can be told again")
    if not ticket.customer.verified:
        return replace(lesson, why_not=f"{email} is not verified: anybody may write under that address")
    if rules.vip(email) or ours:
        return replace(lesson, why_not=f"{email} is a VIP customer or one of our people")
    return replace(lesson, text=email, sender=True)


def topic_meant(corrected: TicketCorrected, rules: Rules) -> str | None:
    """The topic the person had in mind: named, or the team's only one, or the team's likeliest as it was read."""
    after, reading = corrected.data.correction.after, corrected.data.reading
    loudness = corrected.data.correction.kind in ("bumped", "lowered")
    named = after.topic or (reading.topic if reading and loudness else None)
    if named:
        topic = rules.topic(named)
        return topic.name if topic else None
    of_team = [topic.name for topic in rules.topics if topic.team.casefold() == after.team.casefold()]
    if len(of_team) == 1:
        return of_team[0]
    candidates = reading.candidates if reading else ()
    return next((candidate.topic for candidate in candidates if candidate.topic in of_team), None)


def words_of(ticket: Ticket) -> str:
    """The ticket in one scrubbed line short enough for the Doc: subject, then text, unless the text repeats it."""
    names = [ticket.customer.name or "", ticket.customer.handle or ""]
    subject, text = (scrub(" ".join(part.split()), names=names) for part in (ticket.subject, ticket.text))
    repeats = subject.casefold().rstrip(".!?") in text.casefold()
    joined = text if repeats or not subject else f"{subject.rstrip('.')}. {text}".strip()
    # A mark in a customer's text must not pass for one of ours.
    joined = LEARNED.sub("", joined)
    if len(joined) <= LONGEST_EXAMPLE_CHARS:
        return joined
    return joined[:LONGEST_EXAMPLE_CHARS].rsplit(" ", 1)[0] + " …"


def plan_for(
    lesson: Lesson, placed: Sequence[Placed], *, earlier: frozenset[str], overruled: frozenset[str] = frozenset()
) -> Plan:
    """What the lesson means for the examples there are.

    ``earlier`` are the marks of lessons from the same ticket: a person who corrects a correction replaces it.
    ``overruled`` are the ids of the examples that a lead saw and said to be wrong. Any other that speaks against the
    lesson is asked about, also after a yes: people may have written it since.
    """
    if any(one.example.learned_from == lesson.mark for one in placed):
        return Plan(write=False, why_not=WRITTEN_BEFORE)
    own = own_lines(placed, earlier=earlier)
    if lesson.topic is None:
        return Plan(write=False, remove=own, why_not=lesson.why_not)
    others = [one for one in placed if one.at not in own]
    same = [one for one in others if nearly_the_same(one.example.text, lesson.text)]
    against = [one for one in same if one.example.topic != lesson.topic]
    if any(one.example.example_id not in overruled for one in against):
        why_not = "the same words stand for another topic"
        return Plan(write=False, remove=own, why_not=why_not, ask_about=tuple(against))
    outvoted = tuple(one.at for one in against if one.alone)
    agreeing = [one for one in same if one.example.topic == lesson.topic]
    if agreeing and (lesson.urgency is None or any(one.example.urgency == lesson.urgency for one in agreeing)):
        return Plan(write=False, remove=own + outvoted, why_not=f"line {agreeing[0].example.line} says so already")
    if agreeing and any(one.example.learned_from is None for one in agreeing):
        line = agreeing[0].example.line
        why = f"line {line} is somebody's own: write ({lesson.urgency}) behind its topic to teach the urgency"
        return Plan(write=False, remove=own + outvoted, why_not=why)
    replaced = own + outvoted + tuple(one.at for one in agreeing if one.alone)
    return Plan(write=True, remove=tuple(sorted({*replaced, *_too_many(lesson, others, replaced)})))


def plan_apart(lesson: Lesson, kept_apart: Sequence[KeptApart]) -> Plan:
    """What an unfold means for the Doc's Not copies: a line, unless one says nearly the same already."""
    same = next((one for one in kept_apart if nearly_the_same(one.text, lesson.text)), None)
    return Plan(write=False, why_not=f"line {same.line} says so already") if same else Plan(write=True)


def plan_sender(lesson: Lesson, known: Sequence[NotTickets], *, remove: tuple[int, ...]) -> Plan:
    """What a sender whose mail is no ticket means for the Doc: a line, unless one covers them already.

    ``remove`` is what the ticket taught before it was said to be none.
    """
    same = next((one for one in known if address_matches(lesson.text, one.match)), None)
    why_not = f"line {same.line} says so already" if same else ""
    return Plan(write=same is None, remove=remove, why_not=why_not)


def own_lines(placed: Sequence[Placed], *, earlier: frozenset[str]) -> tuple[int, ...]:
    """The lines that earlier corrections of the same ticket taught."""
    return tuple(one.at for one in placed if one.example.learned_from in earlier and one.alone)


def came_of(corrected: TicketCorrected, lesson: Lesson, plan: Plan, gone: Sequence[Example]) -> str:
    """What a question says once the ticket was corrected again: who did that, and what I made of it.

    ``gone`` are the lines that the question was about and that no longer stand in the Doc.
    """
    done = corrected.data.correction
    moved = f"moved it to {done.after.team}" + (f", about {done.after.topic}" if done.after.topic else "")
    did = {
        "bumped": "bumped it", "lowered": "lowered it", "split": "split it", "undone": "took that back",
        "not_a_ticket": "said that it is not a ticket",
    }.get(done.kind, moved)  # fmt: skip
    if done.is_yes:
        did = f"answered: it is {lesson.topic}" if lesson.topic else "answered"
    learnt = plan.write or plan.why_not == WRITTEN_BEFORE
    then = "I ask anew." if plan.ask_about else "Learnt." if learnt else f"Nothing learnt: {plan.why_not}."
    lines = "; ".join(f"{one.topic}: “{one.text}”" for one in gone)
    who = done.corrected_by.name or done.corrected_by.id
    return f"{who} {did}. {then}" + (f" Taken out of the Doc: {lines}" if lines else "")


def _too_many(lesson: Lesson, placed: Sequence[Placed], gone: Sequence[int]) -> tuple[int, ...]:
    """The router's own lines that the topic can spare: first the one most like another, the older of two alike."""
    topic = [one for one in placed if one.example.topic == lesson.topic and one.at not in gone]
    learned = [one for one in topic if one.example.learned_from and one.alone]
    spared: list[int] = []
    while len(learned) - len(spared) >= KEPT_PER_TOPIC:
        kept = [one for one in topic if one.at not in spared]

        def redundancy(one: Placed, kept: Sequence[Placed] = kept) -> float:
            texts = [lesson.text, *(other.example.text for other in kept if other is not one)]
            return max(likeness(one.example.text, text) for text in texts)

        # max() takes the first of equals, and the first in the Doc is the oldest.
        spared.append(max((one for one in learned if one.at not in spared), key=redundancy).at)
    return tuple(spared)
