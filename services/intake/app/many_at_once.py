"""One sender cannot bury the others: what is over the hour's count is still a ticket, and a quiet one."""

from __future__ import annotations

from datetime import datetime

from services.intake.app.ports import Counter
from services.intake.domain.identity import customer_key
from services.intake.domain.mail import Mail

WINDOW_S = 3_600


def why_quiet(*, mail: Mail, key: str, limit: int, counter: Counter, now: datetime) -> str | None:
    """Why this mail goes quietly to triage; None within the limit. Counts it once, against whoever wrote it.

    ``limit``: mails of one writer in an hour; 0 takes any number. The writer is the customer by their address, so that
    a list or a web form that many people write through is not one sender; without an address it is the sender.
    """
    writer = customer_key(mail.customer) or mail.sender
    if not limit or not writer:
        return None
    if not counter.is_over(who=f"mail#{writer[:254]}", what=key, most=limit, window=WINDOW_S, now=now):
        return None
    return f"many at once from this sender: more than {limit} mails in an hour"
