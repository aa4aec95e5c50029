"""The ticket as its team sees it, as the managers do, and what stays where it has left."""

from __future__ import annotations

from datetime import datetime

from contracts.rules import Rules
from services.dispatch.domain.answers.door import answer_link
from services.dispatch.domain.life.handoff import HandOff, Place
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, People, literal, moment, person
from services.dispatch.domain.slack.buttons import buttons
from services.dispatch.domain.slack.shown import customer, earlier, facts, files, original
from services.dispatch.domain.slack.state import headline, status
from services.dispatch.domain.words import (
    MOVES,
    customer_name,
    subject_of,
)


def hand_off_message(
    handoff: HandOff, rules: Rules, *, called: list[str], who: People, now: datetime, limit: int
) -> Message:
    """The ticket as its team sees it. ``called`` are the mentions of the people who are pinged, ``limit``
    how many bytes a file in the thread may have.
    """
    ticket = handoff.ticket
    head = headline(handoff, literal(subject_of(ticket), 300), who=who)
    answer = answer_link(ticket, rules)
    door = f"✉️ {kit.link(answer, 'Answer the customer')}" if answer else ""
    about = (customer(handoff), earlier(handoff), facts(handoff, handoff.move.team), door)
    word = MOVES[handoff.move.kind][1] if handoff.state == "waiting" else handoff.state.capitalize()
    return Message.of(
        f"{word}: {subject_of(ticket)}, {customer_name(ticket.customer)} · {ticket.ticket_id}",
        kit.section(head + (f"\n{' '.join(called)}" if called and handoff.is_open else "")),
        kit.section("\n".join(filter(None, about))),
        *original(handoff),
        *files(handoff, limit=limit),
        kit.context(f"*{ticket.ticket_id}* · Why: {literal(' · '.join(handoff.why), 900)}"),
        *status(handoff, who=who),
        *buttons(handoff, rules, now=now),
    )


def left_message(handoff: HandOff, left: Place, *, where: str) -> Message:
    """What stays at a place the ticket has left: who moved it, where and when. No buttons."""
    done = handoff.taken_from(left)
    verb = {"split": "✂️ Split off: now in", "unfolded": "✂️ No copy but a ticket of its own: now in"}.get(
        done.kind if done else "", f"↪️ Moved to {literal(handoff.move.team, 80)}, in"
    )
    said = f"{verb} {where}" + (f", by {person(done.corrected_by)}, {moment(done.corrected_at)}" if done else "")
    subject = subject_of(handoff.ticket)
    who = literal(customer_name(handoff.ticket.customer), 300)
    return Message.of(
        f"Moved to {handoff.move.team}: {subject}",
        kit.section(f"~{literal(subject, 300)}~\n{who}"),
        kit.context(f"{said} · {handoff.ticket_id}"),
    )


def managers_message(handoff: HandOff, *, link: str | None, called: list[str], who: People) -> Message:
    """An escalated ticket, as the managers' channel sees it."""
    subject = literal(subject_of(handoff.ticket), 300)
    shown = f"<{link}|{subject.replace('|', '¦')}>" if link else subject
    word = MOVES["escalate"][1]
    return Message.of(
        f"{word}: {subject_of(handoff.ticket)}, {customer_name(handoff.ticket.customer)} · {handoff.ticket_id}",
        kit.section(" ".join((headline(handoff, shown, who=who), *called))),
        kit.section(f"{customer(handoff)}\n{facts(handoff, handoff.move.team)}"),
        kit.context(f"*{handoff.ticket_id}* · Why: {literal(' · '.join(handoff.why), 900)}"),
        *status(handoff, who=who),
    )
