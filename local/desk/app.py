"""The Desk's pages."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from local.desk import folder
from local.desk.log import STEPS, Board, TicketLog
from local.desk.samples import SAMPLES
from local.desk.sending import NotSent, send
from local.desk.trial import try_out

HERE = Path(__file__).parent
_SAFE = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_app(
    *,
    endpoints: Mapping[str, Any],
    rules_dir: Path,
    log: TicketLog,
    slack: Starlette | None = None,
    mail: Starlette | None = None,
) -> Starlette:
    """The Desk. Answers on loopback names only: a page elsewhere must not be able to use it through DNS tricks."""
    desk = _Desk(endpoints, rules_dir, log, slack, mail)
    mounted: list[BaseRoute] = [
        Mount(path, app) for path, app in (("/slack", slack), ("/mail", mail)) if app is not None
    ]
    return Starlette(
        routes=[
            Route("/", desk.home),
            Route("/tickets", desk.tickets),
            Route("/tickets/{ticket_id}", desk.trace),
            Route("/places", desk.places),
            Route("/send/{way}", desk.send, methods=["POST"]),
            Route("/rules", desk.rules, methods=["GET"]),
            Route("/rules", desk.save_rules, methods=["POST"]),
            Route("/rules/try", desk.try_rules, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
            *mounted,
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


class _Desk:
    """One method per route."""

    def __init__(
        self,
        endpoints: Mapping[str, Any],
        rules_dir: Path,
        log: TicketLog,
        slack: Starlette | None,
        mail: Starlette | None,
    ) -> None:
        self._endpoints, self._rules_dir, self._log, self._board = endpoints, rules_dir, log, Board(log)
        self._slack, self._mail = slack, mail
        self._pages = Environment(
            loader=PackageLoader("local.desk"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
        )
        self._pages.filters["emphasised"] = _emphasised
        self._pages.globals |= {"steps": STEPS, "endpoints": endpoints, "has_slack": slack is not None}

    async def home(self, _request: Request) -> Response:
        """The page a newcomer sees."""
        return self._page(
            "desk.html",
            samples=[sample.as_dict() for sample in SAMPLES],
            people=self._people(),
            **await self._shown(),
            **self._landing_places(),
        )

    async def tickets(self, request: Request) -> Response:
        """The list alone; 304 while it is as the page has it."""
        return self._unless_same(request, self._render("tickets.html", **await self._shown()))

    async def places(self, request: Request) -> Response:
        """The channels and inboxes with their counts; 304 while they are as the page has them."""
        return self._unless_same(request, self._render("places.html", **self._landing_places()))

    async def trace(self, request: Request) -> Response:
        """One ticket with all its events."""
        found = await self._board.trace(request.path_params["ticket_id"])
        if found is None:
            return self._page("trace.html", ticket=None, status=404)
        return self._page("trace.html", ticket=found)

    async def send(self, request: Request) -> Response:
        """Send a ticket; answers JSON to the page's script and a page to a browser without."""
        if not _same_origin(request):
            return JSONResponse({"ok": False, "problem": "This page only takes what it sent itself."}, 403)
        form = await request.form()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            sent = await send(request.path_params["way"], fields, self._endpoints)
        except NotSent as error:
            return JSONResponse({"ok": False, "problem": str(error)}, 400)
        self._board.expect(sent)
        if "application/json" not in request.headers.get("accept", ""):
            return RedirectResponse("/", 303)
        return JSONResponse({"ok": True, "ticket_id": sent.ticket_id})

    async def rules(self, request: Request) -> Response:
        """The rules folder, to read and to change."""
        return self._rules_page(folder.read(self._rules_dir), saved="saved" in request.query_params)

    async def save_rules(self, request: Request) -> Response:
        """Save the folder, unless somebody (or the router itself, with a lesson) changed it meanwhile."""
        if not _same_origin(request):
            return HTMLResponse("This page only takes what it sent itself.", 403)
        form, now = await request.form(), folder.read(self._rules_dir)
        wanted = _written(form, now.stamp)
        if form.get("stamp") != now.stamp:
            return self._rules_page(wanted, changed_meanwhile=True, status=409)
        folder.write(self._rules_dir, wanted)
        return RedirectResponse("/rules?saved", 303)

    async def try_rules(self, request: Request) -> Response:
        """Show what the rules on the page would change, and save nothing."""
        if not _same_origin(request):
            return HTMLResponse("This page only takes what it sent itself.", 403)
        form = await request.form()
        wanted = _written(form, str(form.get("stamp") or ""))
        tried = await asyncio.to_thread(try_out, wanted, self._log)
        return self._rules_page(wanted, problems=tried.problems, tried=tried)

    def _rules_page(self, pages: folder.Pages, *, status: int = 200, **more: Any) -> Response:
        shown = {"pages": pages, "problems": folder.problems(self._rules_dir)} | more
        return self._page("rules.html", directory=_as_people_say(self._rules_dir), status=status, **shown)

    async def _shown(self) -> dict[str, Any]:
        under_way, landed = await self._board.tickets()
        return {"under_way": under_way, "landed": landed, "problem": self._board.problem}

    def _landing_places(self) -> dict[str, Any]:
        channels = []
        if self._slack is not None:
            space = self._slack.state.slack
            everyone = sorted(space.directory.channels.values(), key=lambda channel: bool(channel.user))
            channels = [
                {"name": c.name, "id": c.id, "direct": bool(c.user), "count": len(space.timeline(c))} for c in everyone
            ]
        inboxes = []
        if self._mail is not None:
            outbox = self._mail.state.outbox
            inboxes = [
                {"address": inbox.address, "team": inbox.team, "count": count}
                for inbox in self._mail.state.inboxes()
                if (count := len(outbox.to(inbox.address))) or inbox.main
            ]
        return {"channels": channels, "inboxes": inboxes}

    def _people(self) -> list[Any]:
        if self._slack is None:
            return []
        return [user for user in self._slack.state.slack.directory.users.values() if not user.is_bot]

    def _render(self, template: str, **values: Any) -> str:
        return self._pages.get_template(template).render(**values)

    def _page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(self._render(template, **values), status, headers=_SAFE)

    def _unless_same(self, request: Request, html: str) -> Response:
        tag = f'"{hashlib.sha256(html.encode()).hexdigest()[:20]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        return HTMLResponse(html, headers={**_SAFE, "ETag": tag, "Cache-Control": "no-cache"})


def _as_people_say(folder: Path) -> str:
    """The folder from where the person is, when it lies below."""
    return f"{folder.relative_to(Path.cwd())}/" if folder.is_relative_to(Path.cwd()) else str(folder)


def _same_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.headers.get('host')}"


def _written(form: FormData, stamp: str) -> folder.Pages:
    return folder.Pages(_grid(form, "topics"), _grid(form, "teams"), str(form.get("guide") or ""), stamp)


def _grid(form: FormData, tab: str) -> list[list[str]]:
    """The rows of a tab from inputs named ``<tab>-<row>-<column>``."""
    cells: dict[int, dict[int, str]] = {}
    for name, value in form.items():
        kind, _, place = name.partition("-")
        row, _, column = place.partition("-")
        if kind == tab and row.isdigit() and column.isdigit():
            cells.setdefault(int(row), {})[int(column)] = str(value).strip()
    return [[columns[number] for number in sorted(columns)] for _, columns in sorted(cells.items())]


def _emphasised(text: str) -> Markup:
    """Problems name topics and words *like this*, as Slack shows them."""
    return Markup(re.sub(r"\*([^*\n]+)\*", r"<em>\1</em>", str(escape(text))))
