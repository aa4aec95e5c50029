"""Slack's request signing (v0): HMAC-SHA256 over version, timestamp and raw body, five minutes' grace."""

from __future__ import annotations

from slack_sdk.signature import SignatureVerifier


def is_signed(raw: bytes, headers: dict[str, str], *, secret: str) -> bool:
    """Whether Slack signed this body within the last five minutes."""
    sent = {name.casefold(): value for name, value in headers.items()}
    timestamp, signature = sent.get("x-slack-request-timestamp", ""), sent.get("x-slack-signature", "")
    if not timestamp.isdigit():
        return False
    return bool(SignatureVerifier(secret).is_valid(body=raw, timestamp=timestamp, signature=signature))
