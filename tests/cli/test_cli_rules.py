"""``rules check`` and ``rules try``: what they print, and that a prediction is what then happens."""

from __future__ import annotations

import json
import random
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.replay import replay
from cli.rules import app, rules_in
from contracts.rules import Rules
from contracts.ticket import Customer, Ticket
from services.classifier.domain.answer import Answer, check
from services.classifier.domain.prompt import build_prompt
from services.classifier.domain.reading import reading_of
from services.router.domain import decide_move
from shared.errors import BadInput

SAMPLE = Path(__file__).resolve().parents[2] / "rules"
RUN = CliRunner()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "rules"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def test_check_finds_nothing_in_the_sample() -> None:
    result = RUN.invoke(app, ["check", str(SAMPLE)])
    assert (result.exit_code, "no problems" in result.stderr) == (0, True)


def test_cells_may_be_parted_by_what_a_spreadsheet_writes_where_the_comma_is_the_decimal_mark(copy: Path) -> None:
    (copy / "topics.csv").write_text("\ufefftopic;what it covers;team\nbilling;invoices, VAT;finance\n")
    (copy / "guide.md").write_text("")
    (topic,) = rules_in(copy).topics
    assert (topic.name, topic.covers, topic.team) == ("billing", "invoices, VAT", "finance")


def test_check_names_every_problem_and_goes_on(copy: Path) -> None:
    edit(copy, "guide.md", "priority when tone is angry", "priority when mood is angry")
    result = RUN.invoke(app, ["check", str(copy), "--json"])
    assert result.exit_code == 0
    (problem,) = (json.loads(line) for line in result.stdout.splitlines())
    assert (problem["document"], problem["place"], problem["fatal"]) == ("Doc", "Priority rules, line 4", False)


def test_check_names_topics_and_examples_that_nobody_can_tell_apart_and_leaves_none_out(copy: Path) -> None:
    edit(
        copy,
        "topics.csv",
        "privacy,",
        'payback,"money back, cancelled and still charged, charged twice",support\nprivacy,',
    )
    edit(
        copy,
        "guide.md",
        "- outage: The dashboard",
        "- bug: Our whole shop shows an error 503, and nobody can order a thing\n- outage: The dashboard",
    )
    edit(copy, "guide.md", "priority when tone is angry", "priority when mood is angry")
    result = RUN.invoke(app, ["check", str(copy)])
    assert result.exit_code == 0
    assert "Topics, row 11: *payback* covers nearly the same as *refund* (row 5)" in result.stdout
    assert "Sheet: payback | money back" in result.stdout
    assert "Examples, line 2: line 1 says nearly the same under *outage*, this line under *bug*" in result.stdout
    assert "11 topics" in result.stderr
    assert "1 line left out, 2 lines in force that nobody can tell from another." in result.stderr


def test_check_fails_when_the_rules_could_not_go_live(copy: Path) -> None:
    edit(copy, "topics.csv", ",finance", ",finanse")
    result = RUN.invoke(app, ["check", str(copy)])
    assert result.exit_code == 2
    assert "Topics, row 4: the Teams tab has no team *finanse*. Did you mean finance?" in result.stdout


@pytest.mark.parametrize(
    ("broken", "words"), [("missing", "no such folder"), ("teams.csv", "no such file"), ("guide.md", "UTF-8")]
)
def test_a_folder_that_cannot_be_read_says_why(copy: Path, broken: str, words: str) -> None:
    if broken == "guide.md":
        (copy / broken).write_bytes(b"\xff\xfe\x00\xd8")
    elif broken == "teams.csv":
        (copy / broken).unlink()
    result = RUN.invoke(app, ["check", str(copy if broken != "missing" else copy / "nothing")])
    assert isinstance(result.exception, BadInput)
    assert words in str(result.exception)


TEXTS = ["Our shop is down", "The export is slow", "I want a refund now", "Where is my invoice?", "hello there friend"]


def said_by_the_model(chance: random.Random, rules: Rules) -> dict[str, object]:
    names = [topic.name for topic in rules.topics]
    return {
        "topic": chance.choice([*names, "none of these"]), "second": chance.choice(names),
        "urgency": chance.choice(["low", "medium", "high"]), "tone": chance.choice(["calm", "confused", "angry"]),
        "confidence": round(chance.random() ** 0.2, 2), "why": "so it seems",
    }  # fmt: skip


def ticket(chance: random.Random, number: int) -> Ticket:
    who = chance.choice(["a@northwind-traders.example", "b@globex.example", "c@nobody.example", None])
    return Ticket(
        ticket_id=f"T-{number}", source=chance.choice(["mail", "form", "chat"]), customer=Customer(email=who),
        text=chance.choice(TEXTS), received_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip


def changed_rules(copy: Path) -> Rules:
    edit(copy, "topics.csv", 'button does nothing, a file that will not import",engineering', 'anything",support')
    edit(copy, "guide.md", "- priority when tone is angry", "- priority when source is chat")
    edit(copy, "guide.md", "globex.example → engineering", "globex.example → finance")
    (copy / "guide.md").write_text((copy / "guide.md").read_text() + "\n## Settings\nhold target: 80 %\n")
    return rules_in(copy)


def test_what_try_predicts_is_what_then_happens(copy: Path) -> None:
    """The model answers the same; classifier and router then work under the new rules for real."""
    chance, before, after = random.Random(7), rules_in(SAMPLE), changed_rules(copy)
    logged, happened = [], {}
    for number in range(1000):
        one, answer = ticket(chance, number), Answer(said=said_by_the_model(chance, before))
        was, will_be = (
            reading_of(check(answer, rules), answer, build_prompt(one, rules), rules, "m") for rules in (before, after)
        )
        logged.append((one, was))
        then, now = decide_move(one, will_be, after), decide_move(one, was, before)
        if (then.kind, then.team, then.position, then.pings) != (now.kind, now.team, now.position, now.pings):
            happened[one.ticket_id] = (then.kind, then.team, then.position, then.pings)
    started = time.monotonic()
    predicted = replay(logged, before=before, after=after)
    print(f"1,000 tickets replayed in {time.monotonic() - started:.2f} s")
    found = {c.ticket.ticket_id: (c.after.kind, c.after.team, c.after.position, c.after.pings) for c in predicted}
    assert found == happened
    assert 100 < len(found) < 1000


def test_try_prints_what_would_move_and_what_it_cannot_know(copy: Path, tmp_path: Path) -> None:
    chance, before = random.Random(8), rules_in(SAMPLE)
    changed_rules(copy)
    edit(copy, "topics.csv", "one feature misbehaves", "anything")
    edit(copy, "guide.md", "- bug: The export button does nothing when I pick last month.\n", "")
    log = tmp_path / "log.jsonl"
    with log.open("w") as lines:
        for number in range(50):
            one, answer = ticket(chance, number), Answer(said=said_by_the_model(chance, before))
            reading = reading_of(check(answer, before), answer, build_prompt(one, before), before, "m")
            line = {"ticket": one.model_dump(mode="json"), "reading": reading.model_dump(mode="json")}
            lines.write(json.dumps(line) + "\n")
    result = RUN.invoke(app, ["try", str(copy), "--log", str(log), "--against", str(SAMPLE), "--json"])
    assert result.exit_code == 0
    changes = [json.loads(line) for line in result.stdout.splitlines()]
    assert changes
    assert all(change["before"]["reasons"] and change["after"]["reasons"] for change in changes)
    assert f"{len(changes)} of 50 tickets would move." in result.stderr
    assert "1 example differs and 1 topic is" in result.stderr
    same = RUN.invoke(app, ["try", str(SAMPLE), "--log", str(log), "--against", str(SAMPLE), "--json"])
    assert (same.stdout, "0 of 50" in same.stderr) == ("", True)


def test_a_log_line_that_is_none_is_named(copy: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"ticket": {"ticket_id": "T-1"}, "reading": {}}\n')
    result = RUN.invoke(app, ["try", str(copy), "--log", str(log), "--against", str(SAMPLE)])
    assert isinstance(result.exception, BadInput)
    assert str(result.exception).startswith("line 1, ticket.source")
