"""When a word of the rules stands in a ticket, by what people's keyboards, capitals and scripts make of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.words import has_word, spelling

WORDS = [
    # as a word of its own
    ("The site is DOWN.", "down", True),
    ("downtime", "down", False),
    ("I cannot find the download, the countdown is nice", "down", False),
    ("server_down and down2", "down", False),
    ("losing\n sales", "losing sales", True),
    ("c++ crashes", "c++", True),
    ("50% off", "50%", True),
    ("150% off", "50%", False),
    ("DOWN™ and ① down", "down", True),
    ("anything", "  ", False),
    ("", "down", False),
    # apostrophes, hyphens, composition, width
    ("I can\u2019t log in", "can't log in", True),
    ("I can\u02bct log in", "can\u2019t log in", True),
    ("je n`arrive pas, l\u2019accès est coupé", "l'accès", True),
    ("My e\u2011mail, my sign\u2010in", "e-mail", True),
    ("my sign\u2212in", "sign-in", True),
    ("re\u00adfund\u200b now", "refund", True),
    ("O site na\u0303o funciona", "não funciona", True),
    ("Caf\u00e9 kaputt", "cafe\u0301", True),
    ("ＤＯＷＮ！", "down", True),
    ("ﾀﾞｳﾝ", "ダウン", True),
    ("خطأ ۵۰۳", "503", True),
    # capitals and letters that one keyboard lacks
    ("ACİL YARDIM", "acil", True),
    ("ACIL YARDIM", "acil", True),
    ("SİSTEM ÇÖKTÜ", "sistem çöktü", True),
    ("IŞIK YOK", "ışık yok", True),
    ("Straße gesperrt", "STRASSE", True),
    ("GROẞER AUSFALL", "großer Ausfall", True),
    ("ΕΠΕΙΓΟΝ! ΜΕΓΑΛΟ ΛΑΘΟΣ", "επείγον", True),
    ("ΕΠΕΙΓΟΝ! ΜΕΓΑΛΟ ΛΑΘΟΣ", "λάθος", True),
    ("ещё не работает", "еще", True),
    ("عُطْل في الشبكة", "عطل", True),
    # Korean: particles, endings and compounds are written at the word
    ("서버 장애가 발생했습니다", "장애", True),
    ("결제장애입니다", "장애", True),
    ("긴급합니다 빨리 봐주세요", "긴급", True),
    ("VPN이 안 돼요", "VPN", True),
    ("불이 났어요", "불", True),
    ("서비스가 불편해요", "불", False),
    ("장애인 할인 문의", "장애", False),
    ("장애인데요", "장애", True),
    ("비긴급 문의", "긴급", False),
    # no spaces
    ("サイトがdownしています", "down", True),
    ("服务器down了", "down", True),
    ("ระบบdownครับ", "down", True),
    ("サイトはdownloadできます", "down", False),
    ("サービスが停止しました", "停止", True),
    ("系统停机了", "停机", True),
    ("503エラー", "503", True),
    ("เว็บล่มแล้ว", "ล่ม", True),
    ("เราอยู่ที่นี่", "รา", False),
    # a letter's mark belongs to it; an article is written at the word
    ("नहीं चल रहा", "नही", False),
    ("ठप्प", "ठप", False),
    ("العطل مستمر والعطل كبير", "عطل", True),
    ("عطلة سعيدة", "عطل", False),
    ("התקלה חזרה", "תקלה", True),
]


@pytest.mark.parametrize(("text", "word", "there"), WORDS)
def test_a_word_is_found_as_a_word(text: str, word: str, there: bool) -> None:
    assert has_word(text, word) is there
    for form in ("NFC", "NFD"):
        assert has_word(unicodedata.normalize(form, text), unicodedata.normalize(form, word)) is there


@given(st.text(min_size=1), st.text(), st.text())
def test_what_is_set_off_by_spaces_is_always_found(word: str, before: str, after: str) -> None:
    assert has_word(f"{before} . {word} . {after}", word) is bool(spelling(word).split())


@given(st.text())
def test_a_spelling_is_that_of_itself(text: str) -> None:
    assert spelling(spelling(text)) == spelling(text)
