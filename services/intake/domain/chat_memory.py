"""What of a conversation is new when a tool hands it over again: a third time, a tenth, with messages edited or gone.

Every ticket of the conversation claims the customer's messages that it brought. What nobody has claimed is new. A
message is known again by the tool's id of it, else by its words, as often as they were said. A message that stands
for one that is gone, word for word but for slips of the pen, was corrected and says nothing new; a word more, a word
less or another number is new.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.intake.domain.chat import Said

_COMPARED_CHARS = 300
"""Characters of a message that can be known again after a correction; a longer one is said anew."""
_MOST_COMPARED = 200
"""Messages, the newest, whose words are kept to compare: 300 characters of four bytes each, 240 KB at most."""
_MOST_KEPT = 1_500
"""Messages remembered of one conversation; the row stays below DynamoDB's 400 KB."""
_MOST_GONE = 50
"""Messages gone from the conversation that an unknown one is compared with."""
_SHORTEST_SLIP = 4
"""Letters of a word in which one may be a slip: *not* and *now*, *can* and *can't* are other words."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Claim:
    """A message of the customer, and the ticket that brought it."""

    ticket_id: str
    mark: str
    words: str = ""
    """What it said, to know it again when it was corrected; nothing when it is long or old."""
    id: str = ""
    """The tool's id of it, when the tool gives one."""


def mark_of(said: Said) -> str:
    """What a message is known again by."""
    words = " ".join(said.words.split())
    return hashlib.sha256(f"{said.id}\x1f{words}".encode()).hexdigest()[:16]


def new_messages(said: Sequence[Said], claims: Iterable[Claim], ticket_id: str) -> tuple[Said, ...]:
    """The messages that no other ticket has brought. Asked again for the same ticket, it answers the same."""
    others = [claim for claim in claims if claim.ticket_id != ticket_id]
    known = Counter(claim.mark for claim in others)
    unknown = []
    for one in said:
        mark = mark_of(one)
        if known[mark]:
            known[mark] -= 1
        else:
            unknown.append(one)
    gone = [claim for claim in others if known[claim.mark] and claim.words][-_MOST_GONE:]
    return tuple(one for one in unknown if not any(_is_corrected(one, before) for before in gone))


def claimed(said: Iterable[Said], claims: Sequence[Claim], ticket_id: str) -> tuple[Claim, ...]:
    """``claims`` with the ticket's own; the newest when they are too many."""
    own = tuple(Claim(ticket_id, mark_of(one), _compared(one), one.id) for one in said)
    kept = (*(claim for claim in claims if claim.ticket_id != ticket_id), *own)[-_MOST_KEPT:]
    return (*(replace(claim, words="") for claim in kept[:-_MOST_COMPARED]), *kept[-_MOST_COMPARED:])


def as_rows(claims: Iterable[Claim]) -> list[list[str]]:
    """The claims as they are stored."""
    return [[claim.ticket_id, claim.mark, claim.words, claim.id] for claim in claims]


def from_rows(rows: Iterable[Sequence[str]]) -> tuple[Claim, ...]:
    """The claims as they were stored."""
    return tuple(Claim(*map(str, row)) for row in rows)


def tickets_of(claims: Iterable[Claim]) -> Mapping[str, None]:
    """The tickets that the conversation has become so far, newest first."""
    return dict.fromkeys(claim.ticket_id for claim in reversed(tuple(claims)))


def _compared(said: Said) -> str:
    words = " ".join(said.words.split())
    return words if len(words) <= _COMPARED_CHARS else ""


def _is_corrected(said: Said, before: Claim) -> bool:
    return said.id == before.id and _only_slips(_words(_compared(said)), _words(before.words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _only_slips(now: list[str], before: list[str]) -> bool:
    pairs = zip(now, before, strict=False)
    return len(now) == len(before) > 0 and all(one == other or _one_slip(one, other) for one, other in pairs)


def _one_slip(one: str, other: str) -> bool:
    """One letter more, less, changed, or two swapped; never in a number."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST_SLIP or len(long) - len(short) > 1 or any(map(str.isdigit, one + other)):
        return False
    at = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    )
