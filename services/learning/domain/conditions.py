"""Priority rules as sentences: ``escalate when tone is angry and urgency is high``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.rules import Condition, ConditionField, PriorityRule, Topic
from services.learning.domain.writing import closest, did_you_mean, key, plain, unquoted

FIELDS: tuple[ConditionField, ...] = ("tone", "urgency", "topic", "customer", "source", "text")
VALUES: dict[str, tuple[str, ...]] = {
    "tone": ("calm", "confused", "angry"),
    "urgency": ("low", "medium", "high"),
    "source": ("mail", "form", "chat"),
}
_ALSO_CALLED = {
    "email": "mail", "e mail": "mail", "web form": "form", "website": "form", "the form": "form", "web": "form",
    "live chat": "chat", "the chat": "chat", "normal": "medium", "upset": "angry", "furious": "angry", "mad": "angry",
}  # fmt: skip
_MOVES = {
    "escalate": "escalate", "escalation": "escalate", "priority": "priority", "prioritise": "priority",
    "prioritize": "priority", "prio": "priority",
}  # fmt: skip
_FORWARD = re.compile(r"^(?P<move>[\w ]+?)\s*(?:[:,]\s*)?\b(?:when(?:ever)?|if)\b:?\s+(?P<when>.+)$", re.I)
_BACKWARD = re.compile(
    r"^(?:when(?:ever)?|if)\s+(?P<when>.+?)\s*(?:,\s*then\b|,|\bthen\b|[-=]+>|→)\s*(?P<move>[\w ]+)$", re.I
)
_FIELD_WORD = r"(?:the\s+|its\s+)?(?:tone|urgency|topic|customer|source|text|message|subject)"
_OR_RULE = re.compile(rf"\s+or\s+(?:if\s+|when\s+)?(?={_FIELD_WORD}\b)", re.I)
_AND = re.compile(r"\s+(?:and|but|&|\+)\s+|\s*&&\s*", re.I)
_OR = re.compile(r"\s*,\s*or\s+|\s+or\s+|\s*[,/|]\s*", re.I)
_QUOTED = re.compile(r'"([^"]+)"|(?<!\w)\'([^\']+)\'(?!\w)')
_HELD_OPEN = "\ue000"
"""Stands for a quoted text or a topic's name while the sentence is cut at its *and*s and *or*s."""
_URGENT_WORD = re.compile(r"^(?:the\s+)?(?:(?:text|message|ticket|it)\s+)?(?:has|contains|includes|is|with)\s+"
                          r"(?:an?\s+|any\s+|one\s+of\s+the\s+)?urgent[ -]words?$", re.I)  # fmt: skip
_COMPARISON = re.compile(
    r"^(?:the\s+|its\s+)?(?P<field>[\w-]+)\s*"
    r"(?P<op>does\s+not\s+(?:have|contain|include|mention)|doesn't\s+(?:have|contain|include|mention)|has\s+no|"
    r"(?:is|are|has)\s+not|isn't|aren't|!=|≠|<>|is\s+at\s+least|>=|≥|"
    r"is\s+(?:one|any)\s+of|has|have|contains?|includes?|mentions?|is|are|={1,2}|:)\s*"
    r"(?P<value>.+)$",
    re.I,
)
_NEGATIONS = ("not", "n't", "has no", "!=", "≠", "<>")


class Unclear(ValueError):
    """A rule that cannot be understood: what is wrong, and the cure."""

    def __init__(self, wrong: str, cure: str) -> None:
        super().__init__(wrong)
        self.wrong, self.cure = wrong, cure


def read_rule(text: str, *, line: int, topics: Sequence[Topic]) -> tuple[PriorityRule, ...]:
    """The rule a sentence states; *or* between two conditions makes it two rules of the same line.

    Raises Unclear when it cannot be understood.
    """
    move, when = _halves(text)
    sentence, kept = _hold_together(when, topics)
    either = _OR_RULE.split(sentence)
    if len(either) > 1 and any(_AND.search(part) for part in either):
        raise Unclear("*and* with *or* can be read in two ways.", "Write a line for each case.")
    rules = []
    for part in either:
        conditions = tuple(_condition(half, kept, topics) for half in _AND.split(part))
        rules.append(PriorityRule.model_validate({"move": move, "when": conditions, "text": text, "line": line}))
    return tuple(rules)


def _halves(text: str) -> tuple[str, str]:
    sentence = plain(text).rstrip(".;!")
    found = _BACKWARD.match(sentence) or _FORWARD.match(sentence)
    if not found:
        raise Unclear("this is no rule that I can read.", "Write: escalate when tone is angry and urgency is high.")
    words = key(found["move"]).split()
    moves = {_MOVES[word] for word in words if word in _MOVES}
    if len(moves) != 1:
        raise Unclear(f"I know the moves escalate and priority; not *{found['move'].strip()}*.", _move_cure(words))
    return moves.pop(), found["when"]


def _move_cure(words: list[str]) -> str:
    near = next((name for word in words if (name := closest(word, _MOVES))), None)
    if near:
        return f"Did you mean {_MOVES[near]}?"
    if {"route", "hold"} & set(words):
        return "Route and hold come by themselves: the topic's team, or triage when it is unclear."
    return "Begin the line with one of the two."


def _hold_together(when: str, topics: Sequence[Topic]) -> tuple[str, list[str]]:
    """Put aside what must not be cut: quoted text, and names of topics with an *and*, *or* or comma in them."""
    kept: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        kept.append(next((group for group in found.groups() if group is not None), found.group(0)))
        return f"{_HELD_OPEN}{len(kept) - 1}{_HELD_OPEN}"

    sentence = _QUOTED.sub(put_aside, when)
    for name in sorted((topic.name for topic in topics), key=len, reverse=True):
        if _AND.search(name) or _OR.search(name):
            sentence = re.sub(rf"(?<!\w){re.escape(plain(name))}(?!\w)", put_aside, sentence, flags=re.I)
    return sentence, kept


def _condition(half: str, kept: list[str], topics: Sequence[Topic]) -> Condition:
    phrase = half.strip()
    if _URGENT_WORD.match(phrase):
        return Condition(field="text", op="has urgent word")
    if key(phrase) in ("angry", "confused", "calm"):
        return Condition(field="tone", op="is", values=(key(phrase),))
    if key(phrase) in ("vip", "a vip"):
        return Condition(field="customer", op="is", values=("vip",))
    found = _COMPARISON.match(phrase)
    if not found:
        said = _restored(phrase, kept)
        raise Unclear(f"I cannot read *{said}*.", "Write field, is, value: tone is angry. " + _fields_known())
    field, op = _field(found["field"]), found["op"].casefold()
    values = tuple(
        _value(field, _restored(value, kept), topics) for value in _OR.split(found["value"]) if value.strip()
    )
    if not values:
        raise Unclear(f"{field} is compared with nothing.", "Write the value: " + _example_of(field))
    if "at least" in op or op in (">=", "≥"):
        values = _at_least(field, values)
    if any(negation in op for negation in _NEGATIONS):
        return Condition(field=field, op="is not", values=values)
    return Condition(field=field, op="has" if field == "text" else "is", values=values)


def _field(word: str) -> ConditionField:
    name = key(word)
    name = {"message": "text", "subject": "text", "ticket": "text", "lane": "source", "channel": "source"}.get(
        name, name
    )
    for field in FIELDS:
        if name == field:
            return field
    near = closest(name, FIELDS)
    raise Unclear(
        f"I know {', '.join(FIELDS)}; not *{word}*.", f"Did you mean {near}?" if near else "Use one of these."
    )


def _value(field: str, raw: str, topics: Sequence[Topic]) -> str:
    value = unquoted(raw.strip())
    if field == "text":
        return value
    if field == "customer":
        return _customer(value)
    if field == "topic":
        by_key = {key(topic.name): topic.name for topic in topics}
        if key(value) not in by_key:
            raise Unclear(f"the Topics tab has no topic *{value}*.", did_you_mean(value, by_key.values()))
        return by_key[key(value)]
    name = key(re.sub(r"^(?:very|an?|the)\s+", "", value, flags=re.I))
    name = _ALSO_CALLED.get(name, name)
    if name not in VALUES[field]:
        raise Unclear(f"{field} is {_either(VALUES[field])}; not *{value}*.", did_you_mean(value, VALUES[field]))
    return name


def _customer(value: str) -> str:
    if key(re.sub(r"^(?:an?|on the|in the|one of the)\s+", "", value, flags=re.I)) in ("vip", "vips", "vip list"):
        return "vip"
    if re.fullmatch(r"@?[^\s@]+\.[^\s@.]+|[^\s@]+@[^\s@]+\.[^\s@.]+", value):
        return value.casefold().lstrip("@")
    raise Unclear(f"customer is vip, an address or a domain; not *{value}*.", "Write: customer is vip.")


def _at_least(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
    if field != "urgency" or len(values) != 1:
        raise Unclear("only urgency has an order.", "Write: urgency is at least medium.")
    return VALUES[field][VALUES[field].index(values[0]) :]


def _restored(text: str, kept: list[str]) -> str:
    return re.sub(rf"{_HELD_OPEN}(\d+){_HELD_OPEN}", lambda found: kept[int(found[1])], text).strip()


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _fields_known() -> str:
    return f"I know {', '.join(FIELDS)}."


def _example_of(field: str) -> str:
    return {"text": 'text has "losing sales"', "customer": "customer is vip", "topic": "topic is outage"}.get(
        field, f"{field} is {VALUES.get(field, ('…',))[-1]}"
    )
