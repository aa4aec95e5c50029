"""Sheets of small teams on their first day: few examples, good descriptions, and mail that belongs to nobody.

``evaluation/first_day`` holds what was written for it: seven sheets of other trades with forty tickets each (five the
reader may learn from, two kept for reporting), ``phrases.txt`` with a phrase or two for each topic of the public sets,
and ``nobody.txt`` with messages that are no company's business. ``python -m evaluation.day_one NAME EACH DIR`` writes
one of the seven as files for ``ticket-router eval``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.rules import Rules
from evaluation.public import ROOT, public_set
from evaluation.sheet import rules_of

FOLDER = ROOT / "evaluation" / "first_day"
PUBLIC = ("banking77", "clinc150")
OPENERS = (
    "Hi,",
    "Hello,",
    "Hi team,",
    "Dear Sir or Madam,",
    "Hello, I hope you are well.",
    "Good morning,",
    "Quick question.",
    "I have been a customer for years.",
    "I tried to ring you but could not get through.",
    "My name is Martin.",
    "I am writing on behalf of my mother.",
    "We are a small family business.",
    "I found no answer on your website.",
)
CLOSERS = (
    "Thanks.",
    "Thank you very much.",
    "Best regards, Anna",
    "Kind regards",
    "Please let me know.",
    "Cheers, Tom",
    "Please get back to me soon.",
    "You can also call me, my number is 0151 2233445.",
    "Sent from my phone",
    "I am really disappointed.",
    "This is the second time I write.",
)


@dataclass(frozen=True)
class Told:
    """A ticket: its text, the topic it belongs to or None, and how much it counts in training."""

    text: str
    topic: str | None
    weight: float = 1.0


def own_sheet(name: str, each: int) -> tuple[Rules, list[Told]]:
    """One of the seven sheets with its first ``each`` examples a topic. Raises StopIteration for a name unknown."""
    parts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    part = ""
    for line in next(FOLDER.glob(f"*/{name}.txt")).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            part = line[2:]
        else:
            topic, _, text = line.partition(" | ")
            parts[part].append((topic, text))
    left = dict.fromkeys((topic for topic, _ in parts["topics"]), each)
    examples = []
    for topic, text in parts["examples"]:
        if left[topic]:
            left[topic] -= 1
            examples.append((topic, text))
    tickets = [Told(text, None if topic == "-" else topic) for topic, text in parts["tickets"]]
    return rules_of(dict(parts["topics"]), examples), tickets


def names(part: str) -> list[str]:
    """Names of the sheets that were ``trained`` on or are ``reported``."""
    return sorted(file.stem for file in (FOLDER / part).glob("*.txt"))


@dataclass(frozen=True)
class Group:
    """Topics of a public set that one team would look after: each with the phrases that describe it."""

    source: str
    name: str
    phrases: dict[str, list[str]]


def groups(half: int | None = None) -> list[Group]:
    """What ``phrases.txt`` says; of one half when asked for: 0 is learned from, 1 is kept for measuring."""
    found, source = [], ""
    for line in (FOLDER / "phrases.txt").read_text(encoding="utf-8").splitlines():
        name, colon, rest = line.partition(": ")
        if not colon:
            source = line
            continue
        pairs = (each.partition(" = ") for each in rest.split(" | "))
        found.append(Group(source, name, {topic: said.split(", ") for topic, _, said in pairs}))
    return [group for group in found if half is None or _half(group.name) == half]


def _half(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2


def merged_sheets(count: int, seed: int, half: int, splits: tuple[str, ...]) -> Iterator[tuple[Rules, list[Told]]]:
    """Sheets as a small team writes them: broad topics with described parts, none to three examples each.

    A topic is a group of public topics, now and then just one of them. Tickets are other texts of these, dressed as
    mail; four in ten belong to no topic: to a group left out, to no group at all, or to nobody.
    """
    chance = random.Random(seed)
    texts, shots = _texts(splits), _texts(("train",))
    scope = [row.text for row in public_set("clinc150") if row.split in {f"oos_{split}" for split in splits}]
    nobody = (FOLDER / "nobody.txt").read_text(encoding="utf-8").splitlines() if half == 0 else scope
    everything = groups(half)
    for _ in range(count):
        source = chance.choice((None, None, None, *PUBLIC))
        pool = [group for group in everything if source in (None, group.source)]
        chosen = chance.sample(pool, min(chance.choice((5, 6, 8, 8, 9, 10, 10, 11, 12, 14)), len(pool)))
        each, owner = chance.choice((0, 0, 1, 2, 2, 2, 3, 3)), {}
        covers: dict[str, str] = {}
        examples: list[tuple[str, str]] = []
        for group in chosen:
            parts = list(group.phrases) if chance.random() < 0.75 else [chance.choice(list(group.phrases))]
            said = [phrase for part in parts for phrase in group.phrases[part] if chance.random() < 0.85]
            covers[group.name] = ", ".join(said) if each == 0 or chance.random() < 0.9 else ""
            owner.update({(group.source, part): group.name for part in parts})
            drawn = [parts[n % len(parts)] for n in range(each)]
            examples += [(group.name, chance.choice(shots[group.source, part])) for part in drawn]
        known, inside = {text for _, text in examples}, list(owner)
        outside = [(group.source, part) for group in everything for part in group.phrases]
        outside = [key for key in outside if key not in owner]
        tickets = [Told(dress(chance, chance.choice(texts[key])), owner[key]) for key in chance.choices(inside, k=60)]
        # A group left out that is much like one on the sheet weighs less: so near a miss is rarer in life than here.
        tickets += [Told(dress(chance, chance.choice(texts[key])), None, 0.6) for key in chance.choices(outside, k=18)]
        tickets += [Told(dress(chance, text), None) for text in chance.choices(scope, k=14)]
        tickets += [Told(text, None) for text in chance.choices(nobody, k=8)]
        yield rules_of(covers, examples), [ticket for ticket in tickets if ticket.text not in known]


def _texts(splits: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in PUBLIC:
        for row in public_set(name):
            if row.split in splits and row.topic:
                found[name, row.topic].append(row.text)
    return found


def dress(chance: random.Random, text: str) -> str:
    """A short question as it comes by mail: half of them greeted, signed or mistyped."""
    if chance.random() < 0.15:
        at = chance.randrange(len(text))
        text = text[:at] + text[at + 1 :]
    if chance.random() < 0.45:
        return text
    end = "" if re.search(r"[.!?]$", text) else "."
    opener = chance.choice(OPENERS) if chance.random() < 0.7 else ""
    closer = chance.choice(CLOSERS) if chance.random() < 0.6 else ""
    return chance.choice(" \n").join(filter(None, (opener, text[:1].upper() + text[1:] + end, closer)))


def write(name: str, each: int, folder: Path) -> None:
    """``topics.csv``, ``examples.jsonl`` and ``tickets.jsonl`` of one of the seven sheets."""
    rules, tickets = own_sheet(name, each)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "topics.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("topic", "what it covers"), *((t.name, t.covers) for t in rules.topics)])
    for file_name, rows in (("examples", rules.examples), ("tickets", tickets)):
        lines = (json.dumps({"text": row.text, "topic": row.topic}, ensure_ascii=False) for row in rows)
        (folder / f"{file_name}.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
