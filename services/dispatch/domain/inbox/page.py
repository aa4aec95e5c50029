"""The page behind a mail's link: what it shows and what it offers."""

from __future__ import annotations

from datetime import datetime

from contracts.rules import Rules
from services.dispatch.domain import sent
from services.dispatch.domain.choice import SPLIT, Choice, choices
from services.dispatch.domain.inbox.letters import hand_off_letter
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.offered import offered as offered_now
from services.dispatch.domain.life.said import name_of, said
from services.dispatch.domain.life.steps import Step
from services.dispatch.domain.words import line, wait

Groups = list[tuple[str, list[tuple[str, str]]]]

_LABELS = {
    "take": "Take it: I work on it now",
    "done": "Done: nothing is left to do",
    "give_back": "Give it back: it waits again",
    "assign": "Assign it to a colleague",
    "bump": "Bump it: it is more urgent",
    "lower": "Lower it: it is less urgent",
    "not_a_ticket": "Not a ticket: spam, a newsletter, a machine",
}


def facts(handoff: HandOff) -> list[tuple[str, str]]:
    """What the page says about the ticket, and what people have done with it."""
    state = {"waiting": "waits", "taken": f"with {name_of(handoff.taken_by)}"}.get(handoff.state, handoff.state)
    head = [("State", line(state)), ("Ticket", handoff.ticket_id)]
    return [*head, *hand_off_letter(handoff).facts, *(("Step", _step(handoff, step)) for step in handoff.steps)]


def files(handoff: HandOff, *, limit: int) -> list[tuple[int, str, str]]:
    """All that was sent: the number of each file in its link (0: none), its name, and what there is to say about it."""
    found = sent.everything(handoff.ticket, limit=limit)
    return [(0 if one.is_kept_back else number, one.name, _about(one)) for number, one in enumerate(found, 1)]


def _about(file: sent.Sent) -> str:
    size = sent.size(file.size) if file.size else ""
    kind = {"message/rfc822": "the mail as it came", "application/json": "as it came"}.get(file.content_type, "")
    remark = file.remark
    how = f"{file.why_not}: ticket-router original has it" if file.is_kept_back else ""
    return ", ".join(filter(None, (size, kind, remark, how)))


def _step(handoff: HandOff, step: Step) -> str:
    waited = f", after {wait(step.at - handoff.ticket.received_at)}" if step.did in ("taken", "done") else ""
    return f"{line(name_of(step.by))} has {line(said(handoff, step))}, {step.at:%Y-%m-%d %H:%M} UTC{waited}"


def offered(handoff: HandOff, rules: Rules, *, now: datetime) -> Groups:
    """What can be done with the ticket, grouped; each with the value the form sends."""
    if handoff.is_copy:
        return [("This ticket", [("not_a_copy", "It is not a copy: let it stand on its own")])]
    if handoff.part_of:
        return [("This ticket", [("split", "Split it off: it is a problem of its own")])]
    can = offered_now(handoff, at=now)
    here = [(action, _LABELS[action]) for action in (*can.first, *can.more)]
    if can.undo:
        here.append(("undo", f"Undo the last step: {can.undo}"))
    others = [choice for choice in choices(rules) if choice != Choice(handoff.move.team, handoff.topic)]
    topics = [choice for choice in others if choice.topic]
    teams = [choice for choice in others if not choice.topic and choice.team != handoff.move.team]
    moves = [
        ("It is about", [(f"reassign:{choice.value}", choice.label) for choice in topics]),
        ("It belongs to", [(f"reassign:{choice.value}", choice.label) for choice in teams]),
        ("Split: a second problem is for", [(f"{SPLIT}{choice.value}", choice.label) for choice in topics]),
    ]
    return [*([("This ticket", here)] if here else []), *(moves if can.moves else [])]


def chosen(value: str) -> tuple[str, Choice | None]:
    """The action and the choice that a form's value stands for."""
    action, _, choice = value.partition(":")
    return action, Choice.of(choice) if choice else None
