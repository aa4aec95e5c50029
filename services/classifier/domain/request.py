"""The prompt as Bedrock's ``Converse`` takes it, in the way the model's row says, and the answer in what comes back.

Two ways. A *forced tool*: the model must call it, the provider adds a preamble of its own and bills it. A *begun
answer*: the answer's first characters stand there already, so the model can only go on with the JSON; no tool, no
preamble, half the tokens. An answer that could not be used is asked for by forced tool, whichever way came first.
"""

from __future__ import annotations

import json
from typing import Any

from services.classifier.domain.models import ModelFacts
from services.classifier.domain.prompt import ANSWER_LIMIT_TOKENS, TOOL, Prompt

BEGUN = '{"topic": "'
"""How an answer begins that is begun for the model."""
BY_TOOL = f"Call {TOOL} once."


def by_begun_answer(prompt: Prompt, row: ModelFacts) -> bool:
    """Whether this question is asked by a begun answer."""
    return row.asked_by == "begun answer" and not prompt.is_second


def system(prompt: Prompt, *, begun: bool) -> str:
    """The system prompt, with how to answer."""
    keys = ", ".join(prompt.tool()["properties"])
    return f"{prompt.system}\n" + (
        f"Answer with one JSON object, no more, its keys in order: {keys}." if begun else BY_TOOL
    )


def converse(prompt: Prompt, row: ModelFacts) -> dict[str, Any]:
    """The arguments of ``Converse``, but for the model id."""
    begun = by_begun_answer(prompt, row)
    messages = [{"role": "user", "content": [{"text": prompt.user}]}]
    tool = {"name": TOOL, "inputSchema": {"json": prompt.tool()}}
    forced = {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": TOOL}}}
    return {
        "system": [{"text": system(prompt, begun=begun)}],
        "messages": [*messages, {"role": "assistant", "content": [{"text": BEGUN}]}] if begun else messages,
        "inferenceConfig": {
            "maxTokens": ANSWER_LIMIT_TOKENS,
            **({"temperature": 0.0} if row.takes_temperature else {}),
        },
        **({} if begun else {"toolConfig": forced}),
        **({"additionalModelRequestFields": {"thinking": {"type": "disabled"}}} if row.thinking_off else {}),
    }


def object_in(text: str, *, cut_off: bool = False) -> Any:
    """The JSON object that goes on from ``BEGUN``, or that begins anew; None when there is none.

    Of one that is cut off, what is whole: which fields count then, ``answer.check`` decides.
    """
    if not text.strip():
        return None
    whole = text.strip() if text.lstrip().startswith("{") else BEGUN + text
    for end in ("", '"}', "}") if cut_off else ("",):
        try:
            return json.JSONDecoder().raw_decode(whole + end)[0]
        except ValueError:
            continue
    return None


def is_ours(text: str) -> bool:
    """Whether a text is the model's attempt at the answer, and not somebody else's words (a guardrail, a gateway)."""
    return '"urgency"' in text
