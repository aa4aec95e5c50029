"""The chat tools' own signatures over the raw body.

Intercom: ``X-Hub-Signature: sha1=<hex HMAC-SHA1>``. tawk.to: ``X-Tawk-Signature: <hex HMAC-SHA1>``. Neither signs a
time, so a replay cannot be told by its age; the conversation's id makes it the same ticket. Crisp:
``X-Crisp-Signature: <hex HMAC-SHA256 of "[<X-Crisp-Request-Timestamp>;<body>]">``, the time in milliseconds.
"""

from __future__ import annotations

import hashlib
import hmac

from services.intake.domain.chat import NotSigned

SIGNATURE_HEADERS = {"intercom": "x-hub-signature", "tawk": "x-tawk-signature", "crisp": "x-crisp-signature"}
"""The tools that are understood, each with the header that carries its signature."""


def check_tool_signature(*, tool: str, secret: str, signature: str | None, body: bytes, timestamp: str = "") -> None:
    """Check the tool's own signature; ``timestamp`` as Crisp's header has it. Raises NotSigned.

    Crisp retries a hook for hours under its first time, so its age is not looked at: a replay is the same ticket.
    """
    if tool == "crisp":
        stamped = b"[" + timestamp.encode("utf-8", "replace") + b";" + body + b"]"
        expected = hmac.new(secret.encode(), stamped, hashlib.sha256).hexdigest()
    else:
        expected = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    given = (signature or "").removeprefix("sha1=")
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise NotSigned(f"{SIGNATURE_HEADERS[tool]} does not match the body")
