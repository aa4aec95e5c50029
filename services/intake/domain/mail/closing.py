"""How a letter ends: the closing, who signs it, and how to reach them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.blocks import label_of, plain
from services.intake.domain.mail.vocabulary import CLOSING_COMPANIONS, CLOSING_CORES, CLOSINGS, THANKS

_LONGEST = 12
"""Filled lines that can still be a signature."""
_MOST_CLOSINGS = 4
"""Signature, name, and a closing of two lines."""
_CONTACT = re.compile(
    r"https?://|www\.|@|\+?\d[\d ()./-]{6,}\d|\b(?:tel|phone|mobil|fax|gmbh|ltd|inc|llc|s\.?a\.?)\b", re.I
)
_ORNAMENT = re.compile(r"[\W_]*")
"""A blank line, a rule, three stars."""
_LETTERS = re.compile(r"[^\W\d_]+")
_ALSO_SAID = frozenset(("best", "yours", "cheers", "regards", "take care", "saluti", "saludos", "groet", "hilsen"))
"""Closings that begin other lines too: a name behind them is told by the comma."""


def without_closing(lines: list[str], signer: str) -> list[str]:
    """Without the closing and who signs it. A bare *Thanks, Ann* stays: it is said, not signed.

    ``signer``: the name the mail came under, or its address; a last paragraph that begins with it is a signature, also
    without a closing.
    """
    name = frozenset(_LETTERS.findall(signer.partition("@")[0].casefold()))
    for _ in range(_MOST_CLOSINGS):
        cut = _closing_at(lines, name) or _signed_at(lines, name)
        if not cut or not has_words(lines[:cut]):
            break
        lines = lines[:cut]
    return lines


def has_words(lines: Sequence[str]) -> bool:
    """Whether there is anything to read."""
    return any(plain(line) for line in lines)


def is_sentence(line: str) -> bool:
    """Whether the line is said rather than a name, a title or an address."""
    if line.endswith(("?", "!", "？", "！")):
        return True
    return line.endswith((".", "。")) and len(line.split()) > 6 and not _CONTACT.search(line)


def _closing_at(lines: Sequence[str], name: frozenset[str]) -> int | None:
    """Where the last closing and what signs under it begin."""
    for at in range(len(lines) - 1, -1, -1):
        text = plain(lines[at])
        if not text:
            continue
        below = [plain(line) for line in lines[at + 1 :] if plain(line)]
        if len(below) > _LONGEST:
            return None
        if _is_announced(lines, at):
            continue
        if (_is_closing(text) or _closes_with_name(text, name)) and _signs(below):
            return at
        if _is_closed_by(text, below, name) and (at == 0 or not plain(lines[at - 1])):
            return at
        if _is_thanks(text) and len(below) >= 2 and _signs(below):
            return at + 1 if any(map(_CONTACT.search, below)) else None
    return None


def _is_thanks(text: str) -> bool:
    return text.strip("*_ ").rstrip(",.!;:。，！- ").casefold() in THANKS


def _is_closed_by(text: str, below: Sequence[str], name: frozenset[str]) -> bool:
    """Whether a few words and a comma stand over nothing but the signer's name: a closing in whatever language."""
    words = _LETTERS.findall(below[0].casefold()) if len(below) == 1 else []
    few = text.endswith((",", "，")) and len(text.split()) <= 3 and not _is_thanks(text)
    return few and 0 < len(words) <= 4 and name.issuperset(words)


def _is_closing(text: str) -> bool:
    words = text.strip("*_ ").rstrip(",.!;:。，！- ").casefold()
    if words in CLOSINGS or _is_made_of_closings(text):
        return True
    languages = [one.strip() for one in re.split(r"[/|。]", words)]
    return len(languages) > 1 and all(one in CLOSINGS for one in languages)


_CLOSING_WORDS = CLOSING_CORES | CLOSING_COMPANIONS | {word for closing in CLOSINGS for word in closing.split()}
_PLACES = frozenset(("from", "aus", "de", "du", "desde", "da", "dal", "uit", "från", "fra", "z", "ze", "из"))


def _is_made_of_closings(text: str) -> bool:
    """*Avec mes meilleures salutations*, *Mit sonnigen Grüßen aus Köln*: closings that nobody could list."""
    words = _LETTERS.findall(text)
    folded = [word.casefold() for word in words]
    core = next((at for at, word in enumerate(folded) if word in CLOSING_CORES), None)
    if core is None or len(words) > 8 or text.rstrip().endswith(("?", ":")):
        return False
    place = next((at for at in range(core + 1, len(words)) if folded[at] in _PLACES), len(words))
    return all(word in _CLOSING_WORDS for word in folded[:place]) and all(
        word[:1].isupper() or word.casefold() in _CLOSING_WORDS for word in words[place:]
    )


def _closes_with_name(text: str, signer: frozenset[str]) -> bool:
    """Whether the line is a closing and a name: *Regards, Ann*, *LG Tom*."""
    if len(text) > 60:
        return False
    words = text.strip("*_ ").split()
    for count in range(min(4, len(words) - 1), 0, -1):
        closing, name = " ".join(words[:count]), words[count:]
        known = closing.rstrip(",.!–—- ").casefold()
        if known in CLOSINGS and len(name) <= 4 and not any(word[:1].islower() for word in name):
            named = signer.issuperset(_LETTERS.findall(" ".join(name).casefold()))
            return closing.endswith(",") or named or known not in _ALSO_SAID
    return False


def _signed_at(lines: Sequence[str], name: frozenset[str]) -> int | None:
    """Where the last paragraph begins, when it begins with the signer's whole name and nothing announces it."""
    filled = [at for at, line in enumerate(lines) if plain(line)][-_LONGEST:]
    for position, at in enumerate(filled):
        rest = [plain(lines[one]) for one in filled[position:]]
        reachable = any(map(_CONTACT.search, rest[1:]))
        if not _begins_with(rest[0], name, reachable=reachable) or not _signs(rest) or any(map(_is_said, rest[1:])):
            continue
        start = at
        while start > 0 and _ORNAMENT.fullmatch(plain(lines[start - 1])):
            start -= 1
        if at > 0 and (start == at or _is_announced(lines, at)):
            continue
        return start
    return None


def _is_announced(lines: Sequence[str], at: int) -> bool:
    """Whether the words above end in a colon or in the middle: what follows is told, not signed (*Deliver to*)."""
    above = next((text for text in map(plain, reversed(lines[:at])) if not _ORNAMENT.fullmatch(text)), "")
    return above.endswith((":", "：")) or above.casefold().split(" ")[-1] in _UNFINISHED


_UNFINISHED = frozenset(
    ("to", "at", "is", "are", "for", "an", "für", "ist", "à", "pour", "est", "para", "es", "per", "è", "aan", "naar")
)


def _is_said(line: str) -> bool:
    """Whether a short line is said: it ends like a sentence, in a word that is no name and no form of company."""
    words = line.split()
    return len(words) >= 3 and words[-1][-1] in ".!?" and words[-1].islower() and not _CONTACT.search(line)


def _begins_with(text: str, name: frozenset[str], *, reachable: bool) -> bool:
    """Whether a line is a name, with nothing but a title before it and something set off behind it."""
    line = text[:80].casefold()
    words = _LETTERS.findall(line)
    if len(name) < 2 and not reachable and not (words and len(words) == 1 and not text.isascii()):
        return False  # a first name alone is how people end what they say
    if not name or not name <= set(words):
        return False
    before = words[: next(at for at, word in enumerate(words) if word in name)]
    behind = line[max(line.rfind(word) + len(word) for word in name) :].lstrip()
    return len(before) <= 2 and all(len(word) <= 4 for word in before) and (not behind or not behind[0].isalnum())


def _signs(below: Sequence[str]) -> bool:
    """Whether the lines can be a name, a title and how to reach them, rather than more of what is said."""
    if any((label_of(line) or ("",))[0] == "from" for line in below):
        return False
    return all(len(line) <= 120 and not is_sentence(line) for line in below) and all(
        len(one) <= 60 for one in below[:1]
    )
