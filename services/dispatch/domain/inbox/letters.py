"""What the mails to shared inboxes say. How they look is the template's, how they are sent the adapter's."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.rules import TRIAGE
from contracts.ticket import Ping
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.life.placed import to_ping
from services.dispatch.domain.words import MOVES, SOURCES, customer_name, cut, line, seen, subject_of

SUBJECT_CHARS = 180
COLOURS = {"escalate": "#b3261e", "priority": "#b45309", "route": "#1d4ed8", "hold": "#8a6d00"}
"""Of each move, dark enough for white text on it (contrast 4.5 and more)."""


@dataclass(frozen=True)
class Letter:
    """A mail to a team's inbox, still without an envelope."""

    subject: str
    ticket_id: str
    name: str
    """What tells it from the other mails of the ticket; a second attempt at the same mail has the same."""
    sign: str
    """The word on top."""
    colour: str
    title: str
    called: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """Paragraphs of ours."""
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Headings with their lines."""
    picture: bool = False
    """Whether a picture goes with it."""
    picture_says: str = ""
    original: str | None = None
    """The customer's words."""
    cut_note: str = ""
    urgent: bool = False
    reply_to: str | None = None
    """The customer's address, for those who configured that a reply goes there."""


def hand_off_letter(handoff: HandOff) -> Letter:
    """The ticket as its team's inbox sees it."""
    ticket, reading, move = handoff.ticket, handoff.reading, handoff.move
    word = MOVES[move.kind][1]
    files = ", ".join(f"{line(file.name) or 'unnamed'} ({file.size:,} bytes)" for file in ticket.attachments)
    verified = "verified" if ticket.customer.verified else "not verified"
    facts = (
        ("Customer", f"{customer_name(ticket.customer)}, {verified}{', VIP' if move.vip else ''}"),
        ("Topic", handoff.topic or "unclear"),
        ("Urgency", reading.urgency if reading else "not read"),
        ("Tone", reading.tone if reading else "not read"),
        ("Team", "triage: please say where it belongs" if move.team == TRIAGE else move.team),
        ("Received", f"{ticket.received_at:%Y-%m-%d %H:%M} UTC, {SOURCES[ticket.source]}"),
        ("Order", ticket.order_number or ""),
        ("Attachments", files),
    )
    return Letter(
        subject=_subject(f"[{word}]", handoff),
        ticket_id=handoff.ticket_id,
        name=f"r{handoff.revision}",
        sign=word,
        colour=COLOURS[move.kind],
        title=subject_of(ticket),
        called=called(to_ping(handoff)),
        facts=tuple((name, line(value)) for name, value in facts if value),
        why=tuple(line(reason) for reason in move.reasons),
        original=seen(ticket.text).strip(),
        cut_note="The message was longer than the router carries: the original has the rest." * ticket.text_cut,
        urgent=move.kind in ("escalate", "priority") or move.position == "top",
        reply_to=ticket.customer.email,
    )


def left_letter(handoff: HandOff, left: Place) -> Letter:
    """What the old inbox is told when a ticket has left it."""
    done = handoff.taken_from(left)
    by = (
        f" {line(done.corrected_by.name or done.corrected_by.id)}, {done.corrected_at:%Y-%m-%d %H:%M} UTC"
        if done
        else ""
    )
    said = (f"Moved to {handoff.move.team}{f' by{by}' if by else ''}.", "There is nothing left to do here.")
    return _short(handoff, "[Moved]", f"left{left.revision}", "Moved", said)


def part_letter(part: HandOff, root: HandOff) -> Letter:
    """A copy of a ticket, or a follow-up to it, in its thread."""
    ticket = part.ticket
    came = f"{SOURCES[ticket.source]}, {ticket.received_at:%Y-%m-%d %H:%M} UTC"
    head = "The same problem also arrived" if part.is_copy else "The customer wrote again"
    letter = _short(
        root,
        "[Also arrived]" if part.is_copy else "[Wrote again]",
        f"part-{part.ticket_id}",
        "Also arrived" if part.is_copy else "Wrote again",
        (f"{head} {came}.", line(ticket.link_reason or "")),
    )
    return Letter(**{**letter.__dict__, "original": seen(ticket.text).strip()})


def note_letter(handoff: HandOff, note: Note) -> Letter:
    """Something said once about a ticket."""
    sign = "Reminder" if note.waits else "Raised"
    letter = _short(handoff, f"[{sign}]", note.key.replace("#", "-"), sign, (line(note.text),))
    return Letter(**{**letter.__dict__, "called": called(note.pings), "urgent": True})


def called(pings: tuple[Ping, ...]) -> str:
    """Who is called, in words: a mail to a shared inbox can do no more."""
    return ", ".join(f"{line(ping.who)} ({ping.role})" for ping in pings)


def _short(handoff: HandOff, prefix: str, name: str, sign: str, said: tuple[str, ...]) -> Letter:
    return Letter(
        subject=_subject(prefix, handoff),
        ticket_id=handoff.ticket_id,
        name=name,
        sign=sign,
        colour="#475569",
        title=subject_of(handoff.ticket),
        said=tuple(filter(None, said)),
    )


def _subject(prefix: str, handoff: HandOff) -> str:
    return cut(f"{prefix} {subject_of(handoff.ticket)}", SUBJECT_CHARS)
