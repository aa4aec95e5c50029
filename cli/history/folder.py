"""The proposed folder as files, new or added to one that is there."""

from __future__ import annotations

import csv
import difflib
import io
import re
from pathlib import Path

from cli.history.proposal import TRIAGE, Proposal, Topic
from cli.rules import FILES
from contracts.rules import Rules
from contracts.words import spelling
from services.learning.domain.likeness import nearly_the_same

_GUIDE = """# How we sort tickets

Proposed from {tickets} past tickets by `ticket-router import`. Read every line: it is yours now.

## Urgent words

outage, down, refund, deadline, losing sales, data loss, security breach, cannot work

## VIP customers

{vips}

## Our people

// - your-company.example

## Priority rules

- escalate when tone is angry and urgency is high
- priority when urgency is high
- priority when tone is angry
- priority when customer is vip

## Settings

// Begin in shadow (docs/switching-over.md): take the marks away.
// mode: shadow

## Examples

{examples}
"""


def new_files(proposal: Proposal) -> dict[str, str]:
    """The three files of a new folder."""
    teams = [name for name in proposal.teams if spelling(name) != TRIAGE]
    vips = "\n".join(f"// - {email} wrote {number} tickets" for email, number in proposal.frequent)
    guide = _GUIDE.format(
        tickets=sum(topic.tickets for topic in proposal.topics),
        vips=vips or "// - an-address@or-a-domain.example",
        examples="\n".join(_example(topic, text) for topic in proposal.topics for text in topic.examples),
    )
    return {
        "topics.csv": _csv([["topic", "what it covers", "team"], *map(_topic_row, proposal.topics)]),
        "teams.csv": _csv([["team", "slack channel", "inbox", "lead", "manager"], *map(_team_row, (*teams, TRIAGE))]),
        "guide.md": guide,
    }


def with_more(there: Path, proposal: Proposal, rules: Rules) -> dict[str, str]:
    """The three files of a folder with what it lacks added: topics, teams, examples unlike those it has."""
    files = {name: (there / name).read_text(encoding="utf-8-sig") for name in FILES}
    new = [topic for topic in proposal.topics if rules.topic(topic.name) is None]
    teams = dict.fromkeys(topic.team for topic in new if rules.team(topic.team) is None)
    files["topics.csv"] = _ended(files["topics.csv"]) + _csv(list(map(_topic_row, new)))
    files["teams.csv"] = _ended(files["teams.csv"]) + _csv(list(map(_team_row, teams)))
    known = [example.text for example in rules.examples]
    lines = [
        _example(topic, text)
        for topic in proposal.topics
        for text in topic.examples
        if not any(nearly_the_same(text, one) for one in known)
    ]
    files["guide.md"] = _into_examples(files["guide.md"], lines)
    return files


def diff(there: Path, files: dict[str, str]) -> str:
    """What would change, as a diff."""
    found: list[str] = []
    for name, text in files.items():
        before = (there / name).read_text(encoding="utf-8-sig") if (there / name).exists() else ""
        now, then = before.splitlines(), text.splitlines()
        found += difflib.unified_diff(now, then, f"{name} now", f"{name} then", n=0, lineterm="")
    return "\n".join(found)


def write(there: Path, files: dict[str, str]) -> None:
    """Write them."""
    there.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (there / name).write_text(text, encoding="utf-8")


def _into_examples(guide: str, lines: list[str]) -> str:
    if not lines:
        return guide
    heading = re.search(r"^#+\s*examples\s*$", guide, re.I | re.M)
    if heading is None:
        return f"{_ended(guide)}\n## Examples\n\n" + "\n".join(lines) + "\n"
    rest = guide[heading.end() :]
    following = re.search(r"^#", rest, re.M)
    at = heading.end() + (following.start() if following else len(rest))
    return guide[:at].rstrip("\n") + "\n" + "\n".join(lines) + "\n" + ("\n" + guide[at:] if following else "")


def _example(topic: Topic, text: str) -> str:
    label = f'"{topic.name}"' if re.search(r"[:|→\t]", topic.name) else topic.name
    return f"- {label}: {text}"


def _topic_row(topic: Topic) -> list[str]:
    return [topic.name, ", ".join(topic.covers), topic.team]


def _team_row(name: str) -> list[str]:
    channel = "-".join(re.sub(r"[^\w-]+", " ", name.casefold()).split())[:80]
    return [name, f"#{channel}", "", "", ""]


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"
