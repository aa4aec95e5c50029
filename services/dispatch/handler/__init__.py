"""dispatch's Lambda entry points, a room for each way in."""

from __future__ import annotations

from services.dispatch.handler.from_mail import mail_actions
from services.dispatch.handler.from_queue import inbox
from services.dispatch.handler.from_slack import slack_actions
from services.dispatch.handler.schedules import count_outcomes, look_back, remind

__all__ = ["count_outcomes", "inbox", "look_back", "mail_actions", "remind", "slack_actions"]
