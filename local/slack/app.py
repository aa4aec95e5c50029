"""The Slack stand-in as a web application: the Web API, the pages a person looks at, and the doors for tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.slack import blocks as block_kit
from local.slack.directory import BOT_USER, Channel, User
from local.slack.interactions import Interactions, bot_message, find_element, find_option
from local.slack.limits import RateLimits
from local.slack.methods import Methods
from local.slack.mrkdwn import mrkdwn, plain, rich_text
from local.slack.workspace import SlackError, Workspace

HERE = Path(__file__).parent


def create_app(
    *,
    rules_dir: Path,
    bot_token: str,
    signing_secret: str,
    extra_channels: tuple[str, ...] = ("managers",),
    limits: RateLimits | None = None,
) -> Starlette:
    """The stand-in. ``app.state.slack`` is its Workspace; set its ``actions_url`` once dispatch has a URL."""
    workspace = Workspace(rules_dir, bot_token=bot_token, signing_secret=signing_secret, extra_channels=extra_channels)
    doors = _Doors(workspace, limits or RateLimits())
    app = Starlette(
        routes=[
            Route("/api/{method}", doors.api, methods=["GET", "POST"]),
            Route("/upload/{file}", doors.upload, methods=["POST", "PUT"]),
            Route("/response/{token}", doors.response_url, methods=["POST"]),
            Route("/press", doors.press, methods=["POST"]),
            Route("/submit", doors.submit, methods=["POST"]),
            Route("/dismiss", doors.dismiss, methods=["POST"]),
            Route("/state", doors.state),
            Route("/", doors.home),
            Route("/channels/{name}", doors.page),
            Route("/channels/{name}/messages", doors.fragment),
            Route("/archives/{channel}/{link}", doors.permalink),
            Route("/files/{file}", doors.file),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
    )
    app.state.slack = workspace
    app.state.limits = doors.limits
    return app


class _Doors:
    """One method per route."""

    def __init__(self, workspace: Workspace, limits: RateLimits) -> None:
        self._space, self.limits = workspace, limits
        self._methods = Methods(workspace)
        self._interactions = Interactions(workspace, self._methods)
        self._pages = Environment(loader=PackageLoader("local.slack"), autoescape=select_autoescape(), trim_blocks=True,
                                  lstrip_blocks=True)  # fmt: skip
        self._pages.filters |= {
            "mrkdwn": lambda text: mrkdwn(text, self._name),
            "plain": plain,
            "rich": lambda elements: rich_text(elements, self._name),
        }
        self._pages.globals["user_of"] = self._user

    # --- the Web API ----------------------------------------------------------------------------

    async def api(self, request: Request) -> Response:
        """Slack's Web API: bearer token or ``token`` argument; JSON, form or query; always 200 but for 429."""
        method = request.path_params["method"]
        try:
            args = await _arguments(request)
            token = args.pop("token", None) or request.headers.get("authorization", "").partition(" ")[2]
            if method != "api.test":
                self._admit(str(token))
            wait = self.limits.wait(method, str(args.get("channel") or args.get("channel_id") or ""))
            if wait is not None:
                return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": str(wait)})
            return JSONResponse({"ok": True, **self._methods.call(method, args, base_url=_base(request) + "/")})
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

    # --- people pressing things -----------------------------------------------------------------

    async def press(self, request: Request) -> Response:
        """``{channel, ts, action_id, block_id?, value? | selected_option?, user?}``: press it as that user.

        ``channel`` is an id or a name; ``selected_option`` an option object or its value.
        """
        given = await request.json()
        try:
            channel = self._space.directory.channel(str(given.get("channel")), by_name=True)
            message = self._space.message(channel, str(given.get("ts"))) if channel else None
            if channel is None or message is None:
                return _refused("There is no such message.")
            element = find_element(message, str(given.get("action_id")), str(given.get("block_id") or ""))
            if element is None:
                return _refused("The message has no such button or menu.")
            chosen = given.get("selected_option") or given.get("value")
            if "options" in element or "option_groups" in element:
                chosen = find_option(element, chosen.get("value", "") if isinstance(chosen, dict) else str(chosen))
                if chosen is None:
                    return _refused("The menu has no such option.")
            answer = await self._interactions.press(
                channel=channel, message=message, element=element, chosen=chosen,
                user=self._presser(given, channel), base_url=_base(request) + "/",
            )  # fmt: skip
        except SlackError as error:
            return _refused(str(error.more.get("detail") or error.error))
        return JSONResponse(answer.as_dict(), 200 if answer.status == 200 else 502)

    async def submit(self, request: Request) -> Response:
        """``{view_id, values, user?}``: submit a modal. ``values`` are ``{block_id: {action_id: value}}``."""
        given = await request.json()
        view = self._space.views.get(str(given.get("view_id")))
        if view is None:
            return _refused("That window is not open any more.")
        try:
            values = _filled(view, given.get("values") or {})
            answer, told = await self._interactions.submit(
                view=view, values=values, user=self._space.directory.users[view["user"]]
            )
        except SlackError as error:
            return _refused(str(error.more.get("detail") or error.error))
        return JSONResponse(answer.as_dict() | {"response": told}, 200 if answer.status == 200 else 502)

    async def dismiss(self, request: Request) -> Response:
        """``{view_id}``: close a modal without submitting it."""
        self._space.views.pop(str((await request.json()).get("view_id")), None)
        self._space.changed()
        return JSONResponse({"ok": True})

    def _presser(self, given: dict[str, Any], channel: Channel) -> User:
        users = self._space.directory.users
        if user := users.get(str(given.get("user") or "")):
            return user
        people = [users[member] for member in sorted(channel.members) if member != BOT_USER] or [
            user for user in users.values() if not user.is_bot
        ]
        leads = [user for user in people if user.name.endswith("-lead")]
        return (leads or people)[0]

    # --- looking --------------------------------------------------------------------------------

    async def state(self, _request: Request) -> Response:
        """The whole workspace as JSON."""
        return JSONResponse(self._space.state())

    async def home(self, request: Request) -> Response:
        """The first channel."""
        channels = [c for c in self._space.directory.channels.values() if not c.user]
        if not channels:
            return HTMLResponse(self._pages.get_template("empty.html").render(request=request))
        return RedirectResponse(f"{_base(request)}/channels/{channels[0].name}")

    async def page(self, request: Request) -> Response:
        """A channel, drawn the way Slack draws it."""
        return self._draw(request, "channel.html")

    async def fragment(self, request: Request) -> Response:
        """The inside of a channel, for pages that keep themselves current; 304 while nothing changed."""
        tag = f'"{self._space.version}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        answer = self._draw(request, "messages.html")
        answer.headers["ETag"] = tag
        return answer

    def _draw(self, request: Request, template: str) -> Response:
        directory = self._space.directory
        channel = directory.channel(request.path_params["name"], by_name=True)
        if channel is None:
            return HTMLResponse("<p>There is no such channel.</p>", 404)
        pinned = [ts for ts, _ in channel.pins]
        timeline = self._space.timeline(channel)
        return HTMLResponse(
            self._pages.get_template(template).render(
                request=request,
                base=_base(request),
                channel=channel,
                channels=sorted(directory.channels.values(), key=lambda c: (bool(c.user), c.name)),
                counts={c.id: len(self._space.timeline(c)) for c in directory.channels.values()},
                people=[user for user in directory.users.values() if not user.is_bot],
                pinned=[m for ts in reversed(pinned) if (m := self._space.message(channel, ts))],
                timeline=timeline,
                threads={m.ts: self._space.thread(channel, m.ts) for m in timeline},
                files=self._space.files,
                views=list(self._space.views.values()),
            )
        )

    async def permalink(self, request: Request) -> Response:
        """Where a permalink leads: the message in its channel."""
        channel = self._space.directory.channels.get(request.path_params["channel"])
        if channel is None:
            return HTMLResponse("<p>There is no such channel.</p>", 404)
        ts = re.sub(r"^p(\d+)(\d{6})$", r"\1.\2", request.path_params["link"])
        return RedirectResponse(f"{_base(request)}/channels/{channel.id}#m{ts}")

    async def file(self, request: Request) -> Response:
        """An uploaded file: always as text or a download, never as a page of this origin."""
        file = self._space.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("There is no such file.", 404)
        image = file.content.startswith((b"\x89PNG", b"\xff\xd8\xff"))
        kind = "image/png" if image else "text/plain; charset=utf-8"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(file.content, media_type=kind, headers=headers)

    def _user(self, user_id: str) -> User | None:
        return self._space.directory.users.get(user_id)

    def _name(self, slack_id: str) -> str | None:
        if user := self._user(slack_id):
            return user.real_name
        channel = self._space.directory.channels.get(slack_id)
        return channel.name if channel else None


def _base(request: Request) -> str:
    """Where this app is mounted, without a slash at the end. (Starlette's ``base_url`` leaves a mount's prefix out.)"""
    return f"{request.url.scheme}://{request.headers.get('host', '')}{request.scope.get('root_path', '')}"


def _refused(problem: str) -> Response:
    return JSONResponse({"ok": False, "error": problem}, 400)


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


def _filled(view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The ``state.values`` of a submission: each input's value in the shape its element has."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block.get("element") if block.get("type") == "input" else block.get("accessory")
        if not element or "action_id" not in element:
            continue
        given = (values.get(block["block_id"]) or {}).get(element["action_id"])
        filled: dict[str, Any] = {"type": element["type"]}
        if "options" in element or "option_groups" in element:
            filled["selected_option"] = find_option(element, str(given)) if given else None
        elif element["type"].endswith("s_select"):
            filled[f"selected_{element['type'].removesuffix('s_select')}"] = given
        else:
            filled["value"] = given
        state.setdefault(block["block_id"], {})[element["action_id"]] = filled
    return state


__all__ = ["create_app"]
