"""The local Slack, reached by slack_sdk's own urllib calls, with its bad days."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from email.message import Message as Headers
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

from local.slack import methods
from local.slack.limits import RateLimits
from local.slack.workspace import SlackError, Workspace
from tests.chaos.simulation.faults import Faults
from tests.chaos.simulation.hub import Hub

BASE = "https://slack.test/"


class Answer(io.BytesIO):
    """An HTTP response as urllib gives it."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        super().__init__(body)
        self.status = self.code = status
        self.headers = Headers()
        self.headers["Content-Type"] = "application/json; charset=utf-8"


class SlackWire:
    """Between slack_sdk and the workspace."""

    def __init__(self, space: Workspace, hub: Hub, faults: Faults) -> None:
        self.space, self._hub, self._faults = space, hub, faults
        self._limits = RateLimits(clock=lambda: hub.now, reads=False)
        self._shows_at: dict[tuple[str, str], float] = {}
        self.refused: list[str] = []

    def patched(self) -> Any:
        """Every urlopen of this process comes here."""
        stack = mock.patch.multiple("slack_sdk.web.base_client", urlopen=self.urlopen)
        return stack, mock.patch.object(urllib.request, "urlopen", self.urlopen)

    def urlopen(self, request: urllib.request.Request, timeout: float = 30, **_: Any) -> Answer:
        """One request."""
        path = urlsplit(request.full_url).path
        kind, there, back = self._faults.of_slack(path)
        if kind == "down":
            self._hub.outside(lambda: None, there=0.01, back=0.01)
            raise _http_error(request.full_url, 503, b"upstream connect error", {})
        if kind == "busy":
            self._hub.outside(lambda: None, there=0.01, back=0.01)
            after = {"Retry-After": str(self._hub.random.randrange(1, 20))}
            raise _http_error(request.full_url, 429, b'{"ok": false, "error": "ratelimited"}', after)
        if kind == "reset":
            self._hub.outside(lambda: None, there=0.01, back=0.01)
            raise ConnectionResetError("reset before anything was read")
        status, answer = self._hub.outside(
            lambda: self._carry_out(path, request), there=there, back=back, patience=timeout
        )
        if kind == "lost, reset":
            raise ConnectionResetError("the answer was lost")
        if kind == "lost, 500" or status >= 400:
            code = status if status >= 400 else 500
            raise _http_error(request.full_url, code, json.dumps(answer).encode(), {"Retry-After": "2"})
        return Answer(json.dumps(answer).encode())

    def _carry_out(self, path: str, request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
        if path.startswith("/upload/"):
            self.space.files[path.rpartition("/")[2]].content = bytes(request.data or b"")  # type: ignore[arg-type]
            return 200, {}
        method, args = path.rpartition("/")[2], _arguments(request)
        wait = self._limits.wait(method, str(args.get("channel") or args.get("channel_id") or ""))
        if wait is not None:
            return 429, {"ok": False, "error": "ratelimited"}
        try:
            answer = methods.answer(method, methods.Call(self.space, args, BASE))
        except SlackError as error:
            self.refused.append(f"{method}: {error.error} {error.more}")
            return 200, {"ok": False, "error": error.error}
        return 200, {"ok": True, **self._late(method, answer)}

    def _late(self, method: str, answer: dict[str, Any]) -> dict[str, Any]:
        if method == "chat.postMessage":
            self._shows_at[(answer["channel"], answer["ts"])] = self._hub.now + self._faults.lag()
        if method in ("conversations.history", "conversations.replies"):
            shown = [one for one in answer["messages"] if self._shows(one["ts"])]
            answer = {**answer, "messages": shown}
        return answer

    def _shows(self, ts: str) -> bool:
        return all(at <= self._hub.now for (_, posted), at in self._shows_at.items() if posted == ts)


def _arguments(request: urllib.request.Request) -> dict[str, Any]:
    body = bytes(request.data or b"")  # type: ignore[arg-type]
    if "json" in str(request.get_header("Content-type") or ""):
        return dict(json.loads(body or b"{}"))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _http_error(url: str, code: int, body: bytes, headers: dict[str, str]) -> urllib.error.HTTPError:
    told = Headers()
    for name, value in headers.items():
        told[name] = value
    return urllib.error.HTTPError(url, code, "", told, io.BytesIO(body))
