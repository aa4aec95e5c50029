"""dispatch's use cases.

An event or an action changes the stored hand-off, conditionally; ``settle`` then brings Slack, the inboxes and the bus
in line with what is stored. Each of its steps may run again after a crash and finds what it has already done.
"""

from __future__ import annotations

from services.dispatch.app.arriving import dispatch, receive_copy
from services.dispatch.app.listing import list_queues
from services.dispatch.app.looking_back import count_outcomes, look_back, report
from services.dispatch.app.ports import Outside
from services.dispatch.app.pressing import correct, take
from services.dispatch.app.reminding import remind
from services.dispatch.app.settling import settle

__all__ = [
    "Outside",
    "correct",
    "count_outcomes",
    "dispatch",
    "list_queues",
    "look_back",
    "receive_copy",
    "remind",
    "report",
    "settle",
    "take",
]
