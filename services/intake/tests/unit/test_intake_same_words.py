"""Word for word the same, but for greetings, articles, marks and capitals: all that intake folds by itself."""

import pytest

from services.intake.domain.same_words import nearly_said_in, same_words

ALARM = "Alarm from sensor: the cold room is above 8 degrees"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("Export", "The export is broken."), ("Export", "the export is broken")),
        (("Export", "It is broken since noon"), ("", "Export: it is broken since noon")),
        (("Printer", "It prints nothing but blank pages"), ("", "Hi, it prints nothing but blank pages. Thanks!")),
        (("", "Der Aufzug in Haus A steckt fest."), ("", "Aufzug in Haus A steckt fest!")),
        (("", "Ｏｒｄｅｒ　４７１１ is late"), ("", "order 4711 is late")),
        (("", "I can’t log in"), ("", "I can't log in")),
        (("", "三階のプリンターが故障しました。"), ("", "三階のプリンターが故障しました")),
        (("", "프린터가 고장났어요."), ("", "프린터가 고장났어요")),
        (("", "👍"), ("", "👍")),
    ],
)
def test_the_same(a, b):
    assert same_words(a, b)
    assert same_words(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (("", ""), ("", "")),
        (("", ""), ("", "The shop is down")),
        (("", "hi"), ("", "hello")),
        (("", "👍"), ("", "👎")),
        (("Printer", "It does not work"), ("Phone", "It does not work")),
        (("Printer", "It does not work"), ("", "It does not work")),
        (("", "I cannot open exam paper A"), ("", "I cannot open exam paper B")),
        (("", "I cannot open exam paper A"), ("", "I cannot open exam paper")),
        (("", "Drive D: is full"), ("", "Drive E: is full")),
        (("", "It does work"), ("", "It does not work")),
        (("", "Order 4711 has not arrived"), ("", "Order 4812 has not arrived")),
        (("", "Is version 1.2 out?"), ("", "Is version 1.3 out?")),
        (("", "一月的发票金额错误"), ("", "三月的发票金额错误")),
        (("", "The left speaker has no sound"), ("", "The speaker left has no sound")),
        (("", "The export is broken"), ("", "The export is broken again")),
    ],
)
def test_one_word_more_or_another_is_not_for_intake_to_say(a, b):
    assert not same_words(a, b)
    assert not same_words(b, a)


@pytest.mark.parametrize(
    ("message", "is_one_of_its_kind"),
    [
        ("Alarm from sensor 4: the cold room is above 8 degrees!", True),
        ("ALARM from sensor 12, the cold room is above 9 degrees", True),
        ("The cold room alarm cannot be switched off", False),
        ("", False),
    ],
)
def test_what_people_keep_apart(message, is_one_of_its_kind):
    assert nearly_said_in(ALARM, message) is is_one_of_its_kind


def test_nothing_kept_apart_keeps_nothing_apart():
    assert not nearly_said_in("", "anything")


@pytest.mark.parametrize(
    "hostile", ["a-" * 50_000, "'" * 100_000, "1.1." * 30_000, "\ud800 😀" * 30_000, "請求書" * 30_000]
)
def test_hostile_texts_are_compared_all_the_same(hostile):
    assert same_words(("", hostile), ("", hostile))
    assert not same_words(("", hostile), ("", hostile + " broken"))
