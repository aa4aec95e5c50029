"""A service account that lives as long as the process: google-auth signs with its key, the token endpoint checks."""

from __future__ import annotations

import json
import secrets
import time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

EMAIL = "ticket-router@local-project.iam.gserviceaccount.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
"""RFC 7523 §2.1."""
TOKEN_LIFE_S = 3600
GOOGLE_TOKEN_ENDPOINT = "https://oauth2.googleapis.com/token"
"""google-auth names this audience whatever ``token_uri`` says; Google's own endpoint takes it."""


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def service_account_key(base_url: str) -> dict[str, Any]:
    """The JSON key as the Google Cloud console hands it out, naming the token endpoint of the stand-in."""
    private = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "local-project",
        "private_key_id": "local",
        "private_key": private.decode(),
        "client_email": EMAIL,
        "client_id": "1",
        "token_uri": f"{base_url.rstrip('/')}/token",
    }


class Tokens:
    """Gives out access tokens for signed assertions, and knows what each may do."""

    def __init__(self) -> None:
        self._scopes: dict[str, tuple[float, frozenset[str]]] = {}

    def grant(self, assertion: str, *, audience: str) -> dict[str, Any]:
        """An access token for the assertion's scopes. Raises ValueError when signature, audience or times are wrong."""
        public = (
            _key()
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        claims = jwt.decode(assertion, certs=public, audience=[audience, GOOGLE_TOKEN_ENDPOINT])  # type: ignore[no-untyped-call]
        if claims.get("iss") != EMAIL:
            raise ValueError("the assertion is of another account")
        token = secrets.token_urlsafe(24)
        self._scopes[token] = (time.time() + TOKEN_LIFE_S, frozenset(str(claims.get("scope", "")).split()))
        return {"access_token": token, "expires_in": TOKEN_LIFE_S, "token_type": "Bearer"}

    def scopes(self, authorization: str) -> frozenset[str] | None:
        """What the bearer token may do; None when it is unknown or has run out."""
        until, scopes = self._scopes.get(authorization.removeprefix("Bearer "), (0.0, frozenset()))
        return scopes if until > time.time() else None


def error(status: int, reason: str, message: str) -> dict[str, Any]:
    """The body of Google's errors."""
    return {"error": {"code": status, "message": message, "status": reason}}


def as_json(value: object) -> bytes:
    """Pretty-printed, as Google answers."""
    return json.dumps(value, indent=2, ensure_ascii=False).encode()
