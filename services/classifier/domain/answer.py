"""The model's answer, checked in code: closed values, or it does not count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

from contracts.rules import Rules
from contracts.ticket import Tone, Urgency
from services.classifier.domain.prompt import NONE_OF_THESE
from services.classifier.domain.text import seen

WHY_LIMIT_CHARS, STRANGER_LIMIT_CHARS = 200, 60
"""What is kept of the model's reason, and of a topic it made up."""


class Unusable(ValueError):
    """An answer that is malformed or cut off. Says what is wrong with it."""


class Refused(Exception):
    """The model will answer no ticket until somebody mends something (access, its id, the request). Says what."""


@dataclass(frozen=True)
class Answer:
    """What came back from the model, as it came. ``said`` is the tool call's input, None when there was none."""

    said: Any
    stop: str = "tool_use"
    tokens_in: int = 0
    tokens_out: int = 0
    latency_ms: int = 0

    def after(self, first: Answer) -> Answer:
        """This answer, with what the one before it took counted in."""
        return replace(
            self,
            tokens_in=self.tokens_in + first.tokens_in,
            tokens_out=self.tokens_out + first.tokens_out,
            latency_ms=self.latency_ms + first.latency_ms,
        )


@dataclass(frozen=True)
class Checked:
    """An answer whose values are all ours. ``off_sheet`` is a topic the model made up."""

    topic: str | None
    second: str | None
    urgency: Urgency
    tone: Tone
    confidence: float
    why: str
    off_sheet: str | None = None


def check(answer: Answer, rules: Rules) -> Checked:
    """Hold the answer against the sheet.

    A topic that is not on the sheet becomes none; an urgency or tone we do not know, a confidence that is no
    probability or a missing field raise ``Unusable``.
    """
    said = answer.said
    if not isinstance(said, dict):
        raise Unusable(f"no usable tool call ({answer.stop})")
    # Cut off in the middle, it is the last value that is not whole: a 0.95 may stand there as 0.9.
    if answer.stop == "max_tokens" and next(reversed(said), "") != "why":
        raise Unusable("it is cut off")
    topic, stranger = _on_sheet(said.get("topic"), rules)
    return Checked(
        topic=topic,
        second=_on_sheet(said.get("second"), rules)[0],
        urgency=_one_of(said, "urgency", get_args(Urgency)),
        tone=_one_of(said, "tone", get_args(Tone)),
        confidence=_probability(said.get("confidence")),
        why=_line(said.get("why"), WHY_LIMIT_CHARS),
        off_sheet=stranger,
    )


def _on_sheet(said: Any, rules: Rules) -> tuple[str | None, str | None]:
    name = _line(said).strip('"')
    # As the model was shown it: a name may hold what is not shown.
    topic = next((topic for topic in rules.topics if _line(topic.name).strip('"').casefold() == name.casefold()), None)
    if topic:
        return topic.name, None
    return None, None if name.casefold() in ("", NONE_OF_THESE, "none", "null") else name[:STRANGER_LIMIT_CHARS]


def _line(said: Any, limit: int | None = None) -> str:
    """What a string says, on one line and without anything hidden; of what is no string, nothing."""
    return " ".join(seen(said).split())[:limit] if isinstance(said, str) else ""


def _named(said: Any) -> str:
    # Python refuses to write out a whole number of many thousand digits.
    short = said.bit_length() < 64 if isinstance(said, int) else isinstance(said, str | float | None)
    return repr(said)[:40] if short else type(said).__name__


def _one_of(said: dict[str, Any], field: str, values: tuple[Any, ...]) -> Any:
    value = said.get(field)
    value = value.strip().casefold() if isinstance(value, str) else value
    if value not in values:
        raise Unusable(f"{field} {_named(value)} is none of {', '.join(values)}")
    return value


def _probability(said: Any) -> float:
    if isinstance(said, str):
        try:
            said = float(said.strip().removesuffix("%")) / (100 if said.strip().endswith("%") else 1)
        except ValueError:
            said = None
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= 1:
        raise Unusable(f"confidence {_named(said)} is no probability from 0 to 1")
    return float(said)
