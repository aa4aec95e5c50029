"""Links in mails: signed, expiring, bound to the ticket as the mail showed it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from services.dispatch.domain.handoff import HandOff

VALID_FOR = timedelta(days=14)
PAGE_VALID_FOR = timedelta(hours=2)
"""How long a page that was opened may be sent off."""
READING_TIME = timedelta(seconds=1)
"""Nobody chooses, types a name and sends within this; a scanner that runs scripts does."""


class BadLink(Exception):
    """The link was not made by the router, or somebody changed it."""


class Expired(Exception):
    """The link is too old."""


@dataclass(frozen=True)
class Pass:
    """What a link allows: to change one ticket, as it was when the mail was sent, from one inbox."""

    ticket_id: str
    revision: int
    inbox: str
    expires: int
    """Unix seconds."""


def pass_for(handoff: HandOff, inbox: str, *, now: datetime) -> Pass:
    """The pass that a mail to ``inbox`` carries."""
    return Pass(handoff.ticket_id, handoff.revision, inbox, int((now + VALID_FOR).timestamp()))


def sign(allowed: Pass, secret: str) -> str:
    """The pass as a part of an address."""
    body = _encode(json.dumps(asdict(allowed), separators=(",", ":")).encode())
    return f"{body}.{_signature(body, secret)}"


def opened(token: str, secret: str, *, now: datetime) -> Pass:
    """The pass inside a link. Raises BadLink for one that is not ours, Expired for one that is too old."""
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, secret).encode()):
        raise BadLink
    allowed = Pass(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    if now.timestamp() >= allowed.expires:
        raise Expired
    return allowed


def page_stamp(token: str, secret: str, *, now: datetime) -> str:
    """Says when the page was shown; goes along when it is sent off."""
    at = str(int(now.timestamp() * 1000))
    return f"{at}.{_signature(f'page {at} {token}', secret)}"


def was_read(stamp: str, token: str, secret: str, *, now: datetime) -> bool:
    """Whether the page was shown by us, long enough ago to have been read and not too long."""
    at, _, signature = stamp.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(f"page {at} {token}", secret).encode()):
        return False
    shown = datetime.fromtimestamp(int(at) / 1000, UTC)
    return READING_TIME <= now - shown <= PAGE_VALID_FOR


def _signature(body: str, secret: str) -> str:
    return _encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
