"""The Slack stand-in as a web application."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.slack.api import WebApi
from local.slack.faults import Faults
from local.slack.limits import RateLimits
from local.slack.pages import Pages
from local.slack.presses import Presses
from local.slack.workspace import Workspace

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
    space = Workspace(rules_dir, bot_token=bot_token, signing_secret=signing_secret, extra_channels=extra_channels)
    limits = limits or RateLimits()
    faults = Faults()
    api, presses, pages = WebApi(space, limits, faults), Presses(space), Pages(space)
    app = Starlette(
        routes=[
            Route("/api/{method}", api.api, methods=["GET", "POST"]),
            Route("/upload/{file}", api.upload, methods=["POST", "PUT"]),
            Route("/response/{token}", api.response_url, methods=["POST"]),
            Route("/press", presses.press, methods=["POST"]),
            Route("/submit", presses.submit, methods=["POST"]),
            Route("/dismiss", presses.dismiss, methods=["POST"]),
            Route("/faults", faults.set, methods=["POST"]),
            Route("/state", pages.state),
            Route("/", pages.home),
            Route("/channels/{name}", pages.page),
            Route("/channels/{name}/messages", pages.fragment),
            Route("/archives/{channel}/{link}", pages.permalink),
            Route("/files/{file}", pages.file),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
    )
    app.state.slack, app.state.limits, app.state.api = space, limits, api
    return app
