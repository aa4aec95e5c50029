"""Files in a mail (RFC 2183), the customer's own mail among them (RFC 2046 §5.2.1)."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from services.dispatch.domain.inbox.enclosed import Enclosed

_TYPE = re.compile(r"(?P<main>image|audio|video|application|text)/(?P<sub>[\w.+-]{1,80})", re.ASCII)
_RUNS = re.compile(r"html|xml|svg|script|xhtml", re.I)
"""Types that a mail program might draw or run: enclosed as bytes."""
_SEVEN_BIT = SMTP.clone(cte_type="7bit")


def enclose(mail: EmailMessage, file: Enclosed) -> None:
    """Add a file. A mail is enclosed as one, so that a mail program can answer it."""
    if file.content_type == "message/rfc822" and (original := _readable(file.content)):
        mail.add_attachment(original, filename=file.name)
        return
    found = _TYPE.fullmatch(file.content_type.partition(";")[0].strip().casefold())
    if found is None or _RUNS.search(found["sub"]):
        mail.add_attachment(file.content, maintype="application", subtype="octet-stream", filename=file.name)
        return
    charset = {"charset": "utf-8"} if file.of_ours else None
    mail.add_attachment(file.content, maintype=found["main"], subtype=found["sub"], filename=file.name, params=charset)


def _readable(raw: bytes) -> EmailMessage | None:
    """The mail, if it can be written again as seven-bit text; one that cannot goes as the bytes it is."""
    try:
        found = message_from_bytes(raw, policy=_SEVEN_BIT)
        found.as_bytes(policy=_SEVEN_BIT).decode("ascii")
    except Exception:
        # Whatever a stranger's mail does to the library: it is enclosed all the same.
        return None
    return found if isinstance(found, EmailMessage) else None
