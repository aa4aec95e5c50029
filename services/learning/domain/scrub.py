"""Takes out of a ticket what belongs to the customer and not into a Doc that many read."""

from __future__ import annotations

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[\w.+%'-]+(?:@|\s?[\[(]\s?at\s?[\])]\s?)[\w-]+(?:(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)[\w-]+)+", re.I)
_LINK = re.compile(r"\b(?:[a-z][a-z0-9+]+://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*[\w/]", re.I)
_SECRET = re.compile(
    r"\b(?P<said>(?:pass(?:word|code|phrase)|pin|otp|cvv|cvc|secret|token)\b\s*(?:code\s*)?)(?P<mark>(?:is|was)\s+|[:=]\s*|)"
    r"(?P<secret>\S+)",
    re.I,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_MACHINE = re.compile(
    r"(?<![\w:])(?:(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}|(?=[a-f:]*\d)[0-9a-f]{1,4}::[0-9a-f:]+)(?![\w:])|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.I,
)
"""IPv4, IPv6 and hardware addresses."""
_ADDRESS = re.compile(
    r"\b\d+[A-Za-z]?,?\s+(?:[A-Z][\w'’.-]*\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Court|Square)\b\.?"
    r"|\b\d+,?\s+(?:rue|avenue|boulevard|place|quai|via|calle)\s+(?:(?:de|du|des|la|le|del)\s+)*[A-Z][\w'’-]+"
    r"|\b(?:[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|gasse|allee)|(?:Via|Calle|Rua)\s+[A-Z][\w'’-]+),?\s+\d+(?:\s?[a-z])?\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
)
"""A street with its number as it is written in English, French, German, Italian and Spanish; a British postcode."""
_CODE = re.compile(r"(?<![\w.])#?\w+(?:[-_.=]+\w+)*")
_FEWEST_DIGITS = 4
"""Of an order, invoice or customer number that has letters or dashes in it; a bare number needs one more."""
_KEY_CHARS = 16
"""From here on letters in both cases with a digit among them are a key, and no word."""
_VERSION = re.compile(r"[a-z]{0,3}\d+(?:\.\d+)+", re.I)
_DIGITS = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ().\-/]{0,3}\d){4,18}(?!\w)")
_BORN = re.compile(
    r"\b(?P<said>(?:born|birthday|birth|dob|geboren|né|née)\b\D{0,15})\d{1,4}[-./ ]{1,2}\w{1,9}[-./ ]{1,2}\d{2,4}", re.I
)
_NAME = r"(?-i:[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*){0,3})"
_CLOSING = re.compile(
    r"(?:^|\s)(?:(?:kind|best|warm|many) regards|best wishes|yours (?:sincerely|faithfully|truly)|sincerely|"
    r"mit (?:freundlichen|besten) grüßen|(?:viele|liebe|beste) grüße|cordialement|(?:bien à vous)|saludos|atentamente)"
    r"(?=\s*(?:[,.!]|$)|\s+(?:aus|from|de)\b|\s+(?-i:[A-ZÀ-Þ])).{0,150}$",
    re.I,
)
"""Nobody writes these in the middle of a ticket: what follows is a signature."""
_SIGN_OFF = re.compile(
    rf"(?<=[.!?,])\s+(?:regards|best|cheers|thanks(?:\s+in\s+advance)?|thank\s+you|yours)\s*[,.!]?\s+{_NAME}(?:[|,].*)?$",
    re.I,
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Madame|Monsieur|Señora?|Signora?)\b\.?\s+[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)?"
)
_CALLED = re.compile(
    rf"\b(?P<said>(?:my name is|my name's|i am called|ich heiße|mein name ist|mi nombre es|je m'appelle)\s+){_NAME}",
    re.I,
)
_SELF = re.compile(
    r"\b(?P<said>(?:this is|i'm|i am|ich bin|je suis|soy)\s+)"
    r"(?P<name>(?-i:[A-ZÀ-Þ][\w'’-]*[a-zß-ÿ](?:\s+[A-ZÀ-Þ][\w'’-]+){0,2}))"
    r"(?=\s+(?:from|at|of|with|and|here|von|de)\b|\s*[,.;!]|$)",
    re.I,
)
_GREETED = re.compile(
    r"^(?P<said>(?:dear|hi|hello|hey|hallo|liebe[rs]?|bonjour|hola)\s+)"
    r"(?P<name>(?-i:[A-Z][\w'’-]+)(?:\s+(?-i:[A-Z][\w'’-]+))?)(?=\s*[,!.:–-])",
    re.I,
)
_SHORTEST_NAME = 3
_NO_NAMES = frozenset(
    """a an angry annoyed at confused disappointed from furious getting having in locked lost new not on really so still
    stuck support team the there to trying unable unacceptable unhappy upset urgent using very with your""".split()  # noqa: SIM905
)
"""What follows “I am” or “This is” or “Hello” in capitals, and is no name."""
_AMOUNT = re.compile(r"\d+[.,]\d\d?")
_DATE = r"(?:19|20)\d\d[-./](?:0?\d|1[0-2])[-./][0-3]?\d|[0-3]?\d[-./][0-3]?\d[-./](?:(?:19|20)\d\d|\d\d)"
_MOMENT = re.compile(rf"(?<![\w./+-])((?:{_DATE})|\d{{1,2}}:\d\d(?::\d\d)?)(?![\w/-])")
"""A date or a time of day, which is no number of anybody's."""


def scrub(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with addresses, links, secrets, card, account, phone and order numbers, and names where sure, replaced.

    ``names`` are those known from elsewhere (the sender's). What is replaced leaves a word for its kind, so that the
    sentence still reads.
    """
    text = _EMAIL.sub("[e-mail]", text)
    text = _LINK.sub("[link]", text)
    text = _SECRET.sub(_secret, text)
    text = _IBAN.sub("[account]", text)
    text = _MACHINE.sub("[number]", text)
    text = _BORN.sub(r"\g<said>[date]", text)
    text = _ADDRESS.sub("[address]", text)
    text = _CODE.sub(_code, text)
    text = "".join(part if at % 2 else _DIGITS.sub(_number, part) for at, part in enumerate(_MOMENT.split(text)))
    text = _SIGN_OFF.sub("", _CLOSING.sub("", text))
    text = _TITLED.sub("[name]", text)
    text = _CALLED.sub(r"\g<said>[name]", text)
    text = _SELF.sub(_named, text)
    text = _GREETED.sub(_named, text)
    for name in sorted(_parts(names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", text, flags=re.I)
    return " ".join(re.sub(r"\[name\](?:\s+\[name\])+", "[name]", text).split())


def _secret(found: re.Match[str]) -> str:
    """A password is one when it is set off by a colon or looks like one; *password is refused* says what is wrong."""
    secret = found["secret"].rstrip(".,;!?")
    looks = any(map(str.isdigit, secret)) or bool(re.search(r"[^\w'’.,;!?-]|\w[!?$]", secret))
    if secret and (found["mark"].strip() in (":", "=") or looks):
        return f"{found['said']}{found['mark']}[secret]{found['secret'][len(secret) :]}"
    return found[0]


def _code(found: re.Match[str]) -> str:
    said = found[0]
    digits = sum(character.isdigit() for character in said)
    if said.startswith("#") and digits:
        return "[number]"
    if re.fullmatch(_DATE, said) or _VERSION.fullmatch(said) or re.fullmatch(r"[\d./-]+", said):
        return said  # phone, card and plain numbers are told apart below
    is_key = len(said) >= _KEY_CHARS and digits and said.lower() != said and said.upper() != said
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


def _named(found: re.Match[str]) -> str:
    return found[0] if found["name"].split()[0].casefold() in _NO_NAMES else f"{found['said']}[name]"


def _parts(names: Iterable[str]) -> set[str]:
    whole = {" ".join(name.split()) for name in names if name}
    parts = {part.strip(".,") for name in whole for part in name.split()}
    return {name for name in whole | parts if len(name) >= _SHORTEST_NAME and not name.islower()}
