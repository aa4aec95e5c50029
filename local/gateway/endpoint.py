"""One OpenAI-compatible endpoint: its address, its models, its answers, and in plain words why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

CONNECT_S = 3.0
"""Seconds to reach a server that is there; a model may take much longer to answer."""
SAID_CHARS = 160
"""How much of a refusal is repeated."""


class NoAnswer(Exception):
    """The endpoint gave no completion. Says why in plain words; ``refused`` when asking again would not help."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


@dataclass(frozen=True)
class Endpoint:
    """Where a model answers."""

    base_url: str
    """With or without ``/v1``."""
    timeout_s: float = 60.0
    """Seconds one answer may take."""
    key: str | None = field(default=None, repr=False)
    """Sent as a bearer token, for gateways that want one."""

    @property
    def root(self) -> str:
        """The address that ends in ``/v1``."""
        root = self.base_url.rstrip("/")
        return root if root.endswith("/v1") else f"{root}/v1"

    @property
    def options(self) -> dict[str, Any]:
        """What an httpx client for it is made with."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {"timeout": httpx.Timeout(self.timeout_s, connect=CONNECT_S), "headers": headers}

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """One chat completion. Raises NoAnswer."""
        try:
            with httpx.Client(**self.options) as http:
                return completion_in(http.post(f"{self.root}/chat/completions", json=body))
        except httpx.HTTPError as error:
            raise NoAnswer(why_not(error, self)) from error

    def models(self) -> list[str]:
        """The ids it lists; none when it has no list. Raises NoAnswer when nobody is there."""
        try:
            with httpx.Client(**self.options) as http:
                listed = http.get(f"{self.root}/models").json()
                return [str(each["id"]) for each in listed["data"]]
        except httpx.HTTPError as error:
            raise NoAnswer(why_not(error, self)) from error
        except (KeyError, TypeError, ValueError):
            return []


def completion_in(response: httpx.Response) -> dict[str, Any]:
    """The completion in a response. Raises NoAnswer for a status that is none, or for what is no JSON object."""
    if response.status_code >= 400:
        said = " ".join(response.text.split())[:SAID_CHARS]
        busy = response.status_code in (408, 425, 429) or response.status_code >= 500
        raise NoAnswer(f"it answered {response.status_code}: {said}", refused=not busy)
    try:
        completion = response.json()
    except ValueError:
        completion = None
    if not isinstance(completion, dict):
        raise NoAnswer("what it sent is no chat completion")
    return completion


def why_not(error: httpx.HTTPError, endpoint: Endpoint) -> str:
    """In plain words why there was no response."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"nobody answers at {endpoint.root}"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {endpoint.timeout_s:g} s"
    return f"the connection broke ({type(error).__name__})"
