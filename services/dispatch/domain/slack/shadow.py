"""The quiet line of a ticket in shadow: where it would go and why. Nobody is called, and there is nothing to press."""

from __future__ import annotations

from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, literal
from services.dispatch.domain.words import MOVES, customer_name, subject_of


def shadow_message(handoff: HandOff) -> Message:
    """One section and a grey line."""
    ticket, move = handoff.ticket, handoff.move
    sign, word = MOVES[move.kind]
    subject, who = literal(subject_of(ticket), 200), literal(customer_name(ticket.customer), 200)
    where = f"*{literal(move.team, 80)}* as {word.lower()}"
    return Message.of(
        f"In shadow: {subject_of(ticket)} would go to {move.team} as {word.lower()} · {ticket.ticket_id}",
        kit.section(f"{sign} “{subject}” · {who}\nwould go to {where}: {_read(handoff)}"),
        kit.context(f"*{ticket.ticket_id}* · {literal(' · '.join(handoff.why), 900)}"),
    )


def _read(handoff: HandOff) -> str:
    reading = handoff.reading
    if reading is None or reading.outcome != "read":
        return "not read"
    topic = f"{literal(reading.topic, 80)} ({reading.confidence:.0%})" if reading.topic else "topic not clear"
    return f"{topic}, {reading.urgency}, {reading.tone}"
