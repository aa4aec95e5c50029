"""The Doc's Settings and free text: what is understood, and what is said about the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.rules import MEANING_CHARS
from services.learning.domain import Folder

Read = Callable[..., Folder]
GMAIL = "https://mail.google.com/mail/u/0/#search/rfc822msgid:{message_id}"
TAWK = "https://dashboard.tawk.to/#/chat/{conversation_id}"


def settings(read: Read, *lines: str) -> Folder:
    return read("## Settings\n" + "\n".join(f"- {line}" for line in lines))


@pytest.mark.parametrize(
    ("line", "source", "template"),
    [
        (f"answer mail at {GMAIL}", "mail", GMAIL),
        (f"Answer e-mails at: {GMAIL}", "mail", GMAIL),
        (f"answer a chat in {TAWK} // since May", "chat", TAWK),
        (f"answer chat = {TAWK}", "chat", TAWK),
        ("answer form at mailto:", "form", "mailto:"),
        (
            "answer forms with MAILTO:{customer}?subject=Re:%20{subject}",
            "form",
            "MAILTO:{customer}?subject=Re:%20{subject}",
        ),
    ],
)
def test_where_a_ticket_is_answered(read: Read, line: str, source: str, template: str) -> None:
    folder = settings(read, line)
    assert folder.problems == ()
    assert folder.draft is not None
    (link,) = folder.draft.answer_links
    assert (link.source, link.template, link.line) == (source, template, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("answer mail at http://mail.example/{message_id}", "begins with https: or mailto:; not *http:*"),
        ("answer mail at javascript:alert(1)", "begins with https: or mailto:"),
        ("answer mail at mail.example.com/{message_id}", "begins with https: or mailto:"),
        ("answer mail at", "no address behind it"),
        ("answer mail at:", "no address behind it"),
        ("answer mail at https://x.example/{messageid}", "I do not know {messageid}. Did you mean {message_id}?"),
        ("answer chat at https://x.example/{message_id}", "a chat has no {message_id}"),
        ("answer form at https://x.example/{conversation_id}", "a form has no {conversation_id}"),
        ("answer mail at https://x.example/{", "a brace is open"),
        ("answer mail at https://{customer}/", "names no page of its own"),
        ("answer mail at https://good.example@evil.example/", "names no page of its own"),
        ("answer mail at https:///{message_id}", "names no page of its own"),
        ("answer mail at https://[x", "names no page of its own"),
        ("answer mail at mailto:{customer}?subject=Re: {subject}", "no spaces"),
        ("answer fax at https://x.example/", "by mail, form or chat; not by *fax*"),
        ("colour: blue", "no setting *colour*. There is: hold target"),
        ("shadow chanel: #trial", "Did you mean: shadow channel: #name?"),
        ("shadow channel: the trial one", "no Slack channel name"),
        ("per person figures in the digest: maybe", "yes or no; not *maybe*"),
        ("live: finance", "only while the others are in shadow mode"),
    ],
)
def test_a_setting_that_is_not_understood_is_left_out_with_the_cure(read: Read, line: str, said: str) -> None:
    folder = settings(read, line)
    (problem,) = folder.problems
    assert (problem.place, problem.fatal) == ("Settings, line 1", False)
    assert said in str(problem)
    assert problem.cure
    assert folder.draft is not None
    assert (folder.draft.answer_links, folder.draft.shadow, folder.draft.live_teams) == ((), False, ())


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ((), {"shadow": False, "live_teams": (), "shadow_channel": None, "per_person": False}),
        (("mode: live",), {"shadow": False}),
        (("Mode = Shadow",), {"shadow": True, "live_teams": ()}),
        (("mode is shadow", "live: Finance、engineering"), {"shadow": True, "live_teams": ("finance", "engineering")}),
        (("live: the finance team and engineering", "mode: shadow"), {"live_teams": ("finance", "engineering")}),
        (("shadow channel: #Router-Trial",), {"shadow_channel": "router-trial"}),
        (("shadow channel: C0TRIAL123",), {"shadow_channel": "C0TRIAL123"}),
        (("per person figures in the digest: yes",), {"per_person": True}),
        (("Per-person figures: no",), {"per_person": False}),
        (("hold target: 90 %", "mode: shadow"), {"target": 0.9, "shadow": True}),
    ],
)
def test_the_mode_and_the_digest(read: Read, lines: tuple[str, ...], kept: dict[str, Any]) -> None:
    folder = settings(read, *lines)
    assert folder.problems == ()
    assert {name: getattr(folder.draft, name) for name in kept} == kept


@pytest.mark.parametrize("line", ["mode: shadwo", "mode:", "mode: off", "mode: shadow\n- live: finanze"])
def test_what_would_call_or_silence_the_wrong_people_keeps_the_last_good_rules(read: Read, line: str) -> None:
    folder = settings(read, line)
    assert folder.draft is None
    assert [problem.fatal for problem in folder.problems] == [True]


@pytest.mark.parametrize(
    "lines",
    [
        (f"answer mail at {GMAIL}", "answer mails at mailto:"),
        ("mode: shadow", "mode: live"),
        ("hold target: 90 %", "hold target: 80 %"),
    ],
)
def test_of_two_lines_the_first_counts(read: Read, lines: tuple[str, str]) -> None:
    folder = settings(read, *lines)
    (problem,) = folder.problems
    assert problem.place == "Settings, line 2"
    assert "line 1 says" in problem.wrong
    assert folder.draft == settings(read, lines[0]).draft


def test_what_urgent_and_angry_mean_to_the_team_is_free_text(read: Read) -> None:
    guide = "## Urgent means\n- A line stands still, or an animal is in danger.\n// no offers\n- Not: a late parcel.\n"
    folder = read(guide + "## Tone means\nAngry: threatens to leave, or writes in capitals.")
    assert folder.problems == ()
    assert folder.draft is not None
    assert folder.draft.urgent_means == "A line stands still, or an animal is in danger.\nNot: a late parcel."
    assert folder.draft.tone_means == "Angry: threatens to leave, or writes in capitals."


def test_of_too_long_a_text_the_beginning_is_taken_and_its_writer_told(read: Read) -> None:
    folder = read("## Urgent means\n" + "a line stands still " * 60)
    assert folder.draft is not None
    assert MEANING_CHARS - 20 < len(folder.draft.urgent_means) <= MEANING_CHARS
    (problem,) = folder.problems
    assert f"first {MEANING_CHARS}" in problem.wrong


@pytest.mark.parametrize(
    ("row", "covers", "covers_not"),
    [
        (["billing", "invoices, VAT", "finance", "refunds"], "invoices, VAT", "refunds"),
        (["billing", "invoices, VAT; not: refunds, payroll", "finance"], "invoices, VAT", "refunds, payroll"),
        (["billing", "invoices (Not: refunds)", "finance"], "invoices", "refunds"),
        (["billing", "invoices. not: refunds", "finance", "payroll"], "invoices", "payroll; refunds"),
        (["billing", "why it does not: unclear", "finance"], "why it does", "unclear"),
        (["billing", "cannot: x", "finance"], "cannot: x", ""),
        (["billing", "not paid invoices", "finance"], "not paid invoices", ""),
    ],
)
def test_what_a_topic_does_not_cover(read: Read, row: list[str], covers: str, covers_not: str) -> None:
    folder = read(topics=[["topic", "what it covers", "team", "not"], row])
    assert folder.problems == ()
    assert folder.draft is not None
    (topic,) = folder.draft.topics
    assert (topic.covers, topic.covers_not) == (covers, covers_not)


def test_topics_that_say_what_they_do_not_cover_are_told_apart_by_it(read: Read) -> None:
    rows = [["orders", "orders and returns", "finance", "wholesale"], ["wholesale", "orders and returns", "finance"]]
    assert read(topics=[["topic", "what it covers", "team", "not"], *rows]).problems == ()
