"""What is said in a ticket's thread: copies, follow-ups, reminders."""

from __future__ import annotations

from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, literal, moment, person
from services.dispatch.domain.slack.buttons import block_id
from services.dispatch.domain.slack.shown import attachments, facts, original
from services.dispatch.domain.words import (
    SOURCES,
    customer_name,
    cut,
    line,
)


def part_message(part: HandOff, *, called: str = "") -> Message:
    """A copy or a follow-up, in the thread of the ticket it is part of."""
    return _copy_message(part) if part.is_copy else _follow_up_message(part, called)


def _copy_message(copy: HandOff) -> Message:
    ticket = copy.ticket
    reason = literal(ticket.link_reason or "judged the same problem", 500)
    came = f"{SOURCES[ticket.source]}, {moment(ticket.received_at)}"
    unfolded = next((done for done in copy.corrections if done.kind == "unfolded"), None)
    said = f"✂️ {person(unfolded.corrected_by)} says that it is no copy: it goes its own way now" if unfolded else ""
    return Message.of(
        f"Also arrived {SOURCES[ticket.source]}: {line(ticket.subject) or cut(line(ticket.text), 100)}",
        kit.section(f"📎 The same problem also arrived {came}: {reason}"),
        *original(copy),
        kit.context(f"{literal(customer_name(ticket.customer), 300)} · {ticket.ticket_id}"),
        kit.context(said)
        if unfolded
        else kit.actions(block_id(copy), kit.button("not_a_copy", "Not a copy", copy.ticket_id)),
    )


def _follow_up_message(part: HandOff, called: str) -> Message:
    ticket = part.ticket
    came = f"{SOURCES[ticket.source]}, {moment(ticket.received_at)}"
    return Message.of(
        f"The customer wrote again: {line(ticket.subject) or cut(line(ticket.text), 100)}",
        kit.section(f"💬 The customer wrote again {came}{f' · {called}' if called else ''}\n{facts(part, None)}"),
        *original(part),
        *attachments(part),
        kit.context(f"{literal(ticket.link_reason or 'The same thread', 500)} · {ticket.ticket_id}"),
        kit.actions(block_id(part), kit.button("split", "Split off: a problem of its own", part.ticket_id)),
    )


def note_message(note: Note, *, called: list[str]) -> Message:
    """Something said once under the ticket."""
    return Message.of(note.text, kit.section(" ".join((f"🔔 {literal(note.text, 500)}", *called))))
