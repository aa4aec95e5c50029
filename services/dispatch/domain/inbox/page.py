"""The page behind a mail's link: what it shows and what it offers."""

from __future__ import annotations

from contracts.rules import Rules
from services.dispatch.domain.choice import Choice, choices
from services.dispatch.domain.inbox.letters import hand_off_letter
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.said import said
from services.dispatch.domain.words import line, wait

Groups = list[tuple[str, list[tuple[str, str]]]]


def facts(handoff: HandOff) -> list[tuple[str, str]]:
    """What the page says about the ticket, and what people have done with it."""
    done = [
        f"{line(one.corrected_by.name or one.corrected_by.id)} {said(one)}, {one.corrected_at:%Y-%m-%d %H:%M} UTC"
        for one in handoff.corrections
    ]
    if handoff.taken_by and handoff.taken_at:
        who, waited = line(handoff.taken_by.name or handoff.taken_by.id), handoff.taken_at - handoff.ticket.received_at
        done.append(f"{who} has taken it, {handoff.taken_at:%Y-%m-%d %H:%M} UTC, after {wait(waited)}")
    return [*hand_off_letter(handoff).facts, ("Ticket", handoff.ticket_id), *(("Done", one) for one in done)]


def offered(handoff: HandOff, rules: Rules) -> Groups:
    """What can be done with the ticket, grouped; each with the value the form sends."""
    if handoff.is_copy:
        return [("This ticket", [("not_a_copy", "It is not a copy: let it stand on its own")])]
    if handoff.part_of:
        return [("This ticket", [("split", "Split it off: it is a problem of its own")])]
    here = [("take", "Take it: I work on it now")] if handoff.is_open else []
    if handoff.move.kind in ("route", "priority") or handoff.move.position == "normal":
        here.append(("bump", "Bump it: it is more urgent"))
    others = [choice for choice in choices(rules) if choice != Choice(handoff.move.team, handoff.topic)]
    topics = [choice for choice in others if choice.topic]
    teams = [choice for choice in others if not choice.topic and choice.team != handoff.move.team]
    return [
        *([("This ticket", here)] if here else []),
        ("It is about", [(f"reassign:{choice.value}", choice.label) for choice in topics]),
        ("It belongs to", [(f"reassign:{choice.value}", choice.label) for choice in teams]),
        ("Split: a second problem is for", [(f"split:{choice.value}", choice.label) for choice in topics]),
    ]


def chosen(value: str) -> tuple[str, Choice | None]:
    """The action and the choice that a form's value stands for."""
    action, _, choice = value.partition(":")
    return action, Choice.of(choice) if choice else None
