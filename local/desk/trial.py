"""The rules on the page tried on the logged tickets, before anybody saves them: ``rules try`` with a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from cli.replay import Change, replay
from cli.rules import not_replayed, read_dir
from contracts.rules import Rules
from contracts.ticket import Reading, Ticket
from local.desk import folder
from services.learning.domain import Problem
from services.learning.domain.folder import Draft
from shared.errors import BadInput

LIMIT = 1000
"""The newest tickets of the log."""


class Logged(Protocol):
    """Reads the log. May block: it is called in a thread."""

    def in_force(self) -> Rules: ...

    def logged(self, limit: int) -> list[tuple[Ticket, Reading]]: ...


@dataclass(frozen=True)
class Trial:
    """What the rules would change. ``why_not`` says why nobody can tell."""

    problems: Sequence[Problem | str]
    changes: Sequence[Change] = ()
    tickets: int = 0
    notes: Sequence[str] = ()
    why_not: str = ""


def try_out(pages: folder.Pages, log: Logged) -> Trial:
    """Decide the logged tickets anew under the rules on the page. Asks no model and saves nothing."""
    try:
        draft, problems = _read(pages)
        if draft is None:
            return Trial(problems, why_not="These rules would not go live; the last good ones would stay in force.")
        before = log.in_force()
    except BadInput as error:
        return Trial([str(error)], why_not="There is nothing to compare.")
    after = draft.as_rules(revision=before.revision + 1, published_at=before.published_at, instead_of=before)
    tickets = log.logged(LIMIT)
    return Trial(problems, replay(tickets, before=before, after=after), len(tickets), not_replayed(before, after))


def _read(pages: folder.Pages) -> tuple[Draft | None, Sequence[Problem]]:
    with TemporaryDirectory() as place:
        folder.write(Path(place), pages)
        found = read_dir(Path(place))
    return found.draft, found.problems
