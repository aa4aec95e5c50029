"""The endpoint: OpenAI's chat completions with tools, as far as one tool call needs it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.reader.request import Offered, Question, message_text, messages_of, understand
from local.reader.wordpiece import count

NAME = "ticket-router.offline-reader"
COUNTED_CHARS = 20_000
"""How much of a message is counted piece by piece."""


@cache
def pool() -> ThreadPoolExecutor:
    """One thread: the model itself uses two cores, and the event loop must stay free."""
    return ThreadPoolExecutor(1, thread_name_prefix="reader")


@cache
def _encoder() -> Any:
    from local.reader.encoder import Encoder

    return Encoder()


def answer(question: Question) -> dict[str, Any]:
    """The arguments of the tool call."""
    from local.reader.manner import TONES, URGENCIES, meanings, tone_of, urgency_of
    from local.reader.same import same_as
    from local.reader.sorter import sort_ticket

    names, chance = sort_ticket(question.ticket, question.topics, _encoder())
    urgent = meanings(question.urgent_means, URGENCIES, unnamed="high")
    tones = meanings(question.tone_means, TONES, unnamed=None)
    said = {"same_as": same_as(question.earlier, question.ticket, _encoder())} if "same_as" in question.fields else {}
    return {
        "topic": names[0],
        "second": names[min(1, len(names) - 1)],
        "urgency": urgency_of(question.ticket, question.urgent_words, _encoder(), urgent),
        "tone": tone_of(question.ticket, _encoder(), tones),
        "confidence": round(chance, 4),
        **said,
        "why": f"closest in words and meaning to {names[0]}",
    }


def complete(body: dict[str, Any]) -> dict[str, Any]:
    """One chat completion. A request it cannot make sense of is answered in text, as a model would."""
    question = understand(body)
    said = json.dumps(body.get("messages", []))
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if question is None:
        message["content"] = "I can only sort tickets: I need a tool, <topics> and a <ticket>."
        produced = message["content"]
    else:
        produced = json.dumps(answer(question), ensure_ascii=False)
        if question.tool is None:
            produced = produced.removeprefix(question.begun)
            message["content"] = produced
        else:
            call = {"name": question.tool, "arguments": produced}
            call_id = "call_" + hashlib.sha256(said.encode()).hexdigest()[:16]
            message["tool_calls"] = [{"id": call_id, "type": "function", "function": call}]
    spent = tokens(body), json_tokens(produced)
    return {
        "id": "chatcmpl-" + hashlib.sha256(said.encode()).hexdigest()[:16],
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model if isinstance(model := body.get("model"), str) and model.isprintable() and model else NAME,
        "choices": [
            {"index": 0, "message": message, "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}
        ],
        "usage": {"prompt_tokens": spent[0], "completion_tokens": spent[1], "total_tokens": sum(spent)},
    }


def tokens(body: dict[str, Any]) -> int:
    """Tokens a hosted model would count in a request, about.

    Prose by BERT's word pieces, which split English about as finely as Claude does (four tokens to three words); the
    tool's schema by its length, 3.3 characters a token. A provider's own preamble for tools is not in it.
    """
    prose = sum(_prose_tokens(message_text(message)) for message in messages_of(body))
    tools = body.get("tools")
    tools = tools if isinstance(tools, list) else []
    return prose + json_tokens([tool.get("function") for tool in tools if isinstance(tool, dict)])


def _prose_tokens(text: str) -> int:
    """The rest of a message much longer than ours are is taken to be like its beginning."""
    counted = count(text[:COUNTED_CHARS])
    return counted if len(text) <= COUNTED_CHARS else round(counted * len(text) / COUNTED_CHARS)


def json_tokens(value: Any) -> int:
    """Tokens of a JSON value, about."""
    return round(len(json.dumps(value, ensure_ascii=False)) / 3.3)


def warm_up() -> None:
    """Load the models and the reader's own sentences now: the first ticket need not wait then. Blocks for seconds."""
    answer(Question(tool="", fields={}, topics=(Offered("warm up"),), urgent_words=(), ticket="warm up"))


async def _chat(request: Request) -> JSONResponse:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        return _fault("the body is not JSON")
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        return _fault("messages: a list is needed")
    try:
        return JSONResponse(await asyncio.get_running_loop().run_in_executor(pool(), complete, body))
    except RecursionError:
        return _fault("the body is nested too deep")


def _fault(message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status_code=400)


async def _models(_: Request) -> JSONResponse:
    return JSONResponse({"object": "list", "data": [{"id": NAME, "object": "model", "owned_by": "ticket-router"}]})


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def create_app() -> Starlette:
    """The reader as an ASGI application. It starts at once: what is heavy loads with the first ticket."""
    return Starlette(
        routes=[
            Route("/v1/chat/completions", _chat, methods=["POST"]),
            Route("/v1/models", _models),
            Route("/health", _health),
        ]
    )
