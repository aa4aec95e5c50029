"""Ways to a model outside AWS: any OpenAI-compatible endpoint, or the offline reader in this process."""

from __future__ import annotations

import json
from time import monotonic
from typing import Any

from local.gateway.endpoint import Endpoint, NoAnswer
from local.gateway.ways import Way, answered, asked
from services.classifier.domain.answer import Answer, Refused
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
    """A model behind an OpenAI-compatible endpoint, asked in the way that its server understands."""

    def __init__(self, endpoint: Endpoint, name: str, way: Way) -> None:
        self._endpoint, self.name, self.way = endpoint, name, way

    def ask(self, prompt: Prompt) -> Answer:
        """Make the call. Raises ``NotNow`` when the endpoint is busy or out of reach, ``Refused`` when it refuses."""
        started, body = monotonic(), chat_request(prompt, self.name)
        try:
            completion = self._endpoint.complete(asked(body, self.way))
        except NoAnswer as error:
            raise (Refused if error.refused else NotNow)(str(error)) from error
        return answer_of(answered(completion, body), round((monotonic() - started) * 1000))


class NoModel:
    """Stands where a model was to be: says of each ticket why there is none."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self._why = name, why

    def ask(self, prompt: Prompt) -> Answer:  # noqa: ARG002
        """Raises ``Refused``."""
        raise Refused(self._why)
