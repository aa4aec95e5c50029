"""Kinds of sheets: what a team's topics and examples are like, and what comes in. For fitting and for reporting.

Five kinds are other people's data as they are (``../shared/data``), three are made of the two public sets: *blurred*
(some topics share their matter), *noisy* (examples under the wrong topic), *near miss* (what belongs nowhere is a
sibling of the topics). Each kind is drawn twice, from the training half to fit and from the test half to report.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.rules import Rules
from evaluation.day_one import PUBLIC, Told, groups, merged_sheets, names, own_sheet
from evaluation.public import draw_examples, public_set, topics_of
from evaluation.sheet import rules_of

KINDS = ("banking77", "clinc150", "gaming_bot", "it_helpdesk", "first day", "blurred", "noisy", "near miss")
FIT, REPORT = "fit", "report"
SPLITS = {FIT: ("train", "val"), REPORT: ("test",)}


@dataclass(frozen=True)
class Sheet:
    """One team's rules and what comes in."""

    kind: str
    source: str
    """The data it is made of: a kind left out takes what is made of its data with it."""
    rules: Rules
    tickets: list[Told]


def sheets(half: str) -> Iterator[Sheet]:
    """All sheets of one half, kind by kind."""
    for kind in KINDS:
        yield from of_kind(kind, half)


def of_kind(kind: str, half: str) -> Iterator[Sheet]:
    """The sheets of one kind. Always the same ones."""
    chance = random.Random(f"{kind} {half} 27")
    if kind in PUBLIC:
        for number in range(10 if half == FIT else 3):
            yield _narrow(kind, half, chance, number)
    elif kind == "gaming_bot":
        for number in range(3):
            yield _gaming(half, chance, number)
    elif kind == "it_helpdesk":
        for _ in range(6 if half == FIT else 2):
            yield _helpdesk(half, chance)
    elif kind == "first day":
        yield from _first_day(half)
    else:
        make = {"blurred": _blurred, "noisy": _noisy, "near miss": _near_miss}[kind]
        for number in range(8 if half == FIT else 4):
            yield make(PUBLIC[number % 2], half, chance)


def _texts(name: str, splits: tuple[str, ...]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in public_set(name):
        if row.split in splits and row.topic:
            found[row.topic].append(row.text)
    return found


def _oos(name: str, half: str) -> list[str]:
    return [row.text for row in public_set(name) if row.split == ("oos_val" if half == FIT else "oos_test")]


def _sheet(
    kind: str, source: str, examples: list[tuple[str, str]], tickets: list[Told], covers: dict[str, str] | None = None
) -> Sheet:
    covers = covers or {topic: "" for topic, _ in examples}
    shown = {text for _, text in examples}
    return Sheet(kind, source, rules_of(covers, examples), [t for t in tickets if t.text not in shown])


def _tickets(chance: random.Random, texts: dict[str, list[str]], topics: list[str], count: int) -> list[Told]:
    pool = [Told(text, topic) for topic in topics for text in texts.get(topic, ())]
    return chance.sample(pool, min(count, len(pool)))


def _narrow(name: str, half: str, chance: random.Random, number: int) -> Sheet:
    """Many fine topics. Reported as everywhere here: all topics, ten examples each, the set's own off-topic share."""
    topics, each, count = topics_of(name), 10, 500
    if half == FIT:
        topics = sorted(chance.sample(topics, min(len(topics), chance.choice((15, 30, 60, 77, 150)))))
        each, count = chance.choice((1, 2, 3, 5, 10, 10, 15)), 120
    examples = [(row.topic or "", row.text) for row in draw_examples(name, each, number + 1, topics)]
    tickets = _tickets(chance, _texts(name, SPLITS[half]), topics, count)
    outside = _oos(name, half)
    if half == FIT and not outside:
        outside = _oos("clinc150", half)
    tickets += [Told(text, None) for text in chance.sample(outside, min(len(outside), count * 2 // 9))]
    return _sheet(name, name, examples, tickets)


def _gaming(half: str, chance: random.Random, number: int) -> Sheet:
    texts = _texts("gaming_bot", ("train",))
    each = (20, 5, 10)[number]
    shown = {topic: chance.sample(said, min(each, len(said))) for topic, said in texts.items()}
    rows = [row for row in public_set("gaming_bot") if row.split in ("test", "oos_test")]
    tickets = [Told(row.text, row.topic) for row in chance.sample(rows, len(rows) if half == REPORT else 300)]
    examples = [(topic, text) for topic, said in shown.items() for text in said]
    return _sheet("gaming_bot", "gaming_bot", examples, tickets)


def _helpdesk(half: str, chance: random.Random) -> Sheet:
    texts = _texts("it_helpdesk", ("train",))
    each = 50 if half == REPORT else chance.choice((5, 10, 20, 50, 50))
    shown = {topic: chance.sample(said, min(each, len(said) // 2)) for topic, said in texts.items()}
    pool = _texts("it_helpdesk", SPLITS[half])
    tickets = _tickets(chance, pool, sorted(pool), 400 if half == REPORT else 120)
    return _sheet("it_helpdesk", "it_helpdesk", [(t, text) for t, said in shown.items() for text in said], tickets)


def _first_day(half: str) -> Iterator[Sheet]:
    splits = SPLITS[half]
    for rules, tickets in merged_sheets(
        24 if half == FIT else 12, 1 if half == FIT else 2, int(half == REPORT), splits
    ):
        yield Sheet("first day", "both", rules, tickets)
    for name in names("trained" if half == FIT else "reported"):
        for each in (0, 1, 2):
            rules, tickets = own_sheet(name, each)
            yield Sheet("first day", "own", rules, tickets)


def _some(name: str, chance: random.Random) -> tuple[list[str], int]:
    return sorted(chance.sample(topics_of(name), chance.choice((8, 12, 20, 40)))), chance.choice((3, 5, 10, 20))


def _blurred(name: str, half: str, chance: random.Random) -> Sheet:
    """Half of the topics come in pairs that share their matter: people file it here or there, as it happens."""
    topics, each = _some(name, chance)
    shown, texts = _texts(name, ("train",)), _texts(name, SPLITS[half])
    paired = topics[: len(topics) // 4 * 2]
    chance.shuffle(paired)
    mate = dict(zip(paired[::2], paired[1::2], strict=True))
    mate |= {b: a for a, b in mate.items()}
    own = {topic: chance.choice((0.5, 0.6, 0.75)) for topic in mate}

    def filed(topic: str) -> str:
        return mate[topic] if topic in mate and chance.random() > own[topic] else topic

    examples = [(filed(topic), text) for topic in topics for text in chance.sample(shown[topic], each)]
    tickets = [Told(t.text, filed(t.topic or "")) for t in _tickets(chance, texts, topics, 200)]
    tickets += [Told(text, None) for text in chance.sample(_oos("clinc150", half), 40)]
    return _sheet("blurred", name, examples, tickets)


def _noisy(name: str, half: str, chance: random.Random) -> Sheet:
    """Some of the examples stand under another topic, by mistake."""
    topics, each = _some(name, chance)
    shown, texts, wrong = _texts(name, ("train",)), _texts(name, SPLITS[half]), chance.choice((0.1, 0.2, 0.3))
    examples = [
        (chance.choice(topics) if chance.random() < wrong else topic, text)
        for topic in topics
        for text in chance.sample(shown[topic], each)
    ]
    tickets = _tickets(chance, texts, topics, 200)
    tickets += [Told(text, None) for text in chance.sample(_oos("clinc150", half), 40)]
    return _sheet("noisy", name, examples, tickets, dict.fromkeys(topics, ""))


def _near_miss(name: str, half: str, chance: random.Random) -> Sheet:
    """What belongs nowhere is a sibling of the topics: the other half of one group, in the same words."""
    family = [list(group.phrases) for group in groups() if group.source == name and len(group.phrases) > 1]
    chance.shuffle(family)
    inside, outside = [], []
    for group in family[: chance.choice((6, 10, 20))]:
        chance.shuffle(group)
        inside += group[: (len(group) + 1) // 2]
        outside += group[(len(group) + 1) // 2 :]
    shown, texts, each = _texts(name, ("train",)), _texts(name, SPLITS[half]), chance.choice((3, 5, 10, 20))
    examples = [(topic, text) for topic in inside for text in chance.sample(shown[topic], each)]
    tickets = _tickets(chance, texts, inside, 150)
    tickets += [Told(t.text, None) for t in _tickets(chance, texts, outside, 75)]
    tickets += [Told(text, None) for text in chance.sample(_oos("clinc150", half), 25)]
    return _sheet("near miss", name, examples, tickets)
