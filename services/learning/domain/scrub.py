"""Takes out of a ticket what belongs to the customer and not into a Doc that many read."""

from __future__ import annotations

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_DIGITS = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ().\-/]{0,3}\d){4,18}(?!\w)")
_CODE = re.compile(r"(?<![\w.])#?[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w])")
_FEWEST_DIGITS = 4
"""Of an order, invoice or customer number that has letters or dashes in it; a bare number needs one more."""
_SIGN_OFF = re.compile(
    r"\s(?:(?:kind|best|warm|many)\s+regards|regards|best wishes|best|cheers|sincerely|yours(?:\s+\w+)?|"
    r"many thanks|thanks(?:\s+in\s+advance)?|thank\s+you|mit freundlichen grüßen|viele grüße|cordialement|saludos)"
    r"\s*[,.!]?\s+(?P<name>(?:[A-Z][\w'’.-]*\s*){1,4})(?:[|,].*)?$",
    re.I,
)
_SELF = re.compile(
    r"\b(?P<said>(?:my name is|my name's|i am called|this is|i'm|i am|ich bin|ich heiße|mi nombre es|je m'appelle)\s+)"
    r"(?P<name>(?-i:[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2}))",
    re.I,
)
_GREETED = re.compile(
    r"^(?P<said>(?:dear|hi|hello|hey|hallo|liebe[rs]?|bonjour|hola)\s+)(?P<name>(?-i:[A-Z][\w'’-]+)(?:\s+(?-i:[A-Z][\w'’-]+))?)(?=\s*[,!.:–-])",
    re.I,
)
_SHORTEST_NAME = 3
_NO_NAMES = frozenset(
    "a an at from getting having in new not on really so still the to trying unable using very with your".split()  # noqa: SIM905
)
"""What follows “I am” or “This is” at the start of a sentence in capitals, and is no name."""
_AMOUNT = re.compile(r"\d+[.,]\d\d?")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")


def scrub(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with addresses, links, card, account, phone and order numbers, and names where sure, replaced.

    ``names`` are those known from elsewhere (the sender's). What is replaced leaves a word for its kind, so that the
    sentence still reads.
    """
    text = _EMAIL.sub("[e-mail]", text)
    text = _LINK.sub("[link]", text)
    text = _IBAN.sub("[account]", text)
    text = _IP.sub("[number]", text)
    text = _CODE.sub(_code, text)
    text = _DIGITS.sub(_number, text)
    text = _SIGN_OFF.sub("", text)
    text = _SELF.sub(_named, text)
    text = _GREETED.sub(_named, text)
    for name in sorted(_parts(names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", text, flags=re.I)
    return " ".join(re.sub(r"\[name\](?:\s+\[name\])+", "[name]", text).split())


def _code(found: re.Match[str]) -> str:
    said = found[0]
    digits = sum(character.isdigit() for character in said)
    if said.startswith("#") and digits:
        return "[number]"
    if said.isdigit() or _DATE.fullmatch(said) or re.fullmatch(r"[\d-]+", said):
        return said  # phone, card and plain numbers are told apart below
    return "[number]" if digits >= _FEWEST_DIGITS else said


def _number(found: re.Match[str]) -> str:
    said = found[0]
    digits = re.sub(r"\D", "", said)
    if _DATE.fullmatch(said.strip()) or _AMOUNT.fullmatch(said.strip()):
        return said
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "[card]"
    if said.lstrip().startswith(("+", "(", "0")) or re.search(r"\d[ ().\-/]+\d", said):
        return "[phone]"
    return "[number]"


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _named(found: re.Match[str]) -> str:
    return found[0] if found["name"].split()[0].casefold() in _NO_NAMES else f"{found['said']}[name]"


def _parts(names: Iterable[str]) -> set[str]:
    whole = {" ".join(name.split()) for name in names if name}
    parts = {part.strip(".,") for name in whole for part in name.split()}
    return {name for name in whole | parts if len(name) >= _SHORTEST_NAME and not name.islower()}
