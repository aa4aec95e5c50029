"""The gateway as an ASGI application: a chat completion in, the same in the server's own way out, and back."""

from __future__ import annotations

import logging
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.gateway.endpoint import Endpoint, NoAnswer, completion_in, why_not
from local.gateway.ways import Way, answered, asked

log = logging.getLogger(__name__)


def create_app(endpoint: Endpoint, *, model: str, way: Way) -> Starlette:
    """A gateway to ``model`` at ``endpoint``, asked in ``way``.

    When there is no answer it says why as text, which is no call of the tool: the caller takes it for a model that is
    not there, and has the reason.
    """

    async def chat(request: Request) -> JSONResponse:
        body: dict[str, Any] = {**await request.json(), "model": model}
        try:
            async with httpx.AsyncClient(**endpoint.options) as http:
                response = await http.post(f"{endpoint.root}/chat/completions", json=asked(body, way))
            completion = completion_in(response)
        except httpx.HTTPError as error:
            return _silence(why_not(error, endpoint))
        except NoAnswer as error:
            return _silence(str(error))
        return JSONResponse(answered(completion, body))

    async def models(_: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": [{"id": model, "object": "model"}]})

    routes = [Route("/v1/chat/completions", chat, methods=["POST"]), Route("/v1/models", models)]
    return Starlette(routes=routes)


def _silence(why: str) -> JSONResponse:
    log.warning("no answer from the model server: %s", why)
    message = {"role": "assistant", "content": f"the model server gave no answer: {why}"}
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return JSONResponse({"object": "chat.completion", "choices": [choice], "usage": usage})
