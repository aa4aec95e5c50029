"""What a rules folder could be, by what past tickets say: topics, teams, examples, and who might be whom."""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cli.history.past import Past
from services.learning.domain.lesson import LONGEST_EXAMPLE_CHARS
from services.learning.domain.likeness import NEARLY_THE_SAME, likeness
from services.learning.domain.scrub import scrub

LEAST = 6
"""Fewer tickets than that make no topic: nothing could be learnt of it, nor tried."""
MOST_TOPICS = 60
HELD_OUT, MOST_HELD_OUT = 0.25, 600
"""The share of tickets that nothing is learnt from and the forecast is made on, and how many are enough for it."""
CANDIDATES = 100
"""Tickets of a topic among which its examples are chosen."""
COVERS = 8
EVERYBODYS = 0.9
"""A label that so large a share of all tickets bears (*web*, *closed*) tells them apart from nothing."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_NAME = re.compile(r"[^\w &/+.-]+")
TRIAGE = "triage"


@dataclass
class Topic:
    """A proposed topic."""

    name: str
    team: str
    tickets: int
    covers: tuple[str, ...] = ()
    examples: list[str] = field(default_factory=list)


@dataclass
class Proposal:
    """The folder as it could be."""

    topics: list[Topic]
    teams: list[str]
    left_out: Counter[str]
    """Labels with too few tickets, which are no topic."""
    duplicates: int
    frequent: list[tuple[str, int]]
    """Customers who wrote most: VIPs, perhaps."""
    held_out: list[tuple[str, str | None]]
    """Texts and their topic (none for what is no topic), for the forecast."""


def propose(past: Sequence[Past], *, examples: int, seed: int = 1) -> Proposal:
    """Topics by label (by team where tickets bear no label), each with its own words and its most telling tickets."""
    labelled, duplicates = _labelled(past)
    counted = Counter(label for _, label, _ in labelled)
    kept = [label for label, number in counted.most_common(MOST_TOPICS) if number >= LEAST]
    left_out = Counter({label: number for label, number in counted.items() if label not in kept})
    drawn = random.Random(seed)
    drawn.shuffle(labelled)
    held_out = labelled[: min(MOST_HELD_OUT, int(len(labelled) * HELD_OUT))]
    learnt = labelled[len(held_out) :]
    by_topic: dict[str, list[str]] = defaultdict(list)
    teams: dict[str, Counter[str]] = defaultdict(Counter)
    for text, label, team in learnt:
        if label in kept:
            by_topic[label].append(text)
            teams[label][team or label] += 1
    words = {label: Counter(word for text in texts for word in set(_words(text))) for label, texts in by_topic.items()}
    topics = [
        Topic(
            name=label,
            team=teams[label].most_common(1)[0][0],
            tickets=counted[label],
            covers=_telling(label, words, by_topic),
            examples=chosen(by_topic[label][:CANDIDATES], examples),
        )
        for label in kept
        if by_topic[label]
    ]
    names = [one.name for one in topics]
    senders = Counter(one.email.casefold() for one in past if one.email)
    return Proposal(
        topics=topics,
        teams=list(dict.fromkeys(one.team for one in topics)),
        left_out=left_out,
        duplicates=duplicates,
        frequent=[(email, number) for email, number in senders.most_common(5) if number >= LEAST],
        held_out=[(text, label if label in names else None) for text, label, _ in held_out],
    )


def _labelled(past: Iterable[Past]) -> tuple[list[tuple[str, str, str]], int]:
    """Text, label and team of each ticket, scrubbed; tickets that say the same count once."""
    past = list(past)
    often = Counter(label for one in past for label in {_name(label) for label in one.topic})
    everybodys = (
        {label for label, number in often.items() if number > EVERYBODYS * len(past)} if len(often) > 1 else {""}
    )
    seen: set[str] = set()
    found, duplicates = [], 0
    for one in past:
        labels = [label for label in map(_name, one.topic) if label and label not in everybodys]
        # Of several labels the one that most tickets bear: others are people's own marks.
        label = max(labels, key=lambda label: often[label], default=_name(one.team))
        text = " ".join(scrub(one.text, names=[one.name] if one.name else []).split())
        key = " ".join(_words(text))
        if not label or not key:
            continue
        if key in seen:
            duplicates += 1
            continue
        seen.add(key)
        found.append((text, label, _name(one.team)))
    return found, duplicates


def chosen(texts: Sequence[str], number: int) -> list[str]:
    """The most telling and most different: each next one is like many that are not yet spoken for.

    Greedy facility location over ``CANDIDATES`` texts at most. Of nearly the same words one is enough.
    """
    short = [_short(text) for text in texts]
    like = [[likeness(one, other) for other in short] for one in short]
    spoken_for = [0.0] * len(short)
    left, picked = list(range(len(short))), list[str]()
    while left and len(picked) < number:
        at = max(left, key=lambda one: sum(max(0.0, a - b) for a, b in zip(like[one], spoken_for, strict=True)))
        picked.append(short[at])
        spoken_for = [max(a, b) for a, b in zip(like[at], spoken_for, strict=True)]
        left = [one for one in left if like[at][one] < NEARLY_THE_SAME]
    return picked


def _telling(label: str, words: dict[str, Counter[str]], texts: dict[str, list[str]]) -> tuple[str, ...]:
    """The words that this topic's tickets have and others' have not (weighted log-odds)."""
    own, mine = words[label], len(texts[label])
    others = sum(len(one) for name, one in texts.items() if name != label) or 1
    scored = []
    for word, number in own.items():
        elsewhere = sum(one[word] for name, one in words.items() if name != label)
        here, there = (number + 0.5) / (mine + 1), (elsewhere + 0.5) / (others + 1)
        if number >= max(2, mine * 0.02) and here > there:
            scored.append((math.log(here / there) * math.sqrt(number), word))
    return tuple(word for _, word in sorted(scored, reverse=True)[:COVERS])


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _name(label: str) -> str:
    """A label as a topic or team may be called."""
    return " ".join(_NAME.sub(" ", label.replace("_", " ")).split())[:40].strip()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_EXAMPLE_CHARS else text[:LONGEST_EXAMPLE_CHARS].rsplit(" ", 1)[0] + " …"
