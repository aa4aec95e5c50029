"""Behind the inbox: make a ticket of what is new in a stored conversation."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from contracts.ticket import REST_LIMIT_BYTES, TEXT_LIMIT_BYTES, Attachment, Folded, Ticket
from contracts.ticket_received import TicketReceived
from services.intake.app.accepting import first_chat_ticket
from services.intake.app.ports import Bus, Conversations, Files, Raced, Tickets
from services.intake.app.writing import receive
from services.intake.domain.chat import Conversation, Said, check_conversation
from services.intake.domain.chat_memory import claimed, new_messages, tickets_of
from services.intake.domain.linking import Folding
from services.intake.domain.text import cut_to_bytes
from shared.errors import NotNow

_RACES = 8
"""Tries to claim messages while other states of the same conversation come in at the same moment."""
_MOST_FILES = 50
"""Files listed on a ticket; the stored conversation names them all."""


def receive_chat(
    *,
    key: str,
    received_at: datetime,
    folding: Folding,
    files: Files,
    conversations: Conversations,
    tickets: Tickets,
    bus: Bus,
) -> TicketReceived:
    """Make a ticket of the conversation stored under ``key``: the customer's new words, the whole of it beside them.

    A state that says nothing new becomes a copy in the conversation's thread. Raises NotNow when too many states of one
    conversation come in at once.
    """
    number = key.rpartition("/")[2].partition(".")[0]
    conversation = check_conversation(json.loads(files.read(key)))
    new, thread = _claim(conversation, number, conversations, received_at)
    text, cut = cut_to_bytes("\n".join(said.words for said in new), TEXT_LIMIT_BYTES)
    rest, folded = _folded(conversation, new)
    ticket = Ticket(
        ticket_id=number,
        source="chat",
        customer=conversation.customer,
        text=text,
        text_cut=cut,
        attachments=_attachments(new),
        received_at=received_at,
        raw=files.ref(key),
        conversation_id=conversation.number_in_tool,
        folded=folded,
        rest=rest,
    )
    return receive(ticket=ticket, thread=thread, trusted=True, folding=folding, tickets=tickets, bus=bus)


def _claim(
    conversation: Conversation, number: str, conversations: Conversations, now: datetime
) -> tuple[tuple[Said, ...], tuple[str, ...]]:
    """The messages that this ticket brings, and the conversation's other tickets, newest first."""
    for _ in range(_RACES):
        claims, revision = conversations.claims(conversation.conversation_id)
        new = new_messages(conversation.by_customer, claims, number)
        with suppress(Raced):
            kept = claimed(new, claims, number)
            if kept != claims:
                conversations.claim(conversation.conversation_id, kept, revision=revision, now=now)
            first = first_chat_ticket(conversation)
            others = (one for one in dict.fromkeys((*tickets_of(claims), first)) if one != number)
            return new, tuple(others)
    raise NotNow(f"{number}: too many states of one conversation at once", retry_after=1)


def _folded(conversation: Conversation, new: tuple[Said, ...]) -> tuple[str, Folded | None]:
    """The whole conversation and how much of it is not in the ticket's text; nothing when all of it is."""
    if tuple(said for said in conversation.messages if said.words) == new:
        return "", None
    whole = conversation.transcript
    fresh = sum(said.words.count("\n") + 1 for said in new)
    lines = max(1, whole.count("\n") + 1 - fresh)
    return _end_of(whole), Folded(lines=lines, why=("chat transcript",))


def _end_of(text: str) -> str:
    """The last of a long transcript: what was said last matters most. The whole of it is in ``raw``."""
    encoded = text.encode()
    if len(encoded) <= REST_LIMIT_BYTES:
        return text
    return "…\n" + encoded[-(REST_LIMIT_BYTES - 10) :].decode("utf-8", "ignore").partition("\n")[2]


def _attachments(new: tuple[Said, ...]) -> tuple[Attachment, ...]:
    files = [file for said in new for file in said.files][:_MOST_FILES]
    return tuple(Attachment(name=file.name, content_type=file.content_type, size=file.size) for file in files)
