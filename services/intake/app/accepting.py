"""In front, while the sender waits: check what came, store it, queue it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.intake.app.ports import Counter, Files, Inbox
from services.intake.domain.chat import Conversation, check_conversation
from services.intake.domain.form import check_form
from services.intake.domain.identity import ticket_id
from shared.errors import BadInput


class Flooded(Exception):
    """Too much from one side. ``retry_after`` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many messages in a short time")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limits:
    """How many forms are taken in a window of ``window`` seconds. 0: any number."""

    per_address: int
    per_ip: int
    window: int = 600


def hold_back_floods(*, email: str, ip: str, limits: Limits, counter: Counter, now: datetime) -> None:
    """Count the form against its address and its IP. Raises Flooded when there are too many."""
    for who, limit in ((f"address#{email.strip().casefold()[:254]}", limits.per_address), (f"ip#{ip}", limits.per_ip)):
        if limit and counter.count(who=who, window=limits.window, now=now) > limit:
            raise Flooded(limits.window - int(now.timestamp()) % limits.window)


def accept_form(
    *, fields: Mapping[str, object], idempotency_key: str, files: Files, inbox: Inbox, now: datetime
) -> str:
    """Check a form, store it, queue it, give back its ticket id.

    Raises BadInput for a wrong field, and for an idempotency key that came with other words before.
    """
    form = check_form(fields, now=now.timestamp())
    ticket = ticket_id("form", idempotency_key, form.email)
    key = f"form/{ticket}.json"
    content = json.dumps(form.as_dict(), ensure_ascii=False, sort_keys=True).encode()
    kept = check_form(json.loads(files.keep_first(key, content)))
    if replace(kept, by_machine=form.by_machine) != form:
        raise BadInput("Idempotency-Key", "was used for another message", "Send a new key with a new message.")
    inbox.put(lane="form", key=key, received_at=now)
    return ticket


def accept_chat(*, payload: object, original: object = None, files: Files, inbox: Inbox, now: datetime) -> str:
    """Check a finished conversation, store it, queue it, give back its ticket id. Raises BadInput.

    ``original`` is the chat tool's own shape when ``payload`` was made from it. A conversation that was opened again
    and comes back with other words of the customer is a ticket of its own, which continues the first.
    """
    conversation = check_conversation(payload)
    ticket = first_chat_ticket(conversation)
    content = json.dumps({**_as_object(payload), "original": original}, ensure_ascii=False).encode("utf-8", "replace")
    key = f"chat/{ticket}.json"
    if check_conversation(json.loads(files.keep_first(key, content))).state != conversation.state:
        ticket = ticket_id("chat", conversation.conversation_id, conversation.state)
        key = f"chat/{ticket}.json"
        files.keep_first(key, content)
    inbox.put(lane="chat", key=key, received_at=now)
    return ticket


def first_chat_ticket(conversation: Conversation) -> str:
    """The id of the ticket that the conversation was when it first came in."""
    return ticket_id("chat", conversation.conversation_id)


def _as_object(payload: object) -> dict[str, object]:
    return dict(payload) if isinstance(payload, Mapping) else {}
