"""The ticket as its team sees it, as the managers do, and what stays where it has left."""

from __future__ import annotations

from contracts.rules import Rules
from services.dispatch.domain.life.handoff import HandOff, Place
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, literal, moment, person
from services.dispatch.domain.slack.buttons import buttons
from services.dispatch.domain.slack.shown import attachments, customer, facts, original
from services.dispatch.domain.slack.state import status
from services.dispatch.domain.words import (
    MOVES,
    customer_name,
    subject_of,
)


def hand_off_message(handoff: HandOff, rules: Rules, *, called: list[str]) -> Message:
    """The ticket as its team sees it. ``called`` are the mentions of the people who are pinged."""
    sign, word = MOVES[handoff.move.kind]
    ticket, move = handoff.ticket, handoff.move
    head = f"{sign} *{word}* · *{literal(subject_of(ticket), 300)}*"
    return Message.of(
        f"{word}: {subject_of(ticket)}, {customer_name(ticket.customer)}",
        kit.section(head + (f"\n{' '.join(called)}" if called else "")),
        kit.section(f"{customer(handoff)}\n{facts(handoff, move.team)}"),
        *original(handoff),
        *attachments(handoff),
        kit.context("Why: " + literal(" · ".join(move.reasons), 900)),
        *status(handoff),
        *buttons(handoff, rules),
    )


def left_message(handoff: HandOff, left: Place, *, where: str) -> Message:
    """What stays at a place the ticket has left: who moved it, where and when. No buttons."""
    done = handoff.taken_from(left)
    verb = "✂️ Split off to" if done and done.kind == "split" else "↪️ Moved to"
    said = f"{verb} {where}" + (f" by {person(done.corrected_by)}, {moment(done.corrected_at)}" if done else "")
    subject = subject_of(handoff.ticket)
    who = literal(customer_name(handoff.ticket.customer), 300)
    return Message.of(
        f"Moved to {handoff.move.team}: {subject}",
        kit.section(f"~{literal(subject, 300)}~\n{who}"),
        kit.context(f"{said} · {handoff.ticket_id}"),
    )


def managers_message(handoff: HandOff, *, link: str | None, called: list[str]) -> Message:
    """An escalated ticket, as the managers' channel sees it."""
    subject = literal(subject_of(handoff.ticket), 300)
    shown = f"<{link}|{subject.replace('|', '¦')}>" if link else subject
    sign, word = MOVES["escalate"]
    return Message.of(
        f"{word}: {subject_of(handoff.ticket)}, {customer_name(handoff.ticket.customer)}",
        kit.section(" ".join((f"{sign} *{word}* · *{shown}*", *called))),
        kit.section(f"{customer(handoff)}\n{facts(handoff, handoff.move.team)}"),
        kit.context("Why: " + literal(" · ".join(handoff.move.reasons), 900)),
        *status(handoff),
    )
