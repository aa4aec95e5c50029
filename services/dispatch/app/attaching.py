"""The files under a ticket: what the customer sent with it, and their words where a message has no room for them."""

from __future__ import annotations

from collections.abc import Iterable

from services.dispatch.app.once import once
from services.dispatch.app.ports import Outside
from services.dispatch.domain import sent
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.sent import Sent
from services.dispatch.domain.slack.shown import is_shown_whole


def attach_files(handoff: HandOff, *, under: HandOff, outside: Outside) -> None:
    """What is attached at once: files that may be shown, the whole of a long text, the conversation of a chat."""
    ticket, found = handoff.ticket, sent.attachments(handoff.ticket, limit=outside.file_limit)
    files = [one for one in found if not one.why_not]
    if not is_shown_whole(handoff):
        files.insert(0, sent.whole_text(ticket))
    if ticket.source == "chat" and (conversation := sent.rest(ticket)):
        files.insert(0, conversation)
    _attach(files, under, outside)


def attach_everything(handoff: HandOff, *, outside: Outside) -> str:
    """The rest as well, and the original, of the ticket and all its parts. Answers what is told who asked for it."""
    parts = [part for part in outside.log.parts(handoff.ticket_id) if part.part_of == handoff.ticket_id]
    found = [file for one in (handoff, *parts) for file in sent.everything(one.ticket, limit=outside.file_limit)]
    missing = [one for one in found if one.why_not]
    missing += _attach([one for one in found if not one.why_not], handoff, outside)
    if not found:
        return f"There is no more of {handoff.ticket_id} than the message shows"
    said = f"All of {handoff.ticket_id} is in its thread"
    names = ", ".join(f"{one.name} ({one.why_not or 'too large, or not kept any more'})" for one in missing)
    return f"{said}, but {names}: ticket-router original {handoff.ticket_id} --save DIR has it" if names else said


def _attach(files: Iterable[Sent], under: HandOff, outside: Outside) -> list[Sent]:
    """Attach each file once to the place the ticket lies in now. Answers those that could not be."""
    if under.place is None:
        return []
    there = under.place.destination.ref
    return [
        file for file in files if not _attach_one(file, under, f"{under.ticket_id}.file.{file.title}.{there}", outside)
    ]


def _attach_one(file: Sent, under: HandOff, effect: str, outside: Outside) -> bool:
    done = once(outside, effect, lambda attempt: outside.places.attach(file, attempt, under=under))
    if done is None:
        return not outside.effects.noted(f"failed.{effect}")
    if not done:
        outside.effects.note(f"failed.{effect}", "it could not be attached")
    outside.effects.done(effect)
    return done
