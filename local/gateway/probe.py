"""Asks an endpoint once at the start how it wants to be asked, with a ticket that anybody can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evaluation.models import answer_of, chat_request
from evaluation.sheet import rules_of, ticket_of
from local.gateway.endpoint import Endpoint, NoAnswer
from local.gateway.ways import KINDS, Way, answered, asked
from services.classifier.domain.answer import Unusable, check
from services.classifier.domain.prompt import build_prompt
from shared.errors import NotNow

MARK = "k7-q2-x9"
"""What the schema allows as a reason, and no text mentions: a server that enforces schemas makes the model say it."""
RULES = rules_of({"login": "cannot sign in, password, locked account", "billing": "invoices, payments, refunds"}, [])
TICKET = ticket_of("I forgot my password and cannot sign in. Please help.")


@dataclass(frozen=True)
class Found:
    """What the probe found: the way, or in plain words why there is none."""

    model: str
    way: Way | None
    tried: tuple[tuple[str, str], ...]
    """Each kind that was tried, and what came of it."""

    def __str__(self) -> str:
        if self.way:
            return f"{self.model}, asked by {self.way}"
        return "; ".join(f"{kind}: {what}" for kind, what in self.tried)


def probe(endpoint: Endpoint, model: str | None = None, *, say: Callable[[str], None] = lambda _: None) -> Found:
    """Find the first way that the server enforces, else the first whose answer can be used.

    At most one small question for each kind. Raises NoAnswer when nobody is there.
    """
    name = model or next(iter(endpoint.models()), "default")
    usable: list[Way] = []
    tried: list[tuple[str, str]] = []
    for kind in KINDS:
        say(kind)
        try:
            enforced = _try(endpoint, name, kind)
        except (NoAnswer, NotNow, Unusable) as error:
            tried.append((kind, str(error)))
            continue
        tried.append((kind, "enforced" if enforced else "can be used"))
        usable.append(Way(kind, enforced=enforced))
        if enforced:
            break
    best = next((way for way in usable if way.enforced), usable[0] if usable else None)
    return Found(name, best, tuple(tried))


def _try(endpoint: Endpoint, model: str, kind: Any) -> bool:
    """Whether the answer keeps to the schema. Raises Unusable for one that the classifier could not use."""
    body = chat_request(build_prompt(TICKET, RULES), model)
    marked = _marked(asked(body, Way(kind, enforced=True)))
    answer = answer_of(answered(endpoint.complete(marked), body), latency_ms=0)
    if not isinstance(answer.said, dict):
        raise Unusable("it answered with something else than the JSON asked for")
    enforced = answer.said.get("why") == MARK
    check(answer, RULES)
    return enforced


def _marked(body: dict[str, Any]) -> dict[str, Any]:
    """The request with one reason allowed. A schema that stands in the text enforces nothing, and is not marked."""
    plain: dict[str, Any] = json.loads(json.dumps(body))
    for holder in (
        *(tool["function"]["parameters"] for tool in plain.get("tools", ())),
        *([plain["response_format"]["json_schema"]["schema"]] if "response_format" in plain else ()),
    ):
        holder["properties"]["why"] = {"enum": [MARK]}
    return plain
