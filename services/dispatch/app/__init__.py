"""dispatch's use cases.

An event or an action changes the stored hand-off, conditionally; ``settle`` then brings Slack, the inboxes and the bus
in line with what is stored. Each of its steps may run again after a crash and finds what it has already done.
"""

from __future__ import annotations

from services.dispatch.app.arriving import dispatch, hear_answer, hear_where_it_went, receive_copy
from services.dispatch.app.attaching import attach_everything
from services.dispatch.app.listing import is_time_for_lists, list_queues, mail_list
from services.dispatch.app.looking_back import count_outcomes, look_back, report
from services.dispatch.app.ports import Outside
from services.dispatch.app.pressing import press
from services.dispatch.app.reminding import remind
from services.dispatch.app.settling import settle

__all__ = [
    "Outside",
    "attach_everything",
    "count_outcomes",
    "dispatch",
    "hear_answer",
    "hear_where_it_went",
    "is_time_for_lists",
    "list_queues",
    "look_back",
    "mail_list",
    "press",
    "receive_copy",
    "remind",
    "report",
    "settle",
]
