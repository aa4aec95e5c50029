"""Mail in and mail out, as SES does them, on SMTP.

- ``Inbound(support_address=…, s3=<boto3 S3 client>, bucket=…)`` takes mail for the support address (plus-addresses too)
  and says 250 only once the raw mail lies in the bucket under ``inbound/<id>``, with SES's headers on top.
- ``Outbox()`` is where the local AWS's SES relays to (its ``SMTP_HOST``): it keeps every mail it is given.
- ``await listen(inbound_or_outbox, socket) -> asyncio.Server``: two sockets, one for each side.
- ``create_app(*, outbox, rules_dir) -> Starlette``: ``GET /outbox`` (JSON list), ``GET /`` and
  ``GET /inboxes/<address>`` (the inboxes of teams.csv as pages), ``GET /mails/<id>`` (a mail as a client shows it).
"""

from local.mail.app import create_app
from local.mail.smtp import Inbound, Outbox, listen

__all__ = ["Inbound", "Outbox", "create_app", "listen"]
