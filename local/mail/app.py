"""The outbox as JSON, and the inboxes as pages."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.mail.smtp import Outbox, Sent

HERE = Path(__file__).parent
_HTML_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src data: 'self'"
)
"""What a mail's HTML may do when shown: no script, nothing fetched from elsewhere; links open in a new window."""


@dataclass(frozen=True)
class Inbox:
    """An address mail is read at. ``main``: its team has no Slack channel and works from here."""

    address: str
    team: str
    main: bool


def create_app(*, outbox: Outbox, rules_dir: Path) -> Starlette:
    """The pages and the JSON list. ``app.state.outbox`` is the outbox."""
    doors = _Doors(outbox, rules_dir)
    app = Starlette(
        routes=[
            Route("/outbox", doors.listing),
            Route("/", doors.home),
            Route("/inboxes/{address}", doors.inbox),
            Route("/inboxes/{address}/list", doors.fragment),
            Route("/mails/{mail}", doors.mail),
            Route("/mails/{mail}/html", doors.html),
            Route("/mails/{mail}/raw", doors.raw),
            Route("/mails/{mail}/parts/{number:int}", doors.part),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
    )
    app.state.outbox, app.state.inboxes = outbox, doors.inboxes
    return app


class _Doors:
    """One method per route."""

    def __init__(self, outbox: Outbox, rules_dir: Path) -> None:
        self._outbox, self._rules_dir = outbox, rules_dir
        self._pages = Environment(
            loader=PackageLoader("local.mail"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
        )

    def inboxes(self) -> list[Inbox]:
        """Every inbox of teams.csv, then every other address that got mail."""
        named: dict[str, Inbox] = {}
        try:
            with (self._rules_dir / "teams.csv").open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    if address := (row.get("inbox") or "").strip().casefold():
                        channel = (row.get("slack channel") or "").strip()
                        named.setdefault(address, Inbox(address, (row.get("team") or "").strip(), not channel))
        except FileNotFoundError:
            pass
        others = {to.casefold() for mail in self._outbox.mails for to in mail.recipients} - named.keys()
        return [*named.values(), *(Inbox(address, "", False) for address in sorted(others))]

    async def listing(self, _request: Request) -> Response:
        """Every mail that went out, oldest first."""
        return JSONResponse([mail.as_dict() for mail in self._outbox.mails])

    async def home(self, request: Request) -> Response:
        """The first inbox that has mail, else the first."""
        inboxes = self.inboxes()
        if not inboxes:
            return HTMLResponse("<p>No team has an inbox yet. Add one in teams.csv.</p>")
        first = next((inbox.address for inbox in inboxes if self._outbox.to(inbox.address)), inboxes[0].address)
        return RedirectResponse(f"{_base(request)}/inboxes/{first}")

    async def inbox(self, request: Request) -> Response:
        """One inbox as a page."""
        return self._draw(request, "inbox.html")

    async def fragment(self, request: Request) -> Response:
        """The list of an inbox, for pages that keep themselves current; 304 while nothing came."""
        tag = f'"{self._outbox.version}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        answer = self._draw(request, "list.html")
        answer.headers["ETag"] = tag
        return answer

    def _draw(self, request: Request, template: str) -> Response:
        address = request.path_params["address"]
        return HTMLResponse(
            self._pages.get_template(template).render(
                base=_base(request),
                address=address,
                inboxes=[(inbox.address, inbox.team, len(self._outbox.to(inbox.address))) for inbox in self.inboxes()],
                mails=[_row(mail) for mail in self._outbox.to(address)],
            )
        )

    async def mail(self, request: Request) -> Response:
        """One mail as a mail client shows it."""
        mail = self._outbox.mail(request.path_params["mail"])
        if mail is None:
            return HTMLResponse("<p>There is no such mail.</p>", 404)
        parts = [(number, a) for number, a in enumerate(mail.as_dict()["attachments"]) if a["name"]]
        page = self._pages.get_template("mail.html")
        return HTMLResponse(page.render(base=_base(request), mail=mail.as_dict(), files=parts))

    async def html(self, request: Request) -> Response:
        """The HTML part, in a sandbox: what it holds may look, not act."""
        mail = self._outbox.mail(request.path_params["mail"])
        if mail is None:
            return HTMLResponse("", 404)
        html = mail.part("html")
        for number, part in enumerate(mail.attachments()):
            if content_id := str(part.get("Content-ID", "")).strip("<> "):
                html = html.replace(f"cid:{content_id}", f"{_base(request)}/mails/{mail.id}/parts/{number}")
        return HTMLResponse(
            html, headers={"Content-Security-Policy": _HTML_POLICY, "X-Content-Type-Options": "nosniff"}
        )

    async def raw(self, request: Request) -> Response:
        """The mail as it went over the wire."""
        mail = self._outbox.mail(request.path_params["mail"])
        return Response(mail.raw, media_type="text/plain; charset=utf-8") if mail else PlainTextResponse("", 404)

    async def part(self, request: Request) -> Response:
        """A picture or a file of a mail. Only pictures are shown; everything else is a download."""
        mail = self._outbox.mail(request.path_params["mail"])
        parts = mail.attachments() if mail else []
        number = request.path_params["number"]
        if number >= len(parts):
            return PlainTextResponse("", 404)
        kind = parts[number].get_content_type()
        picture = kind in ("image/png", "image/jpeg", "image/gif")
        headers = {"X-Content-Type-Options": "nosniff"} | ({} if picture else {"Content-Disposition": "attachment"})
        content = parts[number].get_payload(decode=True) or b""
        return Response(content, media_type=kind if picture else "application/octet-stream", headers=headers)


def _base(request: Request) -> str:
    """Where this app is mounted, without a slash at the end. (Starlette's ``base_url`` leaves a mount's prefix out.)"""
    return f"{request.url.scheme}://{request.headers.get('host', '')}{request.scope.get('root_path', '')}"


def _row(mail: Sent) -> dict[str, object]:
    text = " ".join(mail.part("plain").split())
    importance = str(mail.message.get("Importance", "")).lower() == "high" or str(
        mail.message.get("X-Priority", "")
    ).startswith("1")
    return {
        "id": mail.id,
        "from": str(mail.message.get("From", mail.sender)),
        "subject": str(mail.message.get("Subject", "")) or "(no subject)",
        "preview": text[:140],
        "at": mail.at,
        "important": importance,
    }
