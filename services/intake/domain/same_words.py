"""Whether two messages say the same word for word, but for greetings, small words, marks and capitals.

Nothing is weighed here and no language is known: one telling word more or less, and it is for the reading to say.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_SAYS_NOTHING = frozenset(
    """
    hi hello hey dear team there all everyone please pls thanks thank you thx regards best kind cheers the
    hallo moin guten tag morgen abend sehr geehrte damen herren bitte danke vielen dank gruß grüße viele der das
    bonjour bonsoir merci svp cordialement le les hola buenos días buenas tardes gracias saludos el los las
    ciao buongiorno grazie il gli olá bom dia boa tarde obrigado obrigada hoi beste bedankt graag het
    dzień dobry proszę dziękuję
    """.split()  # noqa: SIM905
)
"""Greetings, thanks and articles: who says a thing again leaves them out or puts them in."""
_LEAST_WORDS, _LEAST_SIGNS = 5, 12
"""What a text without a subject must have, to be the same as one whose subject says more."""
_MOST_OF_IT = 0.8
"""Share of the words of a message kept apart that make another message one of its kind. Loose on purpose: what is kept
apart is one more ticket, never a hidden one."""


def same_words(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Whether two (subject, text) say the same.

    The subject may stand in the text, or be missing on one side (a chat has none) when the text says enough by itself.
    """
    (subject, text), (their_subject, their_text) = (tuple(map(_words, one)) for one in (a, b))
    if not (subject + text) and not (their_subject + their_text):  # emoji, or a greeting alone
        return bool(_signs(*a)) and _signs(*a) == _signs(*b)
    if subject + text == their_subject + their_text:
        return True
    if text != their_text or (subject and their_subject):
        return False
    return len(text) >= _LEAST_WORDS or sum(map(len, text)) >= _LEAST_SIGNS * 2


def nearly_said_in(words: str, message: str) -> bool:
    """Whether most of ``words`` stand in the message."""
    wanted, there = _pieces(words), _pieces(message)
    return bool(wanted) and len(wanted & there) >= _MOST_OF_IT * len(wanted)


def _words(text: str) -> tuple[str, ...]:
    found = _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    return tuple(word for word in found if word not in _SAYS_NOTHING)


def _signs(subject: str, text: str) -> list[str]:
    return f"{subject} {text}".split()


def _pieces(text: str) -> frozenset[str]:
    """The words, and pairs of signs where words run together."""
    words = _words(text)
    long = (word for word in words if not word.isascii() and len(word) > 3)
    return frozenset(words) | {word[at : at + 2] for word in long for at in range(len(word) - 1)}
