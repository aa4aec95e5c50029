"""Lists of customers and staff: an address or a domain a line, or several; a VIP may be pinned to a team or person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.rules import Team
from services.learning.domain.addresses import address_or_domain, person_in
from services.learning.domain.writing import ARROW, key, listed, unquoted, without_comment

_TURNS = re.compile(r"\b(?:not|no|never|except|unless|only|until|former|formerly|was|old)\b", re.I)
"""In a remark behind a name these may take it back."""


def customers_in(text: str) -> tuple[list[str], list[str]]:
    """The addresses and domains of a list, and what in it is neither. A piece is understood whole or not at all."""
    found, strange = [], []
    for piece in (one for part in listed(text) for one in re.split(r"\s+and\s+|\s+/\s+", part)):
        words = [piece] if address_or_domain(piece) else piece.split()
        matches = [address_or_domain(word) for word in words]
        if all(matches):
            found += [match for match in matches if match]
        else:
            strange.append(" ".join(word for word, match in zip(words, matches, strict=True) if not match))
    return found, strange


def without_remarks(text: str) -> str:
    """The line without what stands behind ``//`` or in brackets, unless that may take the line back."""
    return re.sub(r"\s*\([^()]*\)", lambda remark: remark[0] if _TURNS.search(remark[0]) else "", without_comment(text))


def cut_at_pin(text: str, teams: Sequence[Team]) -> tuple[str, bool, str]:
    """Who, whether an arrow points at somebody, and at whom. Of a table only the first two columns are read."""
    arrowed = re.split(rf"{ARROW.pattern}|:\s+", text, maxsplit=1)
    if len(arrowed) > 1 and team_named(pin := unquoted(arrowed[1].strip()), teams):
        return arrowed[0], True, pin  # before the bars: one may stand in the team's name
    who, *cells = (cell.strip() for cell in text.split("|"))
    if cells:
        named = (" | ".join(cells[:count]) for count in range(len(cells), 1, -1))
        pin = next((name for name in named if team_named(name, teams)), cells[0])
        return who, bool(pin), pin
    who, *pins = arrowed
    if pins:
        return who, True, unquoted(pins[0].strip())
    first, _, rest = text.partition(" ")
    pinned = address_or_domain(first) and (team_named(rest, teams) or person_in(rest))
    return (first, True, rest) if pinned else (text, False, "")


def team_named(text: str, teams: Sequence[Team]) -> str | None:
    """The team of that name, also when it is written *the finance team*; or the one whose channel that is."""
    name = re.sub(r"^(?:the )?(?:team )?|(?: team)?$", "", key(text))
    for team in teams:
        if key(team.name) in (key(text), name) or (text.startswith("#") and team.channel == text[1:]):
            return team.name
    return None
