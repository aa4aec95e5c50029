"""The one call, and what surrounds it."""

from __future__ import annotations

from contracts.rules import Rules
from contracts.ticket import Reading, Ticket
from services.classifier.app.ports import Model
from services.classifier.domain.answer import Unusable, check
from services.classifier.domain.prompt import build_prompt
from services.classifier.domain.reading import no_reading, reading_of
from services.classifier.domain.same.answered import with_same
from services.classifier.domain.text import is_too_short


def read(*, ticket: Ticket, rules: Rules, model: Model) -> Reading:
    """What the model makes of the ticket, checked against the sheet and weighed.

    One call; a second one, told what was wrong, when the answer cannot be used.
    """
    if is_too_short(ticket):
        return no_reading("too_short", "nothing in it says what it is about")
    prompt = build_prompt(ticket, rules)
    first = model.ask(prompt)
    try:
        return with_same(reading_of(check(first, rules), first, prompt, rules, model.name), first.said, ticket)
    except Unusable as error:
        second = model.ask(prompt.again(str(error))).after(first)
    try:
        return with_same(reading_of(check(second, rules), second, prompt, rules, model.name), second.said, ticket)
    except Unusable as error:
        why = f"the model's answer could not be used: {error}"
        return no_reading("unread", why, model=model.name, spent=second)
