"""Whether two tickets of one customer end as one: through what intake, the reading and its check would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.ticket import Customer, Ticket
from evaluation.sheet import DAY, rules_of
from services.classifier.app import Model, read
from services.intake.domain.linking import Folding, link_of, remember, to_be_read_with

Said = tuple[str, str]
"""Subject and text."""
_RULES = rules_of({"support": "whatever a customer writes about"}, [("support", "I have a question")])


@dataclass(frozen=True)
class Judged:
    """The answer for a pair, and who gave it: plain words in intake, or the reading."""

    same: bool
    by: Literal["words", "reading"]


def judge(first: Said, second: Said, model: Model) -> Judged:
    """Whether ``second`` would be folded into ``first``, which came just before it."""
    earlier, later = _ticket("T-1", first), _ticket("T-2", second)
    folding = Folding()
    recent = remember(earlier, earlier.ticket_id, (), folding)
    link = link_of(later, thread=(), roots={}, recent=recent, folding=folding)
    if link:
        return Judged(link.is_copy, "words")
    asked = later.model_copy(update={"recent": to_be_read_with(later, recent, folding)})
    return Judged(read(ticket=asked, rules=_RULES, model=model).same_as is not None, "reading")


def _ticket(number: str, said: Said) -> Ticket:
    customer = Customer(email="customer@example.com")
    return Ticket(ticket_id=number, source="mail", customer=customer, subject=said[0], text=said[1], received_at=DAY)
