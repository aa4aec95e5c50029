"""Put in force what the team's own tickets say about each model's confidence."""

from __future__ import annotations

from datetime import datetime

from contracts.outcomes_counted import OutcomesCounted
from contracts.rules import Rules
from services.learning.app.ports import SOON_S, TRIES, EditedMeanwhile, Shelf
from services.learning.app.publish import put_in_force
from shared.errors import NotNow


def take_over(*, counted: OutcomesCounted, shelf: Shelf, now: datetime) -> Rules | None:
    """Publish the counted outcomes in place of the earlier ones; None when later or the same ones are in force.

    Raises NotNow when there are no rules yet, or others kept publishing at the same moment.
    """
    data = counted.data
    for _ in range(TRIES):
        before = shelf.in_force()
        if before is None:
            raise NotNow("no rules are published yet", retry_after=SOON_S)
        rules = before.rules
        if data.outcomes == rules.outcomes or (rules.outcomes_until and data.until <= rules.outcomes_until):
            return None
        after = rules.model_copy(
            update={
                "revision": rules.revision + 1,
                "published_at": now,
                "outcomes": data.outcomes,
                "outcomes_until": data.until,
            }
        )
        try:
            put_in_force(after, instead_of=before, changed_by="the tickets themselves", shelf=shelf)
        except EditedMeanwhile:
            continue
        return after
    raise NotNow("the rules are being published by somebody else", retry_after=SOON_S)
