"""When somebody is told again that a ticket waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from contracts.rules import Team
from contracts.ticket import Ping
from services.dispatch.domain.life.handoff import HandOff, Note
from services.dispatch.domain.life.working_time import working_time
from services.dispatch.domain.lists.entry import Entry
from services.dispatch.domain.words import wait


def is_late(entry: Entry, *, team: Team, now: datetime, after: Mapping[str, tuple[timedelta, timedelta]]) -> bool:
    """Whether somebody should be told (again) that the ticket waits."""
    if _due(entry.kind, entry.reminded, now - entry.received_at, after) is None:
        return False  # too early by the clock is too early by their hours, and quicker told
    return _due(entry.kind, entry.reminded, working_time(team, entry.received_at, now), after) is not None


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
    received_at = handoff.ticket.received_at
    role = _due(handoff.move.kind, handoff.reminded, working_time(team, received_at, now), after)
    if not handoff.is_open or handoff.place is None or role is None:
        return None
    on_duty = team.on_duty(now)
    who = team.manager or team.lead if role == "manager" else on_duty and on_duty.who
    called = (Ping(role="manager" if role == "manager" else "lead", who=who),) if who else ()
    note = Note(
        key=f"waits#{handoff.revision}#{role}", text=f"Nobody has taken it for {wait(now - received_at)}", pings=called
    )
    return handoff.model_copy(update={"reminded": (*handoff.reminded, role), "notes": (*handoff.notes, note)})
