"""What a team says itself: what a topic does not cover, what is urgent, what is angry. Through the one prompt."""

from __future__ import annotations

import pytest

from contracts.rules import Rules
from contracts.ticket import Reading
from evaluation.models import OfflineReader
from evaluation.sheet import rules_of, ticket_of
from local.reader.manner import TONES, URGENCIES, meanings
from services.classifier import app

TOPICS = {
    "billing": "invoices, charges, payment methods",
    "appointments": "booking, moving or cancelling a visit",
    "repairs": "a machine that is broken or leaks",
}
NOTS = {"billing": "bills that others send to us; refunds", "repairs": "phones, computers, jobs"}
PLAIN = rules_of(TOPICS, ())
WITH_NOTS = PLAIN.model_copy(
    update={"topics": tuple(t.model_copy(update={"covers_not": NOTS.get(t.name, "")}) for t in PLAIN.topics)}
)


def read(text: str, rules: Rules) -> Reading:
    return app.read(ticket=ticket_of(text), rules=rules, model=OfflineReader())


@pytest.mark.parametrize(
    "text",
    [
        "Can you repair my phone? The screen is broken",
        "I would like to apply for the job as a technician",
        "I was charged twice, I want a refund",
        "My laptop does not start any more",
    ],
)
def test_what_a_topic_does_not_cover_is_held_and_believed_less(text: str) -> None:
    assert read(text, WITH_NOTS).topic is None
    assert read(text, WITH_NOTS).confidence < read(text, PLAIN).confidence


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("The washing machine leaks from below", "repairs"),
        ("Can I move my visit to Tuesday?", "appointments"),
        ("Please send me the invoice again", "billing"),
    ],
)
def test_what_a_topic_covers_stays_its_own(text: str, topic: str) -> None:
    assert read(text, WITH_NOTS).candidates[0].topic == topic


@pytest.mark.parametrize(
    ("means", "text", "before", "after"),
    [
        ("A line stands still.\nNot: a late parcel.", "My parcel is two days late", "medium", "low"),
        ("High: anything for a wedding", "The dress for the wedding needs a new zip", "low", "high"),
        ("High: anything for a wedding", "The invoice is wrong", "medium", "medium"),
        ("Low: everything about invoices", "The invoice is wrong", "medium", "low"),
    ],
)
def test_what_the_team_calls_urgent_goes_first(means: str, text: str, before: str, after: str) -> None:
    assert read(text, PLAIN).urgency == before
    assert read(text, PLAIN.model_copy(update={"urgent_means": means})).urgency == after


def test_what_the_team_calls_angry_goes_first() -> None:
    means = PLAIN.model_copy(update={"tone_means": "Angry: says that they will leave for another company"})
    text = "We will leave for another company at the end of the year"
    assert (read(text, PLAIN).tone, read(text, means).tone) == ("calm", "angry")


@pytest.mark.parametrize(
    ("said", "names", "unnamed", "found"),
    [
        ("A lorry waits, or a shop is shut.", URGENCIES, "high", {"high": ["A lorry waits", "a shop is shut"]}),
        ("- Low: prices\n- not: late parcels", URGENCIES, "high", {"low": ["prices", "late parcels"]}),
        ("Note: nobody can pay", URGENCIES, "high", {"high": ["Note: nobody can pay"]}),
        ("Angry: swears; threatens", TONES, None, {"angry": ["swears", "threatens"]}),
        ("They are all friendly", TONES, None, {}),
        ("", TONES, None, {}),
    ],
)
def test_meanings_are_read_by_name(
    said: str, names: tuple[str, ...], unnamed: str | None, found: dict[str, list[str]]
) -> None:
    assert {name: phrases for name, phrases in meanings(said, names, unnamed).items() if phrases} == found
