"""Which tickets of the log somebody asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.errors import BadInput

WAITING = "waiting for the model"
"""The state of a ticket that is received and not read: no team has it yet."""
STATES = ("waiting", "taken", "done", "no ticket", "shadow", WAITING)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Wanted:
    """What all must be true of a row; None asks for nothing."""

    team: str | None = None
    state: str | None = None
    since: datetime | None = None
    query: str | None = None

    @classmethod
    def of(cls, *, team: str | None, state: str | None, since: str | None, query: str | None, now: datetime) -> Wanted:
        """What was typed. Raises BadInput naming the option and what it takes."""
        if state is not None and state.casefold() not in STATES:
            raise BadInput("--state", f"{state!r} is none", f"Use one of {', '.join(STATES)}")
        return cls(team, state and state.casefold(), since_of(since, now) if since else None, query)

    def among(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Those rows, which come newest first, that are wanted."""
        for row in rows:
            if self.since and datetime.fromisoformat(row["received_at"]) < self.since:
                return
            if self._has(row):
                yield row

    def _has(self, row: dict[str, Any]) -> bool:
        if self.team and str(row["team"]).casefold() != self.team.casefold():
            return False
        state = row.get("state") or ("taken" if row["taken_at"] else "waiting")
        if self.state and (state != self.state or row.get("part_of")):
            return False
        customer = row["customer"] if isinstance(row["customer"], dict) else {}
        texts = (row["ticket_id"], row["subject"], row.get("opening"), *customer.values())
        said = " ".join(str(text) for text in texts if isinstance(text, str)).casefold()
        return all(word in said for word in (self.query or "").casefold().split())


def since_of(text: str, now: datetime) -> datetime:
    """A moment: ``2026-11-23`` (midnight here), ``2026-11-23T09:00``, or ``3d``, ``12h``, ``30m`` ago."""
    if ago := re.fullmatch(r"(\d{1,6})\s*([mhdw])", text.strip().casefold()):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(
            "--since", f"{text!r} is no time", "Write 2026-11-23, 2026-11-23T09:00, 3d, 12h or 30m"
        ) from error
    return (found if found.tzinfo else found.astimezone()).astimezone(UTC)
