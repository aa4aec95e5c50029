"""When somebody is told again that a ticket waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from contracts.rules import Team
from contracts.ticket import Ping
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.life.working_time import working_time
from services.dispatch.domain.words import wait

UNSETTLED = "#unsettled"
"""In place of a team: what must be looked at because it was left half done."""


TOLD_BEFORE = timedelta(days=7)
"""How long before it is deleted a ticket that nobody took says so."""
ENDS = "end"


def next_look(
    handoff: HandOff, *, after: Mapping[str, tuple[timedelta, timedelta]], retention: timedelta
) -> tuple[str, datetime] | None:
    """Who is to look at the ticket again, and when at the soonest; None when nobody need.

    By the clock: the team's hours are asked when the time has come.
    """
    if handoff.part_of:
        return None
    if not handoff.is_settled:
        return UNSETTLED, handoff.ticket.received_at
    if not handoff.is_open:
        return None
    since, times = handoff.waits_since or handoff.ticket.received_at, after.get(handoff.move.kind)
    looks = [] if ENDS in handoff.reminded else [ends_at(handoff, retention) - TOLD_BEFORE]
    if times and "manager" not in handoff.reminded:
        looks.append(since + (times[1] if "lead" in handoff.reminded else times[0]))
    return (handoff.move.team, min(looks)) if looks else None


def ends_at(handoff: HandOff, retention: timedelta) -> datetime:
    """When the ticket is deleted."""
    waits_since = handoff.waits_since or handoff.ticket.received_at
    return (handoff.done_at or handoff.taken_at or waits_since) + retention


def ending(handoff: HandOff, *, now: datetime, retention: timedelta) -> HandOff | None:
    """It is said once, a week before, that a ticket nobody took comes to its end."""
    ends = ends_at(handoff, retention)
    if not handoff.is_open or ENDS in handoff.reminded or now < ends - TOLD_BEFORE:
        return None
    text = f"Nobody has taken it for {wait(now - handoff.ticket.received_at)}: it is deleted on {ends:%Y-%m-%d}"
    note = Note(key=f"waits#{handoff.revision}#{ENDS}", text=text)
    return handoff.model_copy(update={"reminded": (*handoff.reminded, ENDS), "notes": (*handoff.notes, note)})


def _due(
    kind: str, done: tuple[str, ...], waited: timedelta, after: Mapping[str, tuple[timedelta, timedelta]]
) -> str | None:
    """Who is told now: the last of lead and manager whose time has come, unless the manager knows already."""
    if kind not in after or "manager" in done:
        return None
    due = [role for role, time in zip(("lead", "manager"), after[kind], strict=True) if waited >= time]
    return next((role for role in reversed(due) if role not in done), None)


def reminded(
    handoff: HandOff, *, team: Team, now: datetime, after: Mapping[str, tuple[timedelta, timedelta]]
) -> HandOff | None:
    """Somebody is told again that the ticket waits: the lead after the first time, the manager after the second.

    ``after`` gives both times by kind of move (and ``hold``); a kind that is not in it is never raised. They count in
    the team's business hours, and outside them nobody is told who is not on call.
    """
    received_at, since = handoff.ticket.received_at, handoff.waits_since or handoff.ticket.received_at
    role = _due(handoff.move.kind, handoff.reminded, working_time(team, since, now), after)
    if not handoff.is_open or handoff.place is None or role is None:
        return None
    on_duty = team.on_duty(now)
    who = team.manager or team.lead if role == "manager" else on_duty and on_duty.who
    called = (Ping(role="manager" if role == "manager" else "lead", who=who),) if who else ()
    note = Note(
        key=f"waits#{handoff.revision}#{role}", text=f"Nobody has taken it for {wait(now - received_at)}", pings=called
    )
    return handoff.model_copy(update={"reminded": (*handoff.reminded, role), "notes": (*handoff.notes, note)})


def escalation_waits(handoff: HandOff) -> bool:
    """Whether nobody has taken an escalated ticket although its lead and its manager were reminded."""
    return handoff.is_open and handoff.move.kind == "escalate" and "manager" in handoff.reminded
