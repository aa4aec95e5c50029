"""How many tickets wait with each team: kept as they come and go. Counting them takes longer the more there are."""

from __future__ import annotations

from services.dispatch.domain.life.handoff import HandOff


def counts(before: HandOff | None, after: HandOff | None) -> dict[str, int]:
    """What a change of one hand-off adds to the teams' counts; None: it is not there, yet or any more."""
    was, now = _team(before), _team(after)
    if was == now:
        return {}
    return {team: change for team, change in ((was, -1), (now, 1)) if team}


def _team(handoff: HandOff | None) -> str | None:
    return handoff.move.team if handoff and handoff.is_open else None
