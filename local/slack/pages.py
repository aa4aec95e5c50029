"""The workspace as a person sees it, and as JSON."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from local.slack.api import base_of
from local.slack.directory import User
from local.slack.mrkdwn import mrkdwn, plain, rich_text
from local.slack.workspace import Workspace


class Pages:
    """One method per page."""

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self._pages = Environment(
            loader=PackageLoader("local.slack"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
        )
        self._pages.filters |= {
            "mrkdwn": lambda text: mrkdwn(text, self._name),
            "plain": plain,
            "rich": lambda elements: rich_text(elements, self._name),
        }
        self._pages.globals["user_of"] = self._user

    async def state(self, _request: Request) -> Response:
        """The whole workspace as JSON."""
        return JSONResponse(self._space.state())

    async def home(self, request: Request) -> Response:
        """The first channel."""
        channels = [c for c in self._space.directory.channels.values() if not c.user]
        if not channels:
            return HTMLResponse(self._pages.get_template("empty.html").render(request=request))
        return RedirectResponse(f"{base_of(request)}/channels/{channels[0].name}")

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
                base=base_of(request),
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
        return RedirectResponse(f"{base_of(request)}/channels/{channel.id}#m{ts}")

    async def file(self, request: Request) -> Response:
        """An uploaded file: always as text or a download, never as a page of this origin."""
        file = self._space.files.get(request.path_params["file"])
        if file is None:
            return PlainTextResponse("There is no such file.", 404)
        kind = "image/png" if file.is_picture else "text/plain; charset=utf-8"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(file.content, media_type=kind, headers=headers)

    def _user(self, user_id: str) -> User | None:
        return self._space.directory.users.get(user_id)

    def _name(self, slack_id: str) -> str | None:
        if user := self._user(slack_id):
            return user.real_name
        channel = self._space.directory.channels.get(slack_id)
        return channel.name if channel else None
