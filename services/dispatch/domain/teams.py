"""Which team has a ticket, and who of it is called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from contracts.rules import TRIAGE, Rules, Team
from contracts.ticket import (
    Ping,
)


def team_of(name: str, rules: Rules) -> Team:
    """The team of that name; the triage lane when the sheet no longer has it.

    Raises LookupError when there is no triage lane either.
    """
    team = rules.team(name) or rules.team(TRIAGE)
    if team is None:
        raise LookupError(f"The Teams tab has neither {name} nor {TRIAGE}")
    return team


def pings_for(team: Team, kind: str, known: Iterable[Ping] = (), *, at: datetime) -> tuple[Ping, ...]:
    """Who is called when a ticket of this kind comes to the team then: lead or on call, the manager too on escalate."""
    pings = [ping for ping in known if ping.role == "owner"]
    if kind == "escalate" and team.manager:
        pings.append(Ping(role="manager", who=team.manager))
    if kind in ("escalate", "priority") and (on_duty := team.on_duty(at)):
        pings.append(on_duty)
    return tuple({ping.who.casefold(): ping for ping in reversed(pings)}.values())[::-1]
