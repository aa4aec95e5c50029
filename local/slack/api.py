"""What a service calls: the Web API, the address files are uploaded to, and an interaction's ``response_url``."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cli.doctor.slack import SCOPES
from local.slack import blocks as block_kit
from local.slack import methods
from local.slack.faults import Faults
from local.slack.interactions import bot_message
from local.slack.limits import RateLimits
from local.slack.workspace import SlackError, Workspace


class WebApi:
    """Slack's side towards apps."""

    def __init__(self, workspace: Workspace, limits: RateLimits, faults: Faults) -> None:
        self._space, self._limits, self._faults = workspace, limits, faults
        self.scopes: tuple[str, ...] = SCOPES
        """What the token may; Slack says it with every answer."""

    async def api(self, request: Request) -> Response:
        """Slack's Web API: bearer token or ``token`` argument; JSON, form or query; always 200 but for 429."""
        method = request.path_params["method"]
        if fault := await self._faults.before():
            return fault
        try:
            args = await _arguments(request)
            token = args.pop("token", None) or request.headers.get("authorization", "").partition(" ")[2]
            if method != "api.test":
                self._admit(str(token))
            wait = self._limits.wait(method, str(args.get("channel") or args.get("channel_id") or ""))
            if wait is not None:
                return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": str(wait)})
            answer = methods.answer(method, methods.Call(self._space, args, base_of(request) + "/"))
            scopes = {"x-oauth-scopes": ",".join(self.scopes)}
            return self._faults.after(method) or JSONResponse({"ok": True, **answer}, headers=scopes)
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error, **error.more})

    def _admit(self, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token != self._space.bot_token:
            raise SlackError("invalid_auth")

    async def upload(self, request: Request) -> Response:
        """The bytes of a file that files.getUploadURLExternal announced."""
        file = self._space.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("no such upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/"):
            form = await request.form()
            parts = [part for part in form.values() if not isinstance(part, str)]
            file.content = await parts[0].read() if parts else b""
        else:
            file.content = await request.body()
        if len(file.content) != file.length:
            file.content = b""
            return PlainTextResponse(f"announced {file.length} bytes", 400)
        return PlainTextResponse(f"OK - {len(file.content)}")

    async def response_url(self, request: Request) -> Response:
        """What an app sends back through an interaction's ``response_url``."""
        hook = self._space.hooks.get(request.path_params["token"])
        if hook is None:
            return JSONResponse({"ok": False, "error": "expired_url"}, 404)
        channel_id, ts, user = hook
        channel, answer = self._space.directory.channels[channel_id], await request.json()
        if problems := block_kit.faults(answer.get("blocks") or []):
            return JSONResponse({"ok": False, "error": "invalid_blocks", "errors": problems}, 400)
        old = self._space.message(channel, ts)
        if answer.get("delete_original") and old:
            self._space.delete(channel, ts)
        elif answer.get("replace_original") and old:
            old.text, old.blocks = str(answer.get("text") or ""), answer.get("blocks") or []
            old.attachments, old.edited = answer.get("attachments") or [], self._space.next_ts()
            self._space.changed()
        else:
            new = bot_message(channel, self._space.next_ts(), answer, thread_ts=answer.get("thread_ts"))
            new.only_for = None if answer.get("response_type") == "in_channel" else user
            self._space.post(new)
        return PlainTextResponse("ok")


def base_of(request: Request) -> str:
    """Where this app is mounted, without a slash at the end. (Starlette's ``base_url`` leaves a mount's prefix out.)"""
    return f"{request.url.scheme}://{request.headers.get('host', '')}{request.scope.get('root_path', '')}"


async def _arguments(request: Request) -> dict[str, Any]:
    args: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError as fault:
            raise SlackError("invalid_json") from fault
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | body
    if request.method == "POST":
        form = await request.form()
        args |= {name: value for name, value in form.items() if isinstance(value, str)}
    return args
