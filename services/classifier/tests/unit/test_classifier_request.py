"""The two ways a model is asked, and what is read out of an answer that goes on from its beginning."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.rules import Topic
from services.classifier.domain.models import UNKNOWN, ModelFacts
from services.classifier.domain.prompt import SYSTEM, TOOL, Prompt
from services.classifier.domain.ranking import Shown
from services.classifier.domain.request import BEGUN, converse, is_ours, object_in

PROMPT = Prompt(SYSTEM, "<ticket>\nAn invoice\n</ticket>", (Shown(Topic(name="billing", team="x", row=2), (), 1.0),))
BEGUN_ROW = ModelFacts(asked_by="begun answer", takes_temperature=True)
WHOLE = {"topic": "billing", "second": "bug", "urgency": "low", "tone": "calm", "confidence": 0.95, "why": "a } brace"}
REST = json.dumps(WHOLE).removeprefix(BEGUN)


def test_a_begun_answer_has_no_tool_and_names_every_key_in_order() -> None:
    asked = converse(PROMPT, BEGUN_ROW)
    assert "toolConfig" not in asked
    assert asked["messages"][-1] == {"role": "assistant", "content": [{"text": BEGUN}]}
    (system,) = asked["system"]
    assert system["text"].endswith("keys in order: topic, second, urgency, tone, confidence, why.")
    assert TOOL not in system["text"]


def test_a_forced_tool_has_no_begun_answer() -> None:
    asked = converse(PROMPT, UNKNOWN)
    assert asked["toolConfig"]["toolChoice"] == {"tool": {"name": TOOL}}
    assert [message["role"] for message in asked["messages"]] == ["user"]


def test_after_an_answer_that_could_not_be_used_the_tool_is_forced() -> None:
    """So that the cheaper way leaves no more tickets unread than the dearer one would."""
    assert "toolConfig" in converse(PROMPT.again("it is cut off"), BEGUN_ROW)


@pytest.mark.parametrize(
    ("row", "sent"),
    [
        (UNKNOWN, {}),
        (ModelFacts(takes_temperature=True), {"temperature": 0.0}),
        (ModelFacts(thinking_off=True), {"thinking": {"type": "disabled"}}),
    ],
    ids=["cautious", "temperature", "thinking"],
)
def test_nothing_is_sent_that_a_model_might_refuse(row: ModelFacts, sent: dict[str, Any]) -> None:
    asked = converse(PROMPT, row)
    inference = {name: value for name, value in asked["inferenceConfig"].items() if name != "maxTokens"}
    assert {**inference, **asked.get("additionalModelRequestFields", {})} == sent


@pytest.mark.parametrize(
    ("text", "cut_off", "found"),
    [
        (REST, False, WHOLE),
        (f"  {json.dumps(WHOLE)}", False, WHOLE),
        (REST + "\n\nI hope that this helps }", False, WHOLE),
        (REST + REST, False, WHOLE),
        (REST[:-6], True, {**WHOLE, "why": "a } b"}),
        (REST[:-6], False, None),
        (REST[: REST.index("0.95") + 3], True, {name: WHOLE[name] for name in list(WHOLE)[:4]} | {"confidence": 0.9}),
        ("", True, None),
        ("I am sorry, but", False, None),
        ("```json", False, None),
    ],
    ids=["whole", "anew", "talks on", "twice", "cut in why", "cut", "cut in 0.95", "nothing", "prose", "fence"],
)
def test_what_goes_on_from_the_beginning_is_read(text: str, cut_off: bool, found: object) -> None:
    assert object_in(text, cut_off=cut_off) == found


@pytest.mark.parametrize(("text", "ours"), [(REST, True), ("[mock] reply", False), ("Blocked by guardrail.", False)])
def test_an_attempt_at_the_answer_is_told_from_somebody_elses_words(text: str, ours: bool) -> None:
    assert is_ours(text) is ours
