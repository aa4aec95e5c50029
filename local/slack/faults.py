"""Slack on a bad day, for tests and for whoever wants to see it: ``POST /faults`` with any of the fields."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response


@dataclass
class Faults:
    """What goes wrong with calls of the Web API. A new one is all well."""

    down: bool = False
    """Every call is answered 503."""
    slow_s: float = 0.0
    """Seconds before any call is answered."""
    lose_posts: int = 0
    """So many of the next chat.postMessage calls are carried out, but answered 500: the caller cannot know."""

    async def before(self) -> Response | None:
        """Waits as long as Slack takes; an answer when there will be no other."""
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        return PlainTextResponse("upstream connect error", 503) if self.down else None

    def after(self, method: str) -> Response | None:
        """An answer that stands in for the real one, once a call has been carried out."""
        if method != "chat.postMessage" or self.lose_posts <= 0:
            return None
        self.lose_posts -= 1
        return PlainTextResponse("upstream connection lost", 500)

    async def set(self, request: Request) -> Response:
        """``POST /faults``: the fields that are given; those that are not are well again."""
        given: dict[str, Any] = await request.json()
        well = Faults()
        for field in fields(Faults):
            setattr(self, field.name, given.get(field.name, getattr(well, field.name)))
        return JSONResponse(asdict(self))
