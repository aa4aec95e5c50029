"""500 folders damaged at random: no crash, never an empty rule set, nothing left out without a word."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import pytest

from contracts.rules import TRIAGE
from services.learning.domain import Draft, Folder, Line, Pages, lines_of, read_folder
from services.learning.domain.sections import APART, EXAMPLES, HEADINGS, RULES, SETTINGS, URGENT, VIPS
from services.learning.domain.writing import key, plain
from shared.testing.contracts import violations

TOPICS = """topic,what it covers,team
outage,"the site, app or API is down",engineering
billing,"invoices, charges, VAT",finance
how-to,how do I,support
"""
TEAMS = """team,slack channel,inbox,lead,manager
engineering,#engineering,engineering@example.com,U0ENGLEAD,U0ENGMANAGER
finance,#finance,finance@example.com,U0FINLEAD,U0FINMANAGER
support,#support,support@example.com,U0SUPLEAD,U0SUPMANAGER
triage,#triage,triage@example.com,U0SUPLEAD,U0SUPMANAGER
"""
GUIDE = """# How we sort tickets

## Urgent words

outage, down, losing sales

## VIP customers

- northwind-traders.example
- amelie@atelier-lumiere.example → finance

## Our people

- example.com

## Priority rules

- escalate when tone is angry and urgency is high
- priority when customer is vip or tone is angry
- priority when text has "losing sales"

## Settings

hold target: 95 %

## Not copies

- Alarm from pump 7

## Examples

- outage: Our whole shop shows error 503.
- billing: How do I change my billing address?
- how-to: Where do I find the setting? (learned from correction 1a2b3c4d)
"""
ANY_HEADING = {spelling for spellings in HEADINGS.values() for spelling in spellings.split(", ")}
NASTY = [
    *(
        "",
        " ",
        "\n",
        ",",
        '"',
        "|",
        ":",
        "→",
        "->",
        "#",
        "##",
        "- ",
        "//",
        "\u200b",
        "\u000b",
        "\x00",
        "“",
        "’",
        "😀",
        "\t",
    ),
    *("=1+1", "#REF!", "and", "or", "when", "is", "vip", "\r", "\u2028", "((((", "[", "\\", "é" * 300, "٣", "billing"),
]


def damaged(text: str, chance: random.Random) -> str:
    """The text after a few accidents: cut, doubled, swapped or lost lines, stray characters, changed case."""
    for _ in range(chance.randint(1, 6)):
        lines, at = text.split("\n"), chance.randrange(len(text) + 1)
        accident = chance.randrange(8)
        if accident == 0:
            text = text[:at]
        elif accident == 1:
            text = text[:at] + chance.choice(NASTY) + text[at:]
        elif accident == 2:
            text = text[:at] + text[at + chance.randint(1, 12) :]
        elif accident == 3 and lines:
            lines.pop(chance.randrange(len(lines)))
            text = "\n".join(lines)
        elif accident == 4:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            text = "\n".join(lines)
        elif accident == 5:
            chance.shuffle(lines)
            text = "\n".join(lines)
        elif accident == 6:
            text = text.upper() if chance.random() < 0.3 else text.replace("-", "•").replace('"', "”")
        else:
            text = text[:at] + "".join(chance.choice(NASTY) for _ in range(5)) + text[at:]
    return text


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.replace("\0", ""), newline="")))


def as_pages(seed: int) -> Pages:
    chance = random.Random(seed)
    hurt = ["guide", *chance.sample(["topics", "teams"], chance.choice([0, 0, 1, 2]))]
    texts = {"topics": TOPICS, "teams": TEAMS, "guide": GUIDE}
    texts |= {name: damaged(texts[name], chance) for name in hurt}
    return Pages(rows(texts["topics"]), rows(texts["teams"]), lines_of(texts["guide"]))


@pytest.mark.parametrize("seed", range(500))
def test_a_damaged_folder(seed: int, now: datetime) -> None:
    pages = as_pages(seed)
    folder = read_folder(pages)
    for problem in folder.problems:
        assert problem.place
        assert problem.wrong
        assert problem.document == "Sheet" or problem.quote
    if folder.draft is None:
        assert any(problem.fatal for problem in folder.problems)
        return
    rules = folder.draft.as_rules(revision=1, published_at=now)
    assert violations("rules.v1", json.loads(rules.model_dump_json())) == []
    assert rules.team(TRIAGE) is not None
    assert all(rules.team(topic.team) for topic in rules.topics)
    assert all((team := rules.team(topic.team)) and (team.channel or team.inbox) for topic in rules.topics)
    assert all(rules.topic(example.topic) for example in rules.examples)
    assert nothing_is_lost(pages, folder) == []


def nothing_is_lost(pages: Pages, folder: Folder) -> list[str]:
    """Lines and rows that were neither understood nor reported. Reads the folder anew, and in the plainest way."""
    assert folder.draft is not None
    return [*lines_lost(pages.guide, folder.draft, folder), *rows_lost(pages, folder.draft, folder)]


def lines_lost(lines: Iterable[Line], draft: Draft, folder: Folder) -> list[str]:
    reported = {problem.quote for problem in folder.problems if problem.document == "Doc"}
    lost, section, number = [], None, 0
    for line in lines:
        words = plain(line.text)
        if line.heading or key(words) in ANY_HEADING or ":" in words.rstrip("-= ")[-1:]:
            section, number = next((name for name in HEADINGS if words == name), None), 0
        elif section and words:
            number += 1
            says_something = any(map(str.isalnum, words)) and not re.match(r"[^\w\s]*\s*(//|<!--)", words)
            if says_something and words not in reported and not understood(section, number, words, draft):
                lost.append(f"{section}: {words}")
    return lost


def understood(section: str, number: int, words: str, draft: Draft) -> bool:
    by_line = {VIPS: draft.vips, RULES: draft.priority_rules, EXAMPLES: draft.examples, APART: draft.kept_apart}
    if section in by_line:
        return number in {one.line for one in by_line[section]}
    listed = draft.urgent_words if section == URGENT else draft.staff
    if section == SETTINGS:
        return f"{draft.target * 100:g}" in words.replace(",", ".")
    parts = [part.strip(" -*•\"'|.") for part in re.split(r"[,;|]|//|\s#\s", words.partition(" //")[0])]
    return any(word.casefold() in words.casefold() for word in listed) and all(
        any(key(word) in key(part) for word in listed) for part in parts if any(map(str.isalnum, part))
    )


def rows_lost(pages: Pages, draft: Draft, folder: Folder) -> list[str]:
    reported = {(problem.part, problem.line) for problem in folder.problems}
    kept = {"Topics": {topic.row for topic in draft.topics}, "Teams": {team.row for team in draft.teams}}
    return [
        f"{tab}, row {number}"
        for tab, written in (("Topics", pages.topics), ("Teams", pages.teams))
        for number, cells in enumerate(written, start=1)
        if any(plain(str(cell)) for cell in cells) and not plain(" ".join(map(str, cells))).startswith("//")
        if number not in kept[tab] and (tab, number) not in reported and number > first_row(written)
    ]


def first_row(written: Sequence[Sequence[object]]) -> int:
    return next(n for n, cells in enumerate(written, start=1) if any(plain(str(cell)) for cell in cells))


def test_the_undamaged_folder_is_whole(read: Callable[..., Folder]) -> None:
    folder = read_folder(Pages(rows(TOPICS), rows(TEAMS), lines_of(GUIDE)))
    assert folder.problems == ()
    assert folder.draft is not None
    assert (len(folder.draft.topics), len(folder.draft.priority_rules), len(folder.draft.examples)) == (3, 4, 3)
