"""What only the person who pressed a button is asked."""

from __future__ import annotations

from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.slack import blocks as kit
from services.dispatch.domain.slack.blocks import Message, literal
from services.dispatch.domain.slack.buttons import block_id
from services.dispatch.domain.words import subject_of


def whom_message(handoff: HandOff) -> Message:
    """Which colleague the ticket is assigned to."""
    subject = subject_of(handoff.ticket)
    return Message.of(
        f"Assign {handoff.ticket_id} to whom?",
        kit.section(f"Who works on *{literal(subject, 200)}* ({handoff.ticket_id})?"),
        kit.actions(block_id(handoff), kit.people_menu("assign", "A colleague in this channel")),
    )
