"""The Desk: the page where a newcomer sends a ticket and watches it travel.

``create_app(*, endpoints, rules_dir, log, slack=None, mail=None) -> Starlette``

- ``endpoints``: the content of ``endpoints.json`` as a dict.
- ``log``: a TicketLog; ``StackLog(stack)`` over a ``cli.stack.Stack`` reads the deployed services' own logs.
- ``slack`` and ``mail``: the stand-ins' apps, mounted under ``/slack`` and ``/mail``. None when a real Slack is used.
"""

from local.desk.app import create_app
from local.desk.log import StackLog, TicketLog

__all__ = ["StackLog", "TicketLog", "create_app"]
