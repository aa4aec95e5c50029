"""Slack messages (Block Kit), within Slack's documented limits and with every foreign word escaped.

Limits: https://docs.slack.dev/reference/block-kit – 50 blocks a message, 3,000 characters a section text, 75 an option
label, 150 an option value, 100 options a group, 100 groups, 25 elements an actions block, 255 a block id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from contracts.rules import TRIAGE, Rules
from contracts.ticket import Correction, Person, Ping
from services.dispatch.domain.handoff import HandOff, Place
from services.dispatch.domain.row import rank
from services.dispatch.domain.words import MOVES, SOURCES, TONES, URGENCIES, customer_name, cut, line, seen, wait

SECTION_CHARS = 3000
OPTION_CHARS = 75
OPTION_VALUE_CHARS = 150
GROUP_OPTIONS = 100
FALLBACK_CHARS = 300
SHOWN_CHARS = 2400
"""How much of the original message the Slack message itself shows."""
LISTED = 40
"""Lines of a queue list; what is not listed is counted."""

_USER_ID = re.compile(r"[UW][A-Z0-9]{5,}")


@dataclass(frozen=True)
class Message:
    """A Slack message: its blocks, and the plain text for notifications and screen readers."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """What a Reassign option stands for."""

    team: str
    topic: str | None = None

    @property
    def value(self) -> str:
        """The option's value, as Slack sends it back."""
        return f"{self.team}|{self.topic or ''}"

    @property
    def label(self) -> str:
        """What the option says."""
        return f"{self.topic} → {self.team}" if self.topic else self.team

    @classmethod
    def of(cls, value: str) -> Choice:
        """The choice a value stands for."""
        team, _, topic = value.partition("|")
        return cls(team, topic or None)


def escape(text: str) -> str:
    """The text as Slack shows it literally: ``&``, ``<`` and ``>`` are the only characters Slack gives a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str, limit: int) -> str:
    """Foreign text for a mrkdwn place: one line, escaped, its markup taken apart, cut with a sign."""
    return _fit(re.sub(r"([*_~`])", "\u2060\\1\u2060", cut(line(text), limit)), limit)


def _fit(text: str, limit: int) -> str:
    # Escaping makes text longer: cut before it, until it fits after it.
    size = len(text)
    while len(escape(text)) > limit:
        size -= max(1, (len(escape(text)) - limit) // 5)
        text = cut(text, size)
    return escape(text)


def hand_off_message(handoff: HandOff, rules: Rules, *, called: list[str], notes: tuple[str, ...] = ()) -> Message:
    """The ticket as its team sees it. ``called`` are the mentions of the people who are pinged."""
    sign, word = MOVES[handoff.move.kind]
    ticket, reading, move = handoff.ticket, handoff.reading, handoff.move
    who = _customer(handoff)
    head = f"{sign} *{word}* · *{literal(ticket.subject or '(no subject)', 300)}*"
    facts = [
        f"*Topic* {literal(handoff.topic or 'unclear', 80)}",
        f"*Urgency* {URGENCIES[reading.urgency] if reading else 'not read'}",
        f"*Tone* {TONES[reading.tone] if reading else 'not read'}",
        f"*Team* {literal(move.team, 80)}",
    ]
    blocks = [
        _section(head + (f"\n{' '.join(called)}" if called else "")),
        _section(f"{who}\n{'  ·  '.join(facts)}"),
        *_original(handoff),
        *_attachments(handoff),
        _context("Why: " + literal(" · ".join(move.reasons), 1800)),
        *[_context(note) for note in notes],
        *_status(handoff),
        *_buttons(handoff, rules),
    ]
    text = f"{word}: {line(ticket.subject) or '(no subject)'}, {customer_name(ticket.customer)}"
    return Message(text=_fit(cut(text, FALLBACK_CHARS), FALLBACK_CHARS), blocks=blocks)


def moved_message(handoff: HandOff, left: Place, *, where: str) -> Message:
    """What stays at a place the ticket has left: who moved it, where and when. No buttons."""
    later = handoff.corrections[left.revision :]
    done = next((done for done in later if done.after.team != left.team), handoff.corrections[-1])
    said = f"↪️ Moved to {where} by {_person(done.corrected_by)}, {_time(done.corrected_at)}"
    who = literal(customer_name(handoff.ticket.customer), 300)
    head = f"~{literal(handoff.ticket.subject or '(no subject)', 300)}~\n{who}"
    text = f"Moved to {handoff.move.team}: {line(handoff.ticket.subject) or '(no subject)'}"
    blocks = [_section(head), _context(f"{said} · {handoff.ticket_id}")]
    return Message(text=_fit(cut(text, FALLBACK_CHARS), FALLBACK_CHARS), blocks=blocks)


def copy_message(copy: HandOff) -> Message:
    """The note in the original's thread: where else the problem arrived, and why it was judged the same."""
    ticket = copy.ticket
    reason = ticket.link_reason or "judged the same problem"
    came = f"{SOURCES[ticket.source]}, {_time(ticket.received_at)}"
    head = f"📎 The same problem also arrived {came}: {literal(reason, 500)}"
    text = f"Also arrived {SOURCES[ticket.source]}: {line(ticket.subject) or cut(line(ticket.text), 100)}"
    return Message(
        text=_fit(cut(text, FALLBACK_CHARS), FALLBACK_CHARS),
        blocks=[
            _section(head),
            *_original(copy),
            _context(f"{literal(customer_name(ticket.customer), 300)} · {ticket.ticket_id}"),
        ],
    )


def queue_message(team: str, waiting: list[HandOff], *, links: dict[str, str], now: datetime) -> Message:
    """The pinned list of a team's queue: escalate, priority, what was raised, the rest; the oldest first."""
    waiting = sorted(waiting, key=lambda handoff: (rank(handoff), handoff.ticket.received_at))
    count = f"{len(waiting)} waiting" if waiting else "nobody waiting"
    oldest = min((handoff.ticket.received_at for handoff in waiting), default=None)
    title = f"📌 {team}: {count}" + (f", the oldest for {wait(now - oldest)}" if oldest else "")
    lines = [_queue_line(handoff, links.get(handoff.ticket_id), now) for handoff in waiting[:LISTED]]
    if len(waiting) > LISTED:
        lines.append(f"… and {len(waiting) - LISTED} more")
    blocks = [_section(f"*{literal(title, 200)}*"), *[_section(part) for part in _pages(lines)]]
    return Message(text=_fit(title, FALLBACK_CHARS), blocks=[*blocks, _context(f"As of {_time(now)}")])


def _queue_line(handoff: HandOff, link: str | None, now: datetime) -> str:
    sign, word = MOVES[handoff.move.kind]
    subject = literal(handoff.ticket.subject or handoff.ticket.text or "(no subject)", 80)
    shown = f"<{link}|{subject.replace('|', '¦')}>" if link else subject
    who = literal(handoff.ticket.customer.name or customer_name(handoff.ticket.customer), 40)
    return f"{sign} {word} · {shown} · {who} · {wait(now - handoff.ticket.received_at)}"


def _pages(lines: list[str]) -> list[str]:
    pages: list[str] = []
    for entry in lines:
        if pages and len(pages[-1]) + len(entry) < SECTION_CHARS:
            pages[-1] += "\n" + entry
        else:
            pages.append(entry)
    return pages


def mention(ping: Ping, slack_id: str | None) -> str:
    """How a person is called: by Slack id when there is one, else by what the team sheet says."""
    return f"<@{slack_id}> ({ping.role})" if slack_id else f"{literal(ping.who, 120)} ({ping.role})"


def slack_id(who: str) -> str | None:
    """The Slack user id that ``who`` is, or None for an e-mail address or a name."""
    return who if _USER_ID.fullmatch(who) else None


def choices(rules: Rules) -> list[Choice]:
    """What Reassign offers: each topic with its team, then each team as such."""
    topics = [Choice(topic.team, topic.name) for topic in rules.topics if rules.team(topic.team)]
    teams = [Choice(team.name) for team in rules.teams]
    return [choice for choice in (*topics, *teams) if len(choice.value) <= OPTION_VALUE_CHARS]


def block_id(handoff: HandOff) -> str:
    """Names ticket and revision, so that a button of an old message is known as old."""
    return f"{handoff.ticket_id}.{handoff.revision}"


def _buttons(handoff: HandOff, rules: Rules) -> list[dict[str, Any]]:
    offered = [choice for choice in choices(rules) if choice != Choice(handoff.move.team, handoff.topic)]
    topics = [choice for choice in offered if choice.topic]
    teams = [choice for choice in offered if not choice.topic and choice.team != handoff.move.team]
    groups = [*_groups("It is about", topics), *_groups("It belongs to", teams)]
    elements: list[dict[str, Any]] = []
    if handoff.taken_at is None:
        elements.append(_button("take", "Take", handoff.ticket_id, style="primary"))
    if groups:
        elements.append(
            {
                "type": "static_select",
                "action_id": "reassign",
                "placeholder": {"type": "plain_text", "text": "Reassign …"},
                "option_groups": groups[:100],
            }
        )
    likeliest = _likeliest(handoff, topics) if handoff.move.team == TRIAGE else []
    rows = [{"type": "actions", "block_id": block_id(handoff), "elements": elements}]
    if likeliest:
        buttons = [
            _button(f"reassign.{number}", choice.label, choice.value) for number, choice in enumerate(likeliest, 1)
        ]
        rows.insert(0, {"type": "actions", "block_id": f"{block_id(handoff)}.likeliest", "elements": buttons})
    return rows


def _likeliest(handoff: HandOff, topics: list[Choice]) -> list[Choice]:
    by_name = {choice.topic: choice for choice in topics}
    candidates = handoff.reading.candidates if handoff.reading else ()
    return [by_name[candidate.topic] for candidate in candidates if candidate.topic in by_name][:3]


def _groups(label: str, offered: list[Choice]) -> list[dict[str, Any]]:
    return [
        {
            "label": {"type": "plain_text", "text": label},
            "options": [
                {
                    "text": {"type": "plain_text", "text": _fit(cut(line(choice.label), OPTION_CHARS), OPTION_CHARS)},
                    "value": choice.value,
                }
                for choice in offered[start : start + GROUP_OPTIONS]
            ],
        }
        for start in range(0, len(offered), GROUP_OPTIONS)
    ]


def _button(action_id: str, label: str, value: str, **more: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": _fit(cut(line(label), OPTION_CHARS), OPTION_CHARS)}
    return {"type": "button", "action_id": action_id, "text": text, "value": value, **more}


def _customer(handoff: HandOff) -> str:
    ticket = handoff.ticket
    verified = "✔ verified" if ticket.customer.verified else "not verified"
    vip = " · ⭐ VIP" if handoff.move.vip else ""
    came = f"{SOURCES[ticket.source]}, {_time(ticket.received_at)}"
    return f"*{literal(customer_name(ticket.customer), 300)}* · {verified}{vip} · {came}"


def _original(handoff: HandOff) -> list[dict[str, Any]]:
    text = seen(handoff.ticket.text).strip()
    if not text:
        return [_context("The message is empty.")]
    shown = _fit(cut(text, SHOWN_CHARS), SECTION_CHARS - 100)
    # plain_text: the customer's stars and underscores stay what they are.
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "plain_text", "text": shown, "emoji": False}}]
    if len(text) > SHOWN_CHARS:
        blocks.append(_context(f"Cut here: the message has {len(text):,} characters."))
    return blocks


def _attachments(handoff: HandOff) -> list[dict[str, Any]]:
    files = handoff.ticket.attachments
    if not files:
        return []
    named = ", ".join(literal(file.name, 80) for file in files[:10])
    return [_context(f"Attachments ({len(files)}): {named}{' …' if len(files) > 10 else ''}")]


def _status(handoff: HandOff) -> list[dict[str, Any]]:
    lines = [_said(correction) for correction in handoff.corrections[-5:]]
    if handoff.taken_by and handoff.taken_at:
        waited = wait(handoff.taken_at - handoff.ticket.received_at)
        lines.append(f"✋ Taken by {_person(handoff.taken_by)}, {_time(handoff.taken_at)}, after {waited}")
    return [_context(cut("\n".join(lines), 2000))] if lines else []


def _said(done: Correction) -> str:
    by = f"by {_person(done.corrected_by)}, {_time(done.corrected_at)}"
    if done.kind == "reassigned":
        topic = f", about {literal(done.after.topic, 80)}" if done.after.topic else ""
        return f"↪️ Moved from {literal(done.before.team, 80)}{topic} {by}"
    return f"{done.kind} {by}"


def _person(person: Person) -> str:
    # By name, not by mention: whoever pressed a button need not be called about it.
    return literal(person.name or person.id, 120)


def _time(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}
