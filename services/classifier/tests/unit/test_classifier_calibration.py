"""How far an answer is believed, and what a team's own outcomes do to it."""

from __future__ import annotations

import pytest

from contracts.rules import Outcome, Topic
from services.classifier.domain.answer import Checked
from services.classifier.domain.calibration import bar, chance_of, learned_shift, moved_by
from services.classifier.domain.models import DEFAULT, OFFLINE
from services.classifier.domain.prompt import Prompt
from services.classifier.domain.ranking import Shown


def said(topic: str | None, confidence: float, second: str | None = "bug") -> Checked:
    return Checked(topic=topic, second=second, urgency="low", tone="calm", confidence=confidence, why="")


def prompt(**nearness: float) -> Prompt:
    shown = (Shown(Topic(name=name, team="x", row=2), (), near) for name, near in nearness.items())
    return Prompt("", "", tuple(sorted(shown, key=lambda each: -each.nearness)))


AGREES, SILENT, ELSEWHERE = prompt(billing=0.8, bug=0.2), prompt(billing=0.0, bug=0.0), prompt(billing=0.1, bug=0.9)


def test_the_offline_reader_is_taken_at_its_word() -> None:
    assert chance_of(said("billing", 0.9), ELSEWHERE, OFFLINE) == pytest.approx(0.9)


def test_a_hosted_model_is_believed_less_than_it_says_and_more_when_the_words_agree() -> None:
    agrees, silent, elsewhere = (chance_of(said("billing", 0.9), p, DEFAULT) for p in (AGREES, SILENT, ELSEWHERE))
    assert elsewhere < silent < agrees < 0.9


@pytest.mark.parametrize(
    ("confidence", "routed"), [(0.97, True), (0.92, True), (0.7, False), (0.5, False), (0.0, False)]
)
def test_a_hosted_model_routes_when_it_is_sure_and_holds_when_it_is_not(confidence: float, routed: bool) -> None:
    assert (chance_of(said("billing", confidence), AGREES, DEFAULT) >= bar(0.95)) is routed


def test_certainty_is_never_complete() -> None:
    assert chance_of(said("billing", 1.0), AGREES, DEFAULT) < 1
    assert chance_of(said("billing", 0.0), AGREES, OFFLINE) > 0


def test_none_of_these_leaves_the_second_choice_little() -> None:
    assert chance_of(said(None, 0.95), AGREES, DEFAULT) <= 0.05 + 1e-9
    assert chance_of(said(None, 0.2, second=None), AGREES, DEFAULT) == 0


def test_a_higher_target_asks_for_more_and_half_is_always_asked_for() -> None:
    bars = [bar(target) for target in (0.5, 0.9, 0.95, 0.99)]
    assert bars == sorted(bars)
    assert bars[0] == 0.5
    assert bars[-1] < 1


def outcome(right: int, wrong: int, confidence: float = 0.9) -> Outcome:
    return Outcome(model=DEFAULT, confidence=confidence, right=right, wrong=wrong)


def test_no_outcomes_change_nothing() -> None:
    assert learned_shift([]) == 0


def test_outcomes_as_good_as_stated_change_nothing() -> None:
    assert learned_shift([outcome(90, 10)]) == pytest.approx(0, abs=1e-6)


def test_corrections_lower_the_curve_and_praise_raises_it_the_more_the_more_there_are() -> None:
    few, many = learned_shift([outcome(7, 3)]), learned_shift([outcome(70, 30)])
    assert many < few < 0
    assert learned_shift([outcome(99, 1)]) > 0


def test_one_correction_does_not_turn_the_table() -> None:
    assert abs(learned_shift([outcome(0, 1)])) < 0.5


def test_only_outcomes_of_the_model_itself_count() -> None:
    others = [Outcome(model="another", confidence=0.9, right=0, wrong=100)]
    assert moved_by(others, 0.9, DEFAULT) == 0.9
    assert moved_by([*others, outcome(70, 30)], 0.9, DEFAULT) < 0.9


def test_outcomes_counted_by_the_chance_before_them_settle_and_do_not_swing() -> None:
    """Counted by the moved chance, a shift that fits would find nothing to do the next day and be given up again."""
    assert moved_by([outcome(80, 20)] * 10, 0.9, DEFAULT) == pytest.approx(0.8, abs=0.02)
