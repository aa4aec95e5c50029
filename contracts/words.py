"""When a word of the rules stands in a ticket: one notion for urgent words, ``text has …``, names and headings.

People write the same word with other keys: a telephone curls the apostrophe, a word processor makes a hyphen that does
not break, a keyboard composes ``ã`` of two, capitals lose their dots or accents. ``spelling`` is what all of these have
in common. Where a word begins and ends depends on its script (``has_word``): by spaces in most, anywhere in those that
are written without, behind a particle in Korean.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONE_FORM = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4`\uff07\u05f3", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u05f4", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u058a\u05be", "-")
    # Letters that one keyboard has and another of the same language has not, or that capitals do not tell apart.
    | {"ı": "i", "İ": "i", "ё": "е", "Ё": "е", "ی": "ي", "ى": "ي", "ک": "ك", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا"}
)
_SIGN_OF_LETTERS = re.compile(r"[\u2100-\u214f\u2460-\u24ff\u3200-\u33ff]")
"""Signs such as ™, ℃, ①: taken apart they are letters, which must not grow on to the word before them."""
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
    r"|[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
"""Characters without a picture, and the vowel points of Hebrew and Arabic, which most writers leave out."""
_GREEK_ACCENT = re.compile(r"(?<=[\u0370-\u03ff])[\u0300\u0301\u0342]")
"""Greek capitals carry none: ΒΛΑΒΗ is βλάβη."""
_NO_SPACES = frozenset(
    "BALINESE BOPOMOFO CJK HIRAGANA IDEOGRAPHIC JAVANESE KATAKANA KHMER LAO MYANMAR THAI TIBETAN YI".split()  # noqa: SIM905
)
"""Scripts in which nothing stands between two words, as Unicode's character names begin."""
_SPOKEN_AFTER = re.compile(r"[\u0e40-\u0e44\u0ec0-\u0ec4]")
"""Thai and Lao vowels that are written before their consonant: no word ends between the two."""
_WRITTEN_AT_THE_WORD = {
    "ARABIC": re.compile(r"[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644|[\u0628\u0643\u0644\u0633])?"),
    "HEBREW": re.compile(r"[\u05d5\u05e9\u05d4\u05d1\u05db\u05dc\u05de]{1,3}"),
}
"""Articles and prepositions of one letter, which these scripts write at the word: and, the, in, to, from."""
_FEWEST_BEHIND_ARTICLE = 3
"""Letters a word must have to be looked for behind such a letter: in a shorter one it may be the word's own."""
_KOREAN = re.compile(r"[\uac00-\ud7a3]+")
_KOREAN_OTHER_WORD = re.compile(r"[무비불미]"), re.compile(r"인(?![데가지것거듯줄걸])|자(?:들?[은이을를의도만]?$)")
"""Syllables before and behind that make another word: *not* urgent (비긴급), a person who has it (장애인)."""
_KOREAN_PARTICLE = re.compile(
    r"(?:[이가은는을를의에도만와과로나요들]|에서|으로|에게|한테|까지|부터|처럼|보다|조차|마저|이나|이라|입니|이에|예요|"
    r"이었|였|났|나서|나요)"
)
"""What follows a Korean noun within the same group of syllables; of a word of one syllable nothing else may."""


@lru_cache(maxsize=512)
def spelling(text: str) -> str:
    """What all spellings of a text have in common: case, composition, width, kinds of quotes and dashes are gone."""
    if text.isascii():
        return text.translate(_ONE_FORM).casefold()
    text = _SIGN_OF_LETTERS.sub(lambda sign: f" {sign[0]} ", unicodedata.normalize("NFC", text).translate(_ONE_FORM))
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFD", _UNSEEN.sub("", text.translate(_ONE_FORM))).replace("i\u0307", "i")
    text = unicodedata.normalize("NFC", _GREEK_ACCENT.sub("", text))
    return re.sub(r"[^\D0-9]", lambda digit: str(unicodedata.digit(digit[0])), text)


def has_word(text: str, word: str) -> bool:
    """Whether ``word`` (or phrase) stands in ``text`` as a word of its own: *down* is not in *download*.

    In scripts without spaces, and in Korean, it is also found within a longer one: nothing shows where that ends.
    """
    pattern = _pattern(spelling(word))
    if pattern is None:
        return False
    where = spelling(text)
    return any(_stands_alone(where, *found.span(1)) for found in pattern.finditer(where))


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str] | None:
    phrase = r"\s+".join(map(re.escape, word.split()))
    return re.compile(f"(?=({phrase}))") if phrase else None  # a look-ahead, so that finds may overlap


def _stands_alone(text: str, start: int, end: int) -> bool:
    if _KOREAN.match(text, start) or _KOREAN.match(text, end - 1):
        return _korean_word(text, start, end)
    if end < len(text) and _grown_together(text[end - 1], text[end]):
        return False
    return start == 0 or not _grown_together(text[start - 1], text[start]) or _behind_article(text, start, end)


def _grown_together(one: str, other: str) -> bool:
    """Whether two neighbours belong to one word."""
    if unicodedata.category(other)[0] == "M":
        return _of_a_word(one)  # the mark belongs to the letter before it
    if not (_of_a_word(one) and _of_a_word(other)):
        return False
    if _SPOKEN_AFTER.match(one):
        return True
    scripts = {_script(one), _script(other)}
    return not scripts & _NO_SPACES and (len(scripts - {""}) < 2)


def _of_a_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_" or unicodedata.category(letter)[0] == "M"


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """As the character's name in Unicode begins; empty for digits and marks, which go with any."""
    if not letter.isalpha():
        return ""
    return re.split(r"[ -]", unicodedata.name(letter, ""), maxsplit=1)[0]


def _behind_article(text: str, start: int, end: int) -> bool:
    written = _WRITTEN_AT_THE_WORD.get(_script(text[start]))
    if written is None or end - start < _FEWEST_BEHIND_ARTICLE:
        return False
    begin = start
    while begin and _grown_together(text[begin - 1], text[begin]):
        begin -= 1
    return written.fullmatch(text, begin, start) is not None


def _korean_word(text: str, start: int, end: int) -> bool:
    """Particles and endings are written at the word, and so are compounds (서버장애가): neither makes another word."""
    behind = _KOREAN.match(text, end)
    rest = behind[0] if behind and _KOREAN.match(text, end - 1) else ""
    before = text[start - 1] if start and _KOREAN.match(text[start - 1]) and _KOREAN.match(text, start) else ""
    if end - start == 1:
        return not before and (not rest or _KOREAN_PARTICLE.match(rest) is not None)
    not_this, another = _KOREAN_OTHER_WORD
    return not (not_this.fullmatch(before) or another.match(rest))
