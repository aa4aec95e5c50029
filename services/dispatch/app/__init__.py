"""dispatch's use cases.

An event or an action changes the stored hand-off, conditionally; ``settle`` then brings Slack, the inboxes and the bus
in line with what is stored. Each of its steps may run again after a crash and finds what it has already done.
"""

from __future__ import annotations

from services.dispatch.app.looking_back import count_outcomes, look_back, report
from services.dispatch.app.ports import Outside
from services.dispatch.app.record import correct, dispatch, receive_copy, remind, take
from services.dispatch.app.settling import list_queues, settle

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
