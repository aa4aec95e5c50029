"""The hand-off log in DynamoDB. Read by index, never by scan.

Table ``tickets-dispatch-<stage>``, keys ``pk`` and ``sk``:

| item | pk | sk |
|---|---|---|
| the hand-off of a ticket | ``ticket#<id>`` | ``ticket`` |
| an event of it, kept or emitted | ``ticket#<id>`` | ``event#<event id>`` |
| a copy of it or a follow-up to it | ``ticket#<id>`` | ``part#<its id>`` |
| a day that has tickets | ``days`` | ``2026-11-23`` |
| a team that has had tickets | ``teams`` | its name |
| a mail that was no ticket | ``aside#2026-11-23`` | its event id |
| something done once (see ``effects``) | ``effect#<name>`` | ``effect`` |

Indexes over the hand-offs, each with the row as ``ticket-router tickets`` prints it: ``by-day`` (``day``, ``at``),
``by-customer`` (``customer``, ``at``), ``by-queue`` (``queue``, ``queue_at``): a team's open tickets in queue order
under ``<team>``, its taken ones by the time they were taken under ``<team>#taken``.
"""

from __future__ import annotations

from services.dispatch.adapters.log.hand_offs import HandOffs
from services.dispatch.adapters.log.rows import Rows


class HandOffLog(HandOffs, Rows):
    """The log: what dispatch itself keeps in it, and what the command, the Desk and the reports read from it."""
