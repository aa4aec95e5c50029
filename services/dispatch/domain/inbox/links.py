"""Links in mails: signed, expiring, bound to the ticket as the mail showed it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from services.dispatch.domain.life.handoff import HandOff

VALID_FOR = timedelta(days=14)


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


def renewed(allowed: Pass, handoff: HandOff) -> Pass:
    """The pass for the ticket as it is now. It ends when the one it comes from does."""
    return replace(allowed, revision=handoff.revision)


def sign(allowed: Pass, secret: str) -> str:
    """The pass as a part of an address."""
    body = _encode(json.dumps(asdict(allowed), separators=(",", ":")).encode())
    return f"{body}.{_signature(body, secret)}"


def opened(token: str, secret: str, *, now: datetime) -> Pass:
    """The pass inside a link. Raises BadLink for one that is not ours, Expired for one that is too old."""
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(errors="replace"), _signature(body, secret).encode()):
        raise BadLink
    allowed = Pass(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    if now.timestamp() >= allowed.expires:
        raise Expired
    return allowed


def _signature(body: str, secret: str) -> str:
    return _encode(hmac.new(secret.encode(), body.encode(errors="replace"), hashlib.sha256).digest())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
