"""Who is meant by what was typed, and which texts and tickets lead to them."""

from __future__ import annotations

from typing import Any

import pytest

from cli.erase.who import Traces, Who
from shared.errors import BadInput

MINE, OTHER = "T-6D3KA1Y040B3", "T-7Y0E2NNQWK6S"


def a_ticket(number: str, *, email: str | None = None, handle: str | None = None, **more: Any) -> dict[str, Any]:
    return {"ticket": {"ticket_id": number, "customer": {"email": email, "handle": handle}, **more}}


def traces_of(*said: str, stored: tuple[dict[str, Any], ...] = ()) -> Traces:
    traces = Traces(Who.of(said))
    for event in stored:
        traces.learn(event)
    return traces


@pytest.mark.parametrize("said", ["*", "*@shop.example", "jane@", "jane@shop", "a@b@c d.example", "jo", "%", ""])
def test_what_may_mean_many_people_is_refused(said: str) -> None:
    with pytest.raises(BadInput, match="CUSTOMER"):
        Who.of([said])


@pytest.mark.parametrize(
    ("said", "customer", "theirs"),
    [
        ("jane@shop.example", {"email": "Jane@Shop.Example"}, True),
        ("JANE@shop.example", {"email": "jane+orders@shop.example"}, True),
        ("jane+orders@shop.example", {"email": "jane@shop.example"}, True),
        ("jörg@bücher.example", {"email": "Jörg@Bücher.example"}, True),
        ("jane@shop.example", {"email": "mary.jane@shop.example"}, False),
        ("jane@shop.example", {"email": "jane@shop.example.org"}, False),
        ("visitor-42", {"handle": "Visitor-42"}, True),
        ("visitor-42", {"handle": "visitor-421"}, False),
        ("jane@shop.example", {"handle": "jane@shop.example"}, True),
        (MINE.lower(), {"email": "jane@shop.example"}, True),
        (OTHER, {"email": "jane@shop.example"}, False),
    ],
)  # fmt: skip
def test_whose_ticket_it_is(said: str, customer: dict[str, str], theirs: bool) -> None:
    assert Who.of([said]).has_sent({"ticket_id": MINE, "customer": customer}) is theirs


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("customer#jane@shop.example", True),
        ("<mailto:JANE@shop.example|Jane>", True),
        ("From: Jane <jane+x@shop.example>", True),
        ("write to jane@shop.example.", True),
        (f"Re: [{MINE}] hello", True),
        (f"https://slack.example/{MINE}?x", True),
        (f"{MINE}X", False),
        ("mary.jane@shop.example", False),
        ("jane@shop.example.org", False),
        ("Jane from the shop", False),
        (OTHER, False),
    ],
)
def test_which_texts_lead_to_an_address(text: str, named: bool) -> None:
    traces = traces_of("jane@shop.example", stored=(a_ticket(MINE, email="jane@shop.example"),))
    assert (text in traces) is named


@pytest.mark.parametrize(
    ("text", "named"),
    [("robin", True), ("customer#handle:robin", True), ("A robin sits there", False), ("robin.jpg", False)],
)
def test_a_handle_that_is_a_word_counts_only_where_it_stands_alone(text: str, named: bool) -> None:
    assert (text in traces_of("robin")) is named


def test_stored_mails_and_files_are_known_by_whose_tickets_they_belong_to() -> None:
    mine = a_ticket(MINE, email="jane@shop.example", raw={"bucket": "b", "key": "inbound/1"}, conversation_id="c1")
    other = a_ticket(OTHER, email="eve@shop.example", attachments=[{"ref": {"bucket": "b", "key": "inbound/2"}}])
    traces = traces_of("jane@shop.example", stored=(mine, other))
    assert traces.objects == {"inbound/1"}
    assert traces.others == {"inbound/2": OTHER}
    assert traces.whose(f"ticket#{OTHER}") == OTHER
    assert traces.whose(f"{OTHER} and {MINE}") is None


def test_a_second_name_of_the_same_person_is_said() -> None:
    stored = (a_ticket(MINE, email="jane@shop.example", handle="JaneS"),)
    assert traces_of("jane@shop.example", stored=stored).other_names == ["janes"]
    assert traces_of("jane@shop.example", "janes", stored=stored).other_names == []


def test_a_ticket_in_somebody_elses_thread_is_looked_for_there() -> None:
    stored = (a_ticket(MINE, email="jane@shop.example", follow_up_to=OTHER),)
    traces = traces_of("jane@shop.example", stored=stored)
    assert traces.has_part_in(f"*{OTHER}* Invoice")
    assert not traces.has_part_in("T-000000000000")


def test_a_learnt_line_is_told_again_without_its_mark() -> None:
    traces = traces_of("jane@shop.example")
    traces.marks.add("43da0737")
    learnt = "My wombelstrak makes a noise when I turn it on in the morning."
    traces.learn_lessons(
        {"rules": {"examples": [{"text": learnt, "learned_from": "43da0737"}, {"text": "hi there, you"}]}}
    )
    traces.learn_lessons({"examples": [{"text": "hi", "learned_from": "43da0737"}]})
    assert f"Examples: removed {learnt}" in traces
    assert "hi there, you" not in traces
