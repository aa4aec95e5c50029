"""The folder as people write it: what is understood, what is reported, and where."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.learning.domain import Folder, Pages, lines_of, read_folder

Read = Callable[..., Folder]
SAMPLE = Path(__file__).resolve().parents[4] / "rules"
HEAD, TEAM_HEAD = ["topic", "what it covers", "team"], ["team", "slack channel", "inbox", "lead", "manager"]
THREE_TEAMS = [TEAM_HEAD, ["engineering", "#engineering"], ["finance", "#finance"], ["triage", "#triage"]]
TRIAGE = ["triage", "#triage", "", "", ""]


def faults(folder: Folder) -> list[tuple[str, bool]]:
    return [(problem.place, problem.fatal) for problem in folder.problems]


@pytest.mark.skipif(not SAMPLE.exists(), reason="the service is being tested alone: the sample folder is not here")
def test_the_sample_folder_is_read_without_a_word_of_complaint() -> None:
    topics, teams = (list(csv.reader((SAMPLE / name).open(newline=""))) for name in ("topics.csv", "teams.csv"))
    folder = read_folder(Pages(topics, teams, lines_of((SAMPLE / "guide.md").read_text())))
    assert folder.problems == ()
    assert folder.draft is not None
    assert len(folder.draft.topics) == len(topics) - 1
    assert len(folder.draft.teams) == len(teams) - 1
    assert {example.topic for example in folder.draft.examples} == {topic.name for topic in folder.draft.topics}


@pytest.mark.parametrize(
    ("guide", "part", "expected"),
    [
        (
            "URGENT WORDS\noutage, Down\n• “losing sales”; outage\n// not for calm days",
            "urgent_words",
            ("outage", "Down", "losing sales"),
        ),
        ("## Urgent words:\n| outage |\n|---|\n| down |", "urgent_words", ("outage", "down")),
        ("### **Urgent words**\n1. down // or up\n2) out", "urgent_words", ("down", "out")),
        (
            "## Our people\n@example.com, anna@Partner.example\n* *.sub.example",
            "staff",
            ("example.com", "anna@partner.example", "sub.example"),
        ),
        (
            "## Urgent words\n停机，宕机，紧急\n停止、障害；緊急",
            "urgent_words",
            ("停机", "宕机", "紧急", "停止", "障害", "緊急"),
        ),
        ("## Urgent words\nعطل، توقف؛ عاجل", "urgent_words", ("عطل", "توقف", "عاجل")),
        (
            "## Urgent words\noutage • down · crash/error\nTCP/IP, 24/7, col·lapse, I/O",
            "urgent_words",
            ("outage", "down", "crash", "error", "TCP/IP", "24/7", "col·lapse", "I/O"),
        ),
        ("## Urgent words\ncan\u2019t log in, can't log in, CAN`T LOG IN", "urgent_words", ("can't log in",)),
        ("## Our people\nexample.com、partner.example", "staff", ("example.com", "partner.example")),
        ("## Settings\nhold target: 97,5 %", "target", 0.975),
        ("## Settings\n- Target = 0.9", "target", 0.9),
        ("## Notes\noutage, down", "urgent_words", ()),
        ("## Urgent words\ndown\n## Holiday plans\nbeach", "urgent_words", ("down",)),
        ("Urgent words\u000bdown\u000bout", "urgent_words", ("down", "out")),
        ("Urgent words: down, out", "urgent_words", ("down", "out")),
        ("**Urgent words**\n\\- **down**\nVIPs:\nx.example", "urgent_words", ("down",)),
        (
            "## 1. Urgent words ⏰ (Bob)\ndown\n### German\nAusfall\n## Notes\nbeach",
            "urgent_words",
            ("down", "Ausfall"),
        ),
        ("Urgent words\n=====\nurgent\npriority", "urgent_words", ("urgent", "priority")),
        ("| Urgent words |\n| word |\n| down |", "urgent_words", ("down",)),
        ("## Our people\nBob Ray <bob@x.example>; mailto:eve@x.example", "staff", ("bob@x.example", "eve@x.example")),
    ],
)
def test_the_many_ways_to_write_the_same(read: Read, guide: str, part: str, expected: Any) -> None:
    folder = read(guide)
    assert folder.problems == ()
    assert getattr(folder.draft, part) == expected


@pytest.mark.parametrize(
    ("line", "match", "team", "person"),
    [
        ("globex.example", "globex.example", None, None),
        ("@Globex.example → engineering", "globex.example", "engineering", None),
        ("globex.example -> Engineering", "globex.example", "engineering", None),
        ("- amelie@atelier.example => <@U0ENGLEAD>", "amelie@atelier.example", None, "U0ENGLEAD"),
        ("mailto:amelie@atelier.example --> anna@example.com", "amelie@atelier.example", None, "anna@example.com"),
        ("| amelie@atelier.example | finance |", "amelie@atelier.example", "finance", None),
        ("| amelie@atelier.example | finance | since May |", "amelie@atelier.example", "finance", None),
        ("Amélie D. <amelie@atelier.example> → the finance team (May)", "amelie@atelier.example", "finance", None),
        ("[globex.example](http://globex.example)\t#engineering", "globex.example", "engineering", None),
        ("*@globex.example: engineering", "globex.example", "engineering", None),
        ("https://www.globex.example/", "globex.example", None, None),
    ],
)
def test_a_vip_line(read: Read, line: str, match: str, team: str | None, person: str | None) -> None:
    folder = read(f"# VIP customers\n\n{line}")
    assert folder.problems == ()
    assert folder.draft is not None
    (vip,) = folder.draft.vips
    assert (vip.match, vip.team, vip.person, vip.line) == (match, team, person, 1)


@pytest.mark.parametrize(
    ("line", "topic", "text", "urgency", "learned_from"),
    [
        ("billing: Where is it?", "billing", "Where is it?", None, None),
        ("BILLING – “Where is it?”", "billing", "Where is it?", None, None),
        ("- billing → see https://example.com/a: b", "billing", "see https://example.com/a: b", None, None),
        ("| billing | Where is it? |", "billing", "Where is it?", None, None),
        ("sales: EMEA, and APAC: A quote please", "sales: EMEA, and APAC", "A quote please", None, None),
        ('"sales: EMEA, and APAC": A quote please', "sales: EMEA, and APAC", "A quote please", None, None),
        ("outage (high): All is red", "outage", "All is red", "high", None),
        ("outage [urgency: low]: All is green", "outage", "All is green", "low", None),
        ("billing: Why? (learned from correction 1a2b3c4d)", "billing", "Why?", None, "1a2b3c4d"),
        ("| outage | high | All is red |", "outage", "All is red", "high", None),
    ],
)
def test_an_example_line(
    read: Read, line: str, topic: str, text: str, urgency: str | None, learned_from: str | None
) -> None:
    folder = read(f"Examples\n{line}")
    assert folder.problems == ()
    assert folder.draft is not None
    (example,) = folder.draft.examples
    assert (example.topic, example.text, example.urgency, example.learned_from) == (topic, text, urgency, learned_from)


def test_a_section_that_learning_opens_without_a_style_is_one_also_below_another(read: Read) -> None:
    folder = read("## Not copies\nAlarm\n\nExamples\nbilling: Where?")
    assert folder.draft is not None
    assert [example.text for example in folder.draft.examples] == ["Where?"]
    assert [one.text for one in folder.draft.kept_apart] == ["Alarm"]


def test_a_heading_that_is_a_topic_labels_the_examples_below_it(read: Read) -> None:
    folder = read("## Examples\n### billing\n- Where: there?\n- outage: All is red\n### Others\n- bug: It shakes")
    assert folder.problems == ()
    assert folder.draft is not None
    assert [(example.topic, example.text) for example in folder.draft.examples] == [
        ("billing", "Where: there?"),
        ("outage", "All is red"),
        ("bug", "It shakes"),
    ]


@pytest.mark.parametrize(
    ("guide", "place", "quote", "words"),
    [
        (
            "## Priority rules\npriority when tone is angry\n\n- priority when mood is bad",
            "Priority rules, line 2",
            "- priority when mood is bad",
            "not *mood*",
        ),
        ("## VIP customers\nGlobex Ltd", "VIP customers, line 1", "Globex Ltd", "neither an address nor a domain"),
        (
            "## VIP customers\nglobex.example → engneering",
            "VIP customers, line 1",
            "globex.example → engneering",
            "Did you mean engineering?",
        ),
        ("## VIP customers\na.example\na.example", "VIP customers, line 2", "a.example", "already on the list"),
        ("## Our people\nexample.com bob", "Our people, line 1", "example.com bob", "*bob*"),
        (
            "## Urgent words\nWe think that these words mean it",
            "Urgent words, line 1",
            "We think",
            "no word or short phrase",
        ),
        ("## Urgent words\noutage and down", "Urgent words, line 1", "outage and down", "commas between"),
        ("## Urgent words\nglobex.example", "Urgent words, line 1", "globex.example", "an address or a domain"),
        ("## VIP customers\nx.example except bob@x.example", "VIP customers, line 1", "x.example", "*except*"),
        ("## VIP customers\nx.example (no longer)", "VIP customers, line 1", "x.example", "*(no longer)*"),
        ("## VIP customers\n→ finance", "VIP customers, line 1", "→ finance", "neither an address nor a domain"),
        ("## VIP customers\n~~x.example~~", "VIP customers, line 1", "~~x.example~~", "struck through"),
        ("## Wichtige Kunden\n\n- x.example → finance", "Wichtige Kunden, line 1", "- x.example", "do not read"),
        ("escalate when tone is angry", "Before the first heading, line 1", "escalate when", "do not read"),
        ("## When to escalate\nangry and urgent", "When to escalate, line 1", "angry and urgent", "a line of Priority"),
        ("## Examples\nbiling: Where?", "Examples, line 1", "biling: Where?", "Did you mean billing?"),
        ("## Examples\nJust some words", "Examples, line 1", "Just some words", "needs its topic"),
        ("## Examples\nbilling:", "Examples, line 1", "billing:", "no text behind"),
        (
            "## Examples\nbilling: a b\noutage: A  b",
            "Examples, line 2",
            "outage: A b",
            "line 1 has the same words for billing",
        ),
        ("## Settings\ncolour: blue", "Settings, line 1", "colour: blue", "hold target"),
        ("## Settings\nhold target: 100 %", "Settings, line 1", "hold target: 100 %", "between 50 % and 99.9 %"),
        ("## Urgent word list", "Urgent word list", "Urgent word list", "Did you mean Urgent words?"),
    ],
)
def test_a_line_that_is_not_understood_is_left_out_and_reported(
    read: Read, guide: str, place: str, quote: str, words: str
) -> None:
    folder = read(guide)
    assert folder.draft is not None
    (problem,) = folder.problems
    assert problem.place == place
    assert problem.quote.startswith(quote)
    assert words in str(problem)
    assert not problem.fatal


@pytest.mark.parametrize(
    ("topics", "place", "words"),
    [
        ([], "Topics", "empty"),
        ([HEAD], "Topics", "no row below"),
        ([["subject", "for", "whom"], ["a", "b", "c"]], "Topics, row 1", "headings"),
        ([["topik", "what it covers", "team"], ["a", "b", "finance"]], "Topics, row 1", "Write topic instead of topik"),
        ([HEAD, ["billing", "", "finace"]], "Topics, row 2", "Did you mean finance?"),
        ([HEAD, ["billing", ""]], "Topics, row 2", "has no team"),
        ([HEAD, ["#REF!", "", "finance"]], "Topics, row 2", "#REF!"),
    ],
)
def test_topics_that_would_leave_tickets_without_a_team_are_fatal(
    read: Read, topics: list[list[str]], place: str, words: str
) -> None:
    folder = read(topics=topics)
    assert folder.draft is None
    assert faults(folder) == [(place, True)]
    assert words in str(folder.problems[0])


@pytest.mark.parametrize(
    ("teams", "place", "words"),
    [
        ([], "Teams", "empty"),
        ([TEAM_HEAD, ["finance", "#finance"], ["engineering", "#e"]], "Teams", "no team named triage"),
        ([TEAM_HEAD, ["finance", "", ""], ["engineering", "#e"], TRIAGE], "Teams, row 2", "nobody would see"),
        ([["group", "slack channel"], ["finance", "#f"]], "Teams, row 1", "headings"),
    ],
)
def test_teams_that_nobody_could_work_from_are_fatal(
    read: Read, teams: list[list[str]], place: str, words: str
) -> None:
    folder = read(teams=teams)
    assert folder.draft is None
    assert faults(folder) == [(place, True)]
    assert words in str(folder.problems[0])


@pytest.mark.parametrize(
    ("row", "words", "kept"),
    [
        (
            ["finance", "#fin ance", "f@example.com", "", ""],
            "no Slack channel name",
            {"channel": None, "inbox": "f@example.com"},
        ),
        (["finance", "#fin", "f at example", "", ""], "no e-mail address", {"channel": "fin", "inbox": None}),
        (["finance", "U0FINLEAD", "f@example.com", "", ""], "no Slack channel name", {"channel": None}),
        (["finance", "#fin", "", "@anna", ""], "neither a Slack user id nor", {"lead": None, "channel": "fin"}),
    ],
)
def test_a_cell_that_cannot_be_used_is_left_out_and_reported(
    read: Read, row: list[str], words: str, kept: dict[str, str | None]
) -> None:
    folder = read(teams=[TEAM_HEAD, row, ["engineering", "#e"], TRIAGE])
    assert folder.draft is not None
    assert faults(folder) == [("Teams, row 2", False)]
    assert words in str(folder.problems[0])
    finance = folder.draft.teams[0]
    assert {name: getattr(finance, name) for name in kept} == kept


def test_hours_that_may_mean_two_things_are_left_out_and_asked_about(read: Read) -> None:
    head = [*TEAM_HEAD, "hours"]
    rows = [["finance", "#f", "", "", "", "Mon-Fri 1-5 UTC"], ["engineering", "#e", "", "", "", "9-5 UTC"], TRIAGE]
    folder = read(teams=[head, *rows])
    assert folder.draft is not None
    assert [team.hours for team in folder.draft.teams] == [None, "9-5 UTC", None]
    assert faults(folder) == [("Teams, row 2", False)]
    assert "may be in the afternoon or at night" in str(folder.problems[0])


@pytest.mark.parametrize(
    ("cell", "channel"),
    [
        ("#Finance", "finance"),
        ("財務", "財務"),
        ("C0ENG12345", "C0ENG12345"),
        ("G0ENG12345", "G0ENG12345"),
        ("#C0ENG12345", "C0ENG12345"),
        ("<#C0ENG12345|eng>", "C0ENG12345"),
        ("https://acme.slack.com/archives/C0ENG12345", "C0ENG12345"),
        ("https://app.slack.com/client/T0ACME123/C0ENG12345", "C0ENG12345"),
    ],
)
def test_a_channel_by_its_name_or_its_id(read: Read, cell: str, channel: str) -> None:
    folder = read(teams=[TEAM_HEAD, ["finance", cell], ["engineering", "#e"], TRIAGE])
    assert folder.problems == ()
    assert folder.draft is not None
    assert folder.draft.teams[0].channel == channel


@pytest.mark.parametrize(
    "line", ["globex.example → EMEA | Sales", "globex.example: emea | sales", "| globex.example | EMEA | Sales | May |"]
)
def test_a_vip_is_pinned_to_a_team_with_a_bar_in_its_name(read: Read, line: str) -> None:
    folder = read(f"## VIP customers\n{line}", teams=[*THREE_TEAMS, ["EMEA | Sales", "#emea"]])
    assert folder.problems == ()
    assert folder.draft is not None
    assert [(vip.match, vip.team) for vip in folder.draft.vips] == [("globex.example", "EMEA | Sales")]


def test_columns_in_any_order_and_names_in_any_case_are_understood(read: Read) -> None:
    folder = read(
        topics=[
            [],
            ["Team", "Remarks", "TOPIC", "Covers"],
            ["Finance", "x", "“Billing”", "VAT"],
            ["// old", "", "", ""],
        ],
        teams=[
            ["Hours", "On-call", "Name", "Channel"],
            ["Mon–Fri 9–17 Europe/Berlin", "U0ANNA", "FINANCE", "fin"],
            ["", "", "Triage", "tri"],
        ],
    )
    assert folder.problems == ()
    assert folder.draft is not None
    (topic,) = folder.draft.topics
    assert (topic.name, topic.covers, topic.team, topic.row) == ("Billing", "VAT", "FINANCE", 3)
    assert (folder.draft.teams[0].on_call, folder.draft.teams[0].hours) == ("U0ANNA", "Mon–Fri 9–17 Europe/Berlin")


def test_the_first_of_two_rows_counts(read: Read) -> None:
    folder = read(topics=[HEAD, ["billing", "a", "finance"], ["Billing", "b", "engineering"]])
    assert folder.draft is not None
    assert [(topic.name, topic.team) for topic in folder.draft.topics] == [("billing", "finance")]
    assert faults(folder) == [("Topics, row 3", False)]
    assert "already in row 2" in str(folder.problems[0])


def test_one_mistake_in_the_sheet_is_reported_once(read: Read) -> None:
    folder = read("## Examples\nbilling: Where?", topics=[HEAD, ["billing", "", "finace"]])
    assert faults(folder) == [("Topics, row 2", True)]
    assert faults(read("## Examples\nbilling: Where?", teams=[])) == [("Teams", True)]
