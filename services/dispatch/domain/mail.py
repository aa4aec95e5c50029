"""The mail a team without a channel gets. Written so that nothing a customer wrote becomes a header of its own."""

from __future__ import annotations

from dataclasses import dataclass

from services.dispatch.domain.handoff import HandOff
from services.dispatch.domain.words import MOVES, SOURCES, customer_name, cut, line, seen

SUBJECT_CHARS = 180


@dataclass(frozen=True)
class Letter:
    """A mail to a team's inbox, still without an envelope."""

    subject: str
    text: str
    message_id: str
    thread: str
    """The Message-ID all mails of a ticket refer to, so that they lie in one thread."""
    urgent: bool = False


def message_id(handoff: HandOff, suffix: str, domain: str) -> str:
    """A Message-ID that a second attempt at the same mail gets as well."""
    return f"<{handoff.ticket_id}.{suffix}@{domain}>"


def hand_off_letter(handoff: HandOff, *, called: list[str], domain: str) -> Letter:
    """The ticket as its team's inbox sees it."""
    ticket, reading, move = handoff.ticket, handoff.reading, handoff.move
    _, word = MOVES[move.kind]
    subject = cut(f"[{word}] {line(ticket.subject) or '(no subject)'}", SUBJECT_CHARS)
    facts = [
        ("Move", word),
        ("For", ", ".join(called)),
        ("Customer", customer_name(ticket.customer) + (", verified" if ticket.customer.verified else ", not verified")),
        ("VIP", "yes" if move.vip else ""),
        ("Topic", handoff.topic or "unclear"),
        ("Urgency", reading.urgency if reading else "not read"),
        ("Tone", reading.tone if reading else "not read"),
        ("Team", move.team),
        ("Came", f"{SOURCES[ticket.source]}, {ticket.received_at:%Y-%m-%d %H:%M} UTC"),
        ("Ticket", handoff.ticket_id),
        ("Why", "; ".join(move.reasons)),
    ]
    head = "\n".join(f"{name:<9} {line(value)}" for name, value in facts if value)
    body = seen(ticket.text).strip() or "(the message is empty)"
    return Letter(
        subject=subject,
        text=f"{head}\n\n{'-' * 40}\n{body}\n",
        message_id=message_id(handoff, f"r{handoff.revision}", domain),
        thread=message_id(handoff, "ticket", domain),
        urgent=move.kind in ("escalate", "priority"),
    )


def moved_letter(handoff: HandOff, *, domain: str) -> Letter:
    """What the old inbox is told when a ticket has left it."""
    done = handoff.corrections[-1]
    who = line(done.corrected_by.name or done.corrected_by.id)
    return Letter(
        subject=cut(f"[Moved] {line(handoff.ticket.subject) or '(no subject)'}", SUBJECT_CHARS),
        text=f"{who} moved this ticket to {handoff.move.team}, {done.corrected_at:%Y-%m-%d %H:%M} UTC.\n"
        "Nothing is left to do here.\n",
        message_id=message_id(handoff, f"r{handoff.revision}.left", domain),
        thread=message_id(handoff, "ticket", domain),
    )


def copy_letter(copy: HandOff, original: HandOff, *, domain: str) -> Letter:
    """The note that the same problem has arrived once more."""
    ticket = copy.ticket
    why = line(ticket.link_reason or "judged the same")
    return Letter(
        subject=cut(f"[Also arrived] {line(original.ticket.subject) or '(no subject)'}", SUBJECT_CHARS),
        text=f"The same problem also arrived {SOURCES[ticket.source]} ({why}):\n\n{seen(ticket.text)}\n",
        message_id=message_id(copy, "copy", domain),
        thread=message_id(original, "ticket", domain),
    )
