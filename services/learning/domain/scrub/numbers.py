"""Card, account, phone and order numbers, machines' addresses, birthdays: told by shape, whatever the language."""

from __future__ import annotations

import re

_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b")
_MACHINE = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}|(?=[a-f:]*\d)[0-9a-f]{1,4}::[0-9a-f:]+)(?![\w:])|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.I,
)
"""IPv4, IPv6 and hardware addresses."""
_BORN = re.compile(
    r"(?P<said>(?:\b(?:born|birthday|birth|dob|geboren|geb\.|né|née|nacid[oa]|nat[oa]|geboortedatum|född|ur\.|doğum|"
    r"родил\w*|рождения)\b|生年月日|出生|생년월일)\D{0,15})"
    r"\d{1,4}(?:[-./ ]{1,2}|年)\w{1,9}(?:[-./ ]{1,2}|月)\d{2,4}日?",
    re.I,
)
_CODE = re.compile(r"(?<![\w.])#?\w+(?:[-_.=]+\w+)*")
_FEWEST_DIGITS = 4
"""Of an order, invoice or customer number that has letters or dashes in it; a bare number needs one more."""
_KEY_CHARS = 16
"""From here on letters with a digit among them are a key, and no word."""
_VERSION = re.compile(r"[a-z]{0,3}\d+(?:\.\d+)+", re.I)
_DIGITS = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ().\-/]{0,3}\d){4,18}(?!\w)")
_AMOUNT = re.compile(r"\d+[.,]\d\d?")
_DATE = r"(?:19|20)\d\d[-./](?:0?\d|1[0-2])[-./][0-3]?\d|[0-3]?\d[-./][0-3]?\d[-./](?:(?:19|20)\d\d|\d\d)"
_MOMENT = re.compile(rf"(?<![\w./+-])((?:{_DATE})|\d{{1,2}}:\d\d(?::\d\d)?)(?![\w/-])")
"""A date or a time of day, which is no number of anybody's."""


def without_numbers(text: str) -> str:
    """The text with every number replaced that is somebody's."""
    text = _IBAN.sub(_account, text)
    text = _MACHINE.sub("[number]", text)
    text = _BORN.sub(r"\g<said>[date]", text)
    text = _CODE.sub(_code, text)
    return "".join(part if at % 2 else _DIGITS.sub(_number, part) for at, part in enumerate(_MOMENT.split(text)))


def _account(found: re.Match[str]) -> str:
    """The find, or as many of its groups as are an IBAN by ISO 13616's check; capitals with digits go in any case."""
    groups = re.split(r"([ -])", found[0])
    for count in range(len(groups), 6, -2):
        if _is_iban("".join(groups[:count:2])):
            return "[account]" + "".join(groups[count:])
    return "[account]" if found[0].isupper() else found[0]


def _is_iban(said: str) -> bool:
    if not 15 <= len(said) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in said[4:] + said[:4])) % 97 == 1


def _code(found: re.Match[str]) -> str:
    said = found[0]
    digits = sum(character.isdigit() for character in said)
    if said.startswith("#") and digits:
        return "[number]"
    if re.fullmatch(_DATE, said) or _VERSION.fullmatch(said) or re.fullmatch(r"[\d./-]+", said):
        return said  # phone, card and plain numbers are told apart below
    is_key = len(said) >= _KEY_CHARS and digits and said.isascii() and "-" not in said
    return "[number]" if digits >= _FEWEST_DIGITS or is_key else said


def _number(found: re.Match[str]) -> str:
    said = found[0]
    digits = re.sub(r"\D", "", said)
    if _AMOUNT.fullmatch(said.strip()):
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
