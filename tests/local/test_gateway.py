"""The gateway to a model server of one's own, before servers as they were met: what each makes of a request.

Each server below answers as a real one did (``docs/reading.md`` names those that were tried); the last ones are broken
in ways that servers are.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from evaluation.models import ChatModel, chat_request
from evaluation.sheet import rules_of, ticket_of
from local.gateway.app import create_app
from local.gateway.endpoint import Endpoint, NoAnswer
from local.gateway.probe import Found, probe
from local.gateway.ways import CHANCES, KINDS, Way, asked, json_in
from local.reader.request import understand
from services.classifier.adapters import answer_of as converse_answer
from services.classifier.app import read
from services.classifier.domain.answer import Refused
from services.classifier.domain.prompt import build_prompt
from shared.errors import NotNow

RULES = rules_of({"billing": "invoices", "sales: EMEA": "quotes", "login": "passwords"}, [])
SAID = {"topic": "login", "second": "billing", "urgency": "low", "tone": "calm", "confidence": 0.9, "why": "password"}


def request(text: str = "I forgot my password and cannot sign in") -> dict[str, Any]:
    return chat_request(build_prompt(ticket_of(text), RULES), "any")


def completion(content: str | None = None, call: dict[str, Any] | str | None = None) -> dict[str, Any]:
    arguments = call if isinstance(call, str) else json.dumps(call)
    calls = [{"id": "c", "type": "function", "function": {"name": "file_ticket", "arguments": arguments}}]
    message = {"role": "assistant", "content": content, **({"tool_calls": calls} if call is not None else {})}
    usage = {"prompt_tokens": 9, "completion_tokens": 3}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}


def within(schema: dict[str, Any]) -> dict[str, Any]:
    """An answer as a server makes the model give it that enforces the schema: of each list the first that fits."""
    lists = {name: field["enum"] for name, field in schema["properties"].items() if "enum" in field}
    return SAID | {name: SAID[name] if SAID[name] in values else values[0] for name, values in lists.items()}


def llama_cpp(body: dict[str, Any]) -> dict[str, Any]:
    """Takes a tool_choice object for auto; a small model then talks. Enforces json_schema."""
    if "response_format" not in body:
        return completion("I am sorry that you cannot sign in.")
    return completion(json.dumps(within(body["response_format"]["json_schema"]["schema"])))


def vllm(body: dict[str, Any]) -> dict[str, Any]:
    """A named function is forced and its schema enforced."""
    return completion(call=within(body["tools"][0]["function"]["parameters"]))


def willing(body: dict[str, Any]) -> dict[str, Any]:
    """A model that calls the tool it is shown, before a server that enforces nothing."""
    return completion(call=SAID) if "tools" in body else completion("Hello!")


def only_required(body: dict[str, Any]) -> dict[str, Any] | Response:
    """Refuses the object and knows no response_format."""
    if body.get("tool_choice") != "required":
        return JSONResponse({"error": {"message": "tool_choice: unknown"}}, 400)
    return completion(call=SAID)


def chatty(body: dict[str, Any]) -> dict[str, Any]:
    """Knows neither tools nor formats, thinks aloud, and puts a fence around what it was asked for."""
    thought = "<think>{maybe billing}</think>\nHere it is:\n```json\n" + json.dumps(SAID) + "\n```"
    return completion(thought if "schema" in body["messages"][0]["content"] else "Hello!")


def prose(body: dict[str, Any]) -> dict[str, Any]:
    return completion("Have you tried turning it off and on again?")


def too_sure(body: dict[str, Any]) -> dict[str, Any]:
    return completion(call={**SAID, "confidence": 12})


Server = Callable[[dict[str, Any]], dict[str, Any] | Response]


@pytest.fixture
def run(serve: Callable[[Starlette], str]) -> Callable[[Server], str]:
    def start(server: Server) -> str:
        async def chat(request: Request) -> Response:
            said = server(await request.json())
            return said if isinstance(said, Response) else JSONResponse(said)

        async def models(_: Request) -> Response:
            return JSONResponse({"data": [{"id": "qwen2.5:7b"}, {"id": "other"}]})

        return serve(
            Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"]), Route("/v1/models", models)])
        )

    return start


@pytest.mark.parametrize(
    ("server", "kind", "enforced"),
    [
        (vllm, "forced tool", True),
        (llama_cpp, "json_schema", True),
        (willing, "forced tool", False),
        (only_required, "required tool", False),
        (chatty, "plain text", False),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_the_probe_finds_how_a_server_wants_to_be_asked_and_tickets_are_read_that_way(
    run: Callable[[Server], str], server: Server, kind: str, enforced: bool
) -> None:
    endpoint = Endpoint(run(server))
    found = probe(endpoint)
    assert found.model == "qwen2.5:7b", "the first that the server lists"
    assert found.way == Way(kind, enforced=enforced)  # type: ignore[arg-type]
    reading = read(ticket=ticket_of("I forgot my password"), rules=RULES, model=ChatModel(endpoint, "m", found.way))
    assert (reading.outcome, reading.topic) == ("read", "login")


@pytest.mark.parametrize(("server", "why"), [(prose, "something else than the JSON"), (too_sure, "confidence 12")])
def test_a_server_that_no_way_makes_useful_is_said_with_what_each_way_gave(
    run: Callable[[Server], str], server: Server, why: str
) -> None:
    found = probe(Endpoint(run(server)), "m")
    assert found.way is None
    assert [kind for kind, _ in found.tried] == list(KINDS)
    assert why in str(found)


def test_a_server_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(NoAnswer, match=r"nobody answers at http://127\.0\.0\.1:9/v1"):
        probe(Endpoint("http://127.0.0.1:9"))


@pytest.mark.parametrize("way", [Way(kind, enforced=enforced) for kind in KINDS for enforced in (True, False)], ids=str)
def test_whichever_way_no_field_and_no_word_of_the_question_is_lost(way: Way) -> None:
    body = request()
    sent = asked(body, way)
    assert sent["messages"][1] == body["messages"][1]
    assert sent["messages"][0]["content"].startswith(body["messages"][0]["content"])
    fields = body["tools"][0]["function"]["parameters"]["properties"]
    assert all(name in json.dumps(sent) for name in fields)
    assert (sent["temperature"], sent["max_tokens"]) == (body["temperature"], body["max_tokens"])


def test_where_the_schema_is_enforced_topics_and_chances_are_lists_and_a_reason_has_an_end() -> None:
    body = request()
    schema = asked(body, Way("json_schema", enforced=True))["response_format"]["json_schema"]["schema"]["properties"]
    offered = [topic.name for topic in understand(body).topics]  # type: ignore[union-attr]
    assert set(offered) == {"billing", "sales: EMEA", "login"}
    assert schema["topic"]["enum"] == schema["second"]["enum"] == [*offered, "none of these"]
    assert schema["confidence"]["enum"] == list(CHANCES)
    assert all(0 < chance < 1 for chance in CHANCES)
    assert schema["why"]["maxLength"]
    assert schema["urgency"]["enum"] == ["low", "medium", "high"], "what was a list stays the list it was"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Sure!\n```json\n{"a": {"b": 2}}\n```\nAnything else?', {"a": {"b": 2}}),
        ('<think>{no}</think>\n{"a": 1}', {"a": 1}),
        ('{\n "a": 1\n}', {"a": 1}),
    ],
)
def test_the_answer_is_found_in_what_a_model_says_around_it(text: str, found: object) -> None:
    assert json.loads(json_in(text)) == found


@pytest.mark.parametrize("text", ["", "no", "{", "}{", "{{{"])
def test_where_there_is_no_answer_none_is_made_up(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json.loads(json_in(text))


def through(
    run: Callable[[Server], str], serve: Callable[[Starlette], str], server: Server, way: Way
) -> dict[str, Any]:
    """What the local AWS gets to see."""
    url = serve(create_app(Endpoint(run(server), timeout_s=2), model="m", way=way))
    answer = httpx.post(f"{url}/v1/chat/completions", json=request(), timeout=10)
    assert answer.status_code == 200
    message: dict[str, Any] = answer.json()["choices"][0]["message"]
    return message


def test_an_answer_in_any_way_comes_back_as_the_call_of_the_tool(
    run: Callable[[Server], str], serve: Callable[[Starlette], str]
) -> None:
    message = through(run, serve, llama_cpp, Way("json_schema", enforced=True))
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == SAID


def test_prose_is_the_models_own_unusable_answer_and_no_absence(
    run: Callable[[Server], str], serve: Callable[[Starlette], str]
) -> None:
    """Else each ticket of a model that never calls tools would wait out ten minutes."""
    (call,) = through(run, serve, prose, Way("forced tool"))["tool_calls"]
    with pytest.raises(ValueError, match=r"."):
        json.loads(call["function"]["arguments"])


def overloaded(body: dict[str, Any]) -> Response:
    return PlainTextResponse("slots are all taken", 503)


def test_a_server_that_does_not_answer_is_a_model_that_is_not_there_and_the_classifier_learns_why(
    run: Callable[[Server], str], serve: Callable[[Starlette], str]
) -> None:
    message = through(run, serve, overloaded, Way("forced tool"))
    assert "tool_calls" not in message
    with pytest.raises(NotNow, match="503: slots are all taken"):
        converse_answer(
            {"output": {"message": {"content": [{"text": message["content"]}]}}, "stopReason": "end_turn"}, latency_ms=1
        )


def unknown_model(body: dict[str, Any]) -> Response:
    return JSONResponse({"error": {"message": f"model {body['model']} not found"}}, 404)


@pytest.mark.parametrize(("server", "error"), [(overloaded, NotNow), (unknown_model, Refused)])
def test_a_busy_server_is_told_apart_from_one_that_refuses(
    run: Callable[[Server], str], server: Server, error: type[Exception]
) -> None:
    prompt = build_prompt(ticket_of("I forgot my password"), RULES)
    with pytest.raises(error, match=r"503|model m not found"):
        ChatModel(Endpoint(run(server)), "m", Way("forced tool")).ask(prompt)


def test_a_key_is_sent_and_never_shown(serve: Callable[[Starlette], str]) -> None:
    seen: list[str | None] = []

    async def chat(request: Request) -> Response:
        seen.append(request.headers.get("authorization"))
        return JSONResponse(completion(call=SAID))

    endpoint = Endpoint(serve(Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])])), key="s3cret")
    endpoint.complete(request())
    assert seen == ["Bearer s3cret"]
    assert "s3cret" not in repr(endpoint)


def test_what_was_found_is_said_in_a_line() -> None:
    assert str(Found("qwen", Way("json_schema", enforced=True), ())) == "qwen, asked by json_schema, schema enforced"
