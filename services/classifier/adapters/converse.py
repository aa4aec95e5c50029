"""The model behind Bedrock's Converse API."""

from __future__ import annotations

from time import monotonic
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from services.classifier.domain.answer import Answer, Refused
from services.classifier.domain.models import facts
from services.classifier.domain.prompt import Prompt
from services.classifier.domain.refusals import refusal
from services.classifier.domain.request import converse, is_ours, object_in
from shared.errors import NotNow

SAID_CHARS = 120
"""How much is repeated of a text that came instead of an answer."""


def bedrock(model_id: str, *, timeout_s: float = 12) -> BedrockModel:
    """A model on Bedrock. One try a call: the queue does the retrying, so that a throttled model blocks nobody."""
    retries = {"total_max_attempts": 1, "mode": "standard"}
    config = Config(connect_timeout=3, read_timeout=timeout_s, retries=retries)  # type: ignore[arg-type]
    return BedrockModel(boto3.client("bedrock-runtime", config=config), model_id=model_id)


class BedrockModel:
    """A model on Bedrock."""

    def __init__(self, client: Any, *, model_id: str) -> None:
        self._client, self.name = client, model_id

    def ask(self, prompt: Prompt) -> Answer:
        """Make the call.

        Raises ``NotNow`` when it fails for a reason that passes: the ticket then waits in the queue. Raises ``Refused``
        for one that somebody must mend.
        """
        started = monotonic()
        try:
            response = self._client.converse(modelId=self.name, **converse(prompt, facts(self.name)))
        except ClientError as error:
            said = error.response["Error"]
            code, message = str(said.get("Code", "")), str(said.get("Message", ""))
            refused = refusal(code, message, error.response["ResponseMetadata"]["HTTPStatusCode"])
            raise (Refused(refused) if refused else NotNow(code or "ClientError")) from error
        except ParamValidationError as error:
            raise Refused(f"the request is none that Converse takes: {error}") from error
        except BotoCoreError as error:
            raise NotNow(type(error).__name__) from error
        return answer_of(response, latency_ms=round((monotonic() - started) * 1000))


def answer_of(response: dict[str, Any], *, latency_ms: int) -> Answer:
    """The tool call in a Converse response, or the JSON that goes on from the begun answer.

    Text that is neither is not the model's answer but somebody's in between (a guardrail, a gateway that cannot reach
    the model): ``NotNow``. An answer that is cut off or malformed is the model's own, and is handed on for the checks
    to refuse.
    """
    content = response.get("output", {}).get("message", {}).get("content") or []
    stop = response.get("stopReason", "")
    uses = [block["toolUse"] for block in content if "toolUse" in block]
    text = " ".join(block["text"] for block in content if "text" in block)
    if not uses and not is_ours(text) and stop not in ("malformed_tool_use", "max_tokens", "malformed_model_output"):
        raise NotNow(f"text came instead of an answer ({stop or 'no stop reason'}): “{_line(text)}”")
    usage = response.get("usage") or {}
    return Answer(
        said=uses[0].get("input") if uses else object_in(text, cut_off=stop == "max_tokens"),
        stop=stop,
        tokens_in=max(0, usage.get("inputTokens", 0)),
        tokens_out=max(0, usage.get("outputTokens", 0)),
        latency_ms=latency_ms,
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:SAID_CHARS]
