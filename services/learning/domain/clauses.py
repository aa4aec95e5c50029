"""The comparisons in a priority rule: *tone is angry*, *outages from VIPs*, *unless urgency is low*.

Every word must be known (``vocabulary.py``): one that is not may turn the meaning round. A value tells which field it
belongs to, so *escalate outages from VIPs* is as good a rule as the long one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.rules import ConditionField
from services.learning.domain.addresses import address_or_domain
from services.learning.domain.problem import HOW, LINE_EACH, Unclear
from services.learning.domain.vocabulary import FIELDS, LEVELS, URGENT_WORD, VALUES, Word, named
from services.learning.domain.writing import closest, did_you_mean, key

_ONE_OF_A_KIND = ("tone", "urgency", "topic", "source")
"""Fields of which a ticket has one value."""
_KINDS = {"vip", "verified", "unverified"}
"""What a customer may be beside having an address."""


@dataclass
class Clause:
    """One comparison, and the word that ties it to the one before: *and*, *or*, a comma, or none."""

    field: ConditionField
    values: list[str]
    negated: bool
    tie: str
    unless: bool


def clauses_in(sentence: str, words: Sequence[Word], topics: tuple[str, ...]) -> list[Clause]:
    """The comparisons in the order they stand in. Raises Unclear when there is none, or a word that is not known."""
    return _Reader(sentence, topics, words).read()


@dataclass
class _Reader:
    """Walks once through the words and notes the comparisons they make."""

    sentence: str
    topics: tuple[str, ...]
    words: Sequence[Word]
    clauses: list[Clause] = field(default_factory=list)
    tie: str = ""
    negated: bool = False
    unless: bool = False
    order: str = ""
    about: str = ""
    """The field named last, until an *and*."""
    waiting: bool = False
    """It was named and has no value yet."""

    def read(self) -> list[Clause]:
        at = 0
        while at < len(self.words):
            at = self._take(at)
        self._close("end")
        if not self.clauses:
            raise Unclear("this is no rule that I can read.", HOW)
        if not any(word.kind == "field" and word.means == "urgency" for word in self.words):
            for word in self.words:
                if word.field == "urgency" and key(word.said) in LEVELS and not word.topic:
                    raise Unclear(f"*{word.said}* may be said of anything.", f"Write: urgency is {word.means}.")
        return self.clauses

    def _take(self, at: int) -> int:
        """Understand the word at ``at``; answer where to go on."""
        word = self.words[at]
        if word.kind == "unknown":
            raise self._stranger(at)
        if word.kind == "and" and at and self.words[at - 1].is_plural and self._plural_follows(at + 1):
            raise Unclear("*and* between two kinds of tickets may mean both or either.", LINE_EACH)
        if word.kind == "mentions" or (word.kind == "has" and self.about == "text"):
            return self._text(at + 1)
        if word.topic and (self.about == "topic" or (word.kind, word.field) == ("value", "topic")):
            self._compare("topic", word.topic)
        elif word.topic and word.kind in ("value", "filler"):
            raise Unclear(f"*{word.said}* is a topic, and a word of mine too.", f"Write: topic is {word.topic}.")
        elif word.kind == "value" and word.field:
            self._compare(word.field, word.means)
        elif word.kind == "quoted":
            self._quoted(word)
        elif word.kind == "field":
            self._name(word)
        elif word.kind in ("and", "or", "comma", "unless", "move"):
            self._close(word.kind)
        elif word.kind == "open" and self.negated:
            raise Unclear("*not* before brackets can be read in two ways.", LINE_EACH)
        elif word.kind == "not":
            self.negated = not self.negated
        elif word.kind == "order":
            self.order = word.means
        elif word.kind == "after":
            last = self.clauses[-1] if self.clauses and self.clauses[-1].field == "urgency" else None
            if last is None:
                raise Unclear("only urgency has an order.", "Write: urgency is at least medium.")
            last.values = _ordered(word.means, last.values)
        return at + 1

    def _name(self, word: Word) -> None:
        if self.clauses and self.clauses[-1].field == word.means and not (self.tie or self.negated):
            return  # high urgency, VIP customers: the value came before its field
        self._must_not_wait()
        self.about, self.waiting = word.means, True

    def _compare(self, name: ConditionField, *values: str) -> None:
        last = self.clauses[-1] if self.clauses and self.clauses[-1].unless == self.unless else None
        if self.order:
            if name != "urgency":
                raise Unclear("only urgency has an order.", "Write: urgency is at least medium.")
            values = tuple(_ordered(self.order, values))
        if self.waiting and self.about in _ONE_OF_A_KIND and self.about != name:
            raise self._no_value(values[0])
        same = last is not None and last.field == name
        if last and same and self.tie in ("or", ",") and not self.negated and not (self.waiting and last.negated):
            last.values += values  # also after *not*: *not billing or refund* is neither
        elif last and last.negated and self.tie == "or":
            raise Unclear("*not* with *or* can be read in two ways.", LINE_EACH)
        elif last and same and name in _ONE_OF_A_KIND and not (self.tie == "or" or self.negated or last.negated):
            raise Unclear(f"a ticket has only one {name}.", f"Write: or, not and: {name} is {last.values[0]} or …")
        elif last and same and name == "customer" and self.tie == "and" and not _KINDS & {*values, *last.values}:
            raise Unclear("a ticket has only one customer.", f"Write: customer is {last.values[0]} or {values[0]}.")
        else:
            self.clauses.append(Clause(name, list(values), self.negated, self.tie, self.unless))
        self.tie, self.order, self.negated, self.waiting = "", "", False, False

    def _close(self, kind: str) -> None:
        """An end, or a word between two comparisons."""
        if self.negated:
            wrong = "a rule only raises a ticket; none keeps it down." if kind == "move" else "*not* what?"
            raise Unclear(wrong, "Delete the line, or write the rule that raises the others.")
        last = self.clauses[-1] if self.clauses else None
        if self.order and last and last.field == "urgency":
            last.values, self.order = _ordered(self.order, last.values), ""  # urgency is medium at least
        if self.order or (self.unless and kind != "comma" and not (last and last.unless)):
            raise Unclear(f"*{'unless' if self.unless else self.order}* stands alone.", "Write what comes behind it.")
        if kind == "comma":
            self.tie = self.tie or ("," if self.clauses else "")
            return
        if self.tie in ("and", "or") or (kind in ("and", "or") and not self.clauses):
            raise Unclear(f"*{self.tie or kind}* stands alone.", "Write what is on both sides of it.")
        if self.about in _ONE_OF_A_KIND or kind == "end":
            self._must_not_wait()
        self.tie = kind if kind in ("and", "or") else ""
        if kind != "or":
            self.about, self.waiting = "", False
        self.unless = kind == "unless" or (self.unless and kind != "move")

    def _must_not_wait(self) -> None:
        if self.waiting and self.about in (*_ONE_OF_A_KIND, "text"):
            raise Unclear(f"{self.about} is compared with nothing.", f"Write the value: {_like(self.about)}")

    def _quoted(self, word: Word) -> None:
        meant = named(word.means, self.topics)
        if self.about == "text":
            self._compare("text", word.means)
        elif meant and meant.topic and self.about in ("", "topic"):
            self._compare("topic", meant.topic)
        elif meant and meant.kind == "value" and meant.field:
            self._compare(meant.field, meant.means)
        elif self.about == "customer" and (who := address_or_domain(word.means)):
            self._compare("customer", who)
        elif self.waiting:
            raise self._no_value(word.means)
        else:
            raise Unclear(f"I cannot tell what {word.said} is.", f"Write: text has {word.said}.")

    def _text(self, at: int) -> int:
        """What the text must mention: the words as they stand, up to the next *and*, *or*, comma or move."""
        values: list[str] = []
        if self.about in _ONE_OF_A_KIND:
            self._must_not_wait()
        if self._kind(at) == "not" and self.words[at].said.casefold() in ("no", "neither"):
            self.negated, at = not self.negated, at + 1
        while True:
            while self._kind(at) == "any-of":
                at += 1
            end = at
            while self._kind(end) not in ("and", "or", "comma", "unless", "move", "break", "end"):
                end += 1
            while at < end and self.words[at].means == "article":
                at += 1
            said = [word for word in self.words[at:end] if word.kind != "filler"]
            if [word.means for word in said] == [URGENT_WORD]:
                values.append(URGENT_WORD)
            elif len(said) == 1 and said[0].kind == "quoted":
                values.append(said[0].means)
            elif any(word.kind == "quoted" for word in said):
                raise Unclear("only a part of it stands in quotes.", "Put all of it in quotes, or nothing.")
            elif said:
                values.append(self.sentence[self.words[at].start : self.words[end - 1].end])
            else:
                raise Unclear("text is compared with nothing.", f"Write the value: {_like('text')}")
            at = end
            while self._kind(at) in ("or", "comma"):
                at += 1
            if at == end or self._kind(at) in ("and", "break", "field", "unless", "move", "end"):
                break
        self.about = "text"
        self._compare("text", *values)
        return end

    def _plural_follows(self, at: int) -> bool:
        while self._kind(at) not in ("and", "or", "comma", "unless", "move", "break", "is", "end"):
            if self.words[at].is_plural:
                return True
            at += 1
        return False

    def _kind(self, at: int) -> str:
        return self.words[at].kind if at < len(self.words) else "end"

    def _stranger(self, at: int) -> Unclear:
        end = at
        while self._kind(end) == "unknown":
            end += 1
        said = self.sentence[self.words[at].start : self.words[end - 1].end]
        if self.waiting or (self.about and self.tie in ("or", ",")):
            return self._no_value(said)
        if self._kind(end) in ("is", "mentions"):
            near = closest(said, FIELDS)
            cure = f"Did you mean {near}?" if near else "Use one of these."
            return Unclear(f"I know {', '.join(FIELDS)}; not *{said}*.", cure)
        near = closest(said, [*FIELDS, *(value for values in VALUES.values() for value in values), *self.topics])
        cure = "Write field, is, value: tone is angry. I know " + ", ".join(FIELDS) + "."
        return Unclear(f"I cannot read *{said}*.", f"Did you mean {near}?" if near else cure)

    def _no_value(self, said: str) -> Unclear:
        if self.about == "topic":
            return Unclear(f"the Topics tab has no topic *{said}*.", did_you_mean(said, self.topics))
        if self.about in VALUES:
            *most, last = VALUES[self.about]
            wrong = f"{self.about} is {', '.join(most)} or {last}; not *{said}*."
            return Unclear(wrong, did_you_mean(said, VALUES[self.about]))
        if self.about == "text":
            return Unclear("of the text I know what it has.", f'Write: text has "{said}".')
        return Unclear(f"customer is vip, an address or a domain; not *{said}*.", "Write: customer is vip.")


def _ordered(order: str, values: Sequence[str]) -> list[str]:
    levels = VALUES["urgency"]
    at = levels.index(values[0])
    found = {">=": levels[at:], "<=": levels[: at + 1], ">": levels[at + 1 :], "<": levels[:at]}[order]
    if len(values) != 1 or not found:
        raise Unclear("no urgency is left then.", "Write: urgency is at least medium.")
    return list(found)


def _like(name: str) -> str:
    values = {"text": 'text has "losing sales"', "topic": "topic is outage"}
    return values.get(name, f"{name} is {VALUES.get(name, ('…',))[-1]}")
