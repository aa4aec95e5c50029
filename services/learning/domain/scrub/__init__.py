"""Takes out of a ticket what belongs to the customer and not into a Doc that many read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.learning.domain.scrub.names import without_ends, without_names
from services.learning.domain.scrub.numbers import without_numbers
from services.learning.domain.scrub.places import without_places
from services.learning.domain.scrub.secrets import without_secrets

__all__ = ["scrub"]

_EMAIL = re.compile(r"[\w.+%'-]+(?:@|\s?[\[(]\s?at\s?[\])]\s?)[\w-]+(?:(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)[\w-]+)+", re.I)
_LINK = re.compile(r"\b(?:[a-z][a-z0-9+]+://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*[\w/]", re.I)
_PLAIN = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " ") | dict.fromkeys("\u2010\u2011\u2012\u2212\uff0d", "-")
)
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def scrub(text: str, *, names: Iterable[str] = ()) -> str:
    """The text in one line, with addresses, links, secrets, card, account, phone and order numbers, and names replaced.

    ``names`` are those known from elsewhere (the sender's). What is replaced leaves a word for its kind, so that the
    sentence still reads. What follows a word that announces it goes in the languages we read; what has the shape of a
    secret, a number or a place goes in any. Where the lines end matters: greetings and signatures are lines.
    """
    text = without_ends(_UNSEEN.sub("", text.translate(_PLAIN)))
    text = " ".join(text.split())
    text = _EMAIL.sub("[e-mail]", text)
    text = _LINK.sub("[link]", text)
    text = without_secrets(text)
    text = without_places(text)
    text = without_numbers(text)
    return " ".join(without_names(text, names).split())
