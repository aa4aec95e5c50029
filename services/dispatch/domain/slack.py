"""The Slack messages of a ticket."""

from __future__ import annotations

from typing import Any

from contracts.rules import TRIAGE, Rules
from contracts.ticket import Correction
from services.dispatch.domain import blocks as kit
from services.dispatch.domain.blocks import Message, literal, moment, person
from services.dispatch.domain.choice import Choice, choices
from services.dispatch.domain.handoff import SHOWN_CHARS, HandOff, Note, Place
from services.dispatch.domain.words import (
    MOVES,
    SOURCES,
    TONES,
    URGENCIES,
    customer_name,
    cut,
    line,
    seen,
    subject_of,
    wait,
)

STATUS_LINES = 5


def hand_off_message(handoff: HandOff, rules: Rules, *, called: list[str]) -> Message:
    """The ticket as its team sees it. ``called`` are the mentions of the people who are pinged."""
    sign, word = MOVES[handoff.move.kind]
    ticket, move = handoff.ticket, handoff.move
    head = f"{sign} *{word}* · *{literal(subject_of(ticket), 300)}*"
    return Message.of(
        f"{word}: {subject_of(ticket)}, {customer_name(ticket.customer)}",
        kit.section(head + (f"\n{' '.join(called)}" if called else "")),
        kit.section(f"{_customer(handoff)}\n{_facts(handoff, move.team)}"),
        *_original(handoff),
        *_attachments(handoff),
        kit.context("Why: " + literal(" · ".join(move.reasons), 900)),
        *_status(handoff),
        *_buttons(handoff, rules),
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
        *_original(copy),
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
        kit.section(f"💬 The customer wrote again {came}{f' · {called}' if called else ''}\n{_facts(part, None)}"),
        *_original(part),
        *_attachments(part),
        kit.context(f"{literal(ticket.link_reason or 'The same thread', 500)} · {ticket.ticket_id}"),
        kit.actions(block_id(part), kit.button("split", "Split off: a problem of its own", part.ticket_id)),
    )


def note_message(note: Note, *, called: list[str]) -> Message:
    """Something said once under the ticket."""
    return Message.of(note.text, kit.section(" ".join((f"🔔 {literal(note.text, 500)}", *called))))


def managers_message(handoff: HandOff, *, link: str | None, called: list[str]) -> Message:
    """An escalated ticket, as the managers' channel sees it."""
    subject = literal(subject_of(handoff.ticket), 300)
    shown = f"<{link}|{subject.replace('|', '¦')}>" if link else subject
    sign, word = MOVES["escalate"]
    return Message.of(
        f"{word}: {subject_of(handoff.ticket)}, {customer_name(handoff.ticket.customer)}",
        kit.section(" ".join((f"{sign} *{word}* · *{shown}*", *called))),
        kit.section(f"{_customer(handoff)}\n{_facts(handoff, handoff.move.team)}"),
        kit.context("Why: " + literal(" · ".join(handoff.move.reasons), 900)),
        *_status(handoff),
    )


def is_shown_whole(handoff: HandOff) -> bool:
    """Whether the message itself has room for all that the customer wrote."""
    return len(kit.escape(seen(handoff.ticket.text).strip())) <= SHOWN_CHARS


def block_id(handoff: HandOff) -> str:
    """Names ticket and revision, so that a button of an old message is known as old."""
    return f"{handoff.ticket_id}.{handoff.revision}"


def _buttons(handoff: HandOff, rules: Rules) -> list[dict[str, Any]]:
    others = [choice for choice in choices(rules) if choice != Choice(handoff.move.team, handoff.topic)]
    topics = [choice for choice in others if choice.topic]
    teams = [choice for choice in others if not choice.topic and choice.team != handoff.move.team]
    groups = (("It is about", topics), ("It belongs to", teams))
    row: list[dict[str, Any]] = []
    if handoff.is_open:
        row.append(kit.button("take", "Take", handoff.ticket_id, style="primary"))
    if others:
        row.append(kit.menu("reassign", "Reassign …", *groups))
    if handoff.move.kind in ("route", "priority") or handoff.move.position == "normal":
        row.append(kit.button("bump", "Bump", handoff.ticket_id))
    if others:
        row.append(kit.menu("split", "Split: also for …", *groups))
    likeliest = _likeliest(handoff, topics) if handoff.move.team == TRIAGE else []
    buttons = [kit.button(f"reassign.{n}", choice.label, choice.value) for n, choice in enumerate(likeliest, 1)]
    rows = [kit.actions(f"{block_id(handoff)}.likeliest", *buttons)] if buttons else []
    return [*rows, kit.actions(block_id(handoff), *row)] if row else rows


def _likeliest(handoff: HandOff, topics: list[Choice]) -> list[Choice]:
    by_name = {choice.topic: choice for choice in topics}
    candidates = handoff.reading.candidates if handoff.reading else ()
    return [by_name[candidate.topic] for candidate in candidates if candidate.topic in by_name][:3]


def _customer(handoff: HandOff) -> str:
    ticket = handoff.ticket
    verified = "✔ verified" if ticket.customer.verified else "not verified"
    vip = " · ⭐ VIP" if handoff.move.vip else ""
    came = f"{SOURCES[ticket.source]}, {moment(ticket.received_at)}"
    order = f" · order {literal(ticket.order_number, 60)}" if ticket.order_number else ""
    return f"*{literal(customer_name(ticket.customer), 300)}* · {verified}{vip} · {came}{order}"


def _facts(handoff: HandOff, team: str | None) -> str:
    reading = handoff.reading
    facts = [
        f"*Topic* {literal(handoff.topic or 'unclear', 80)}",
        f"*Urgency* {URGENCIES[reading.urgency] if reading else 'not read'}",
        f"*Tone* {TONES[reading.tone] if reading else 'not read'}",
        f"*Team* {literal(team, 80)}" if team else "",
    ]
    return "  ·  ".join(filter(None, facts))


def _original(handoff: HandOff) -> list[dict[str, Any]]:
    text = seen(handoff.ticket.text).strip()
    if not text:
        return [kit.context("The message is empty.")]
    blocks = [kit.plain_section(text, SHOWN_CHARS)]
    if not is_shown_whole(handoff) or handoff.ticket.text_cut:
        blocks.append(kit.context(f"✂ Cut here: the message has {len(text):,} characters; all of it is in the thread."))
    if handoff.ticket.text_cut:
        blocks.append(kit.context("It was longer than the router carries: the original as it came in has the rest."))
    return blocks


def _attachments(handoff: HandOff) -> list[dict[str, Any]]:
    files = handoff.ticket.attachments
    if not files:
        return []
    named = ", ".join(f"{literal(file.name or 'unnamed', 60)} ({_size(file.size)})" for file in files[:10])
    return [kit.context(f"📄 Attachments ({len(files)}): {named}{' …' if len(files) > 10 else ''}")]


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1000))} kB"


def _status(handoff: HandOff) -> list[dict[str, Any]]:
    earlier = len(handoff.corrections) - STATUS_LINES
    lines = [f"… after {earlier} earlier change{'s' * (earlier > 1)}"] if earlier > 0 else []
    lines += [_said(correction) for correction in handoff.corrections[-STATUS_LINES:]]
    if handoff.taken_by and handoff.taken_at:
        waited = wait(handoff.taken_at - handoff.ticket.received_at)
        lines.append(f"✋ Taken by {person(handoff.taken_by)}, {moment(handoff.taken_at)}, after {waited}")
    return [kit.context("\n".join(lines))] if lines else []


def _said(done: Correction) -> str:
    by = f"by {person(done.corrected_by)}, {moment(done.corrected_at)}"
    before, after = literal(done.before.team, 80), literal(done.after.team, 80)
    about = f", about {literal(done.after.topic, 80)}" if done.after.topic else ""
    if done.is_yes:
        return f"⚖️ Said to be right with {after}{about} {by}"
    if done.kind == "bumped":
        return f"⬆ Bumped {by}"
    if done.kind == "split":
        return f"✂️ Split {by}" if done.before == done.after else f"✂️ Split: also for {after}{about} {by}"
    if done.kind == "unfolded":
        return f"✂️ Said to be no copy {by}"
    moved = f"Moved from {before} to {after}" if before != after else f"Stays with {after}"
    return f"↪️ {moved}{about} {by}"
