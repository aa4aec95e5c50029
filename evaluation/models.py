"""Ways to a model outside AWS: any OpenAI-compatible endpoint, or the offline reader in this process."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

from services.classifier.domain.answer import Answer
from services.classifier.domain.models import OFFLINE
from services.classifier.domain.prompt import ANSWER_LIMIT_TOKENS, TOOL, Prompt
from shared.errors import NotNow


def chat_request(prompt: Prompt, model: str) -> dict[str, Any]:
    """The prompt as OpenAI's chat completions take it: what a gateway in front of Bedrock makes of ``Converse``."""
    function = {"name": TOOL, "parameters": prompt.tool()}
    return {
        "model": model,
        "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": TOOL}},
        "temperature": 0.0,
        "max_tokens": ANSWER_LIMIT_TOKENS,
    }


def answer_of(completion: dict[str, Any], latency_ms: int) -> Answer:
    """The tool call in a chat completion. Raises ``NotNow`` for one without a choice."""
    try:
        choice = completion["choices"][0]
        calls = choice["message"].get("tool_calls") or []
        usage = completion.get("usage") or {}
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NotNow("the endpoint sent no chat completion") from None
    return Answer(
        said=_arguments(calls[0]) if calls else None,
        stop=str(choice.get("finish_reason") or ""),
        tokens_in=int(usage.get("prompt_tokens") or 0),
        tokens_out=int(usage.get("completion_tokens") or 0),
        latency_ms=latency_ms,
    )


def _arguments(call: dict[str, Any]) -> Any:
    try:
        return json.loads(call["function"]["arguments"])
    except (KeyError, TypeError, ValueError):
        return None


class OfflineReader:
    """The reader that stands in for a hosted model, called without a socket."""

    name = OFFLINE

    def ask(self, prompt: Prompt) -> Answer:
        """Answer at once. Never unavailable."""
        from local.reader.app import complete

        started = monotonic()
        completion = complete(chat_request(prompt, self.name))
        return answer_of(completion, round((monotonic() - started) * 1000))


class ChatModel:
    """A model behind an OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp, a gateway."""

    def __init__(self, base_url: str, name: str, *, timeout_s: float = 60) -> None:
        import httpx

        root = base_url.rstrip("/")
        self._url = f"{root}/chat/completions" if root.endswith("/v1") else f"{root}/v1/chat/completions"
        self._http, self.name = httpx.Client(timeout=timeout_s), name

    def ask(self, prompt: Prompt) -> Answer:
        """Make the call. Raises ``NotNow`` when the endpoint cannot be reached or refuses."""
        import httpx

        started = monotonic()
        try:
            response = self._http.post(self._url, json=chat_request(prompt, self.name))
            response.raise_for_status()
            completion = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotNow(f"{self._url}: {error}") from error
        return answer_of(completion, round((monotonic() - started) * 1000))
