"""The words a priority rule is made of. What is neither here nor a topic's name is not understood, and said so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from contracts.rules import ConditionField
from contracts.words import spelling
from services.learning.domain.addresses import address_or_domain
from services.learning.domain.writing import plain, unquoted

FIELDS: tuple[ConditionField, ...] = ("tone", "urgency", "topic", "customer", "source", "text")
VALUES: dict[str, tuple[str, ...]] = {
    "tone": ("calm", "confused", "angry"),
    "urgency": ("low", "medium", "high"),
    "source": ("mail", "form", "chat"),
}
LEVELS = ("low", "medium", "normal", "high")
"""Words that say an urgency only where that is named: a *high* alone may be anything's."""
URGENT_WORD = "an urgent word"
"""A value of text: any of the Doc's own Urgent words."""


@dataclass(frozen=True)
class Word:
    """A word or phrase of the sentence: its part in it, what it means there, and where it stands."""

    kind: str
    means: str = ""
    field: ConditionField | None = None
    topic: str | None = None
    """The topic of this name, when the word is that too."""
    said: str = ""
    start: int = 0

    @property
    def is_plural(self) -> bool:
        """Whether it names a kind of tickets: *VIPs*, *outages*, *customers*."""
        said = self.said.casefold()
        of_topic = self.topic is not None and said.endswith("s") and not self.topic.casefold().endswith("s")
        return of_topic or said in ("vips", "customers", "clients", "tickets", "messages")

    @property
    def end(self) -> int:
        """Where it ends in the sentence."""
        return self.start + len(self.said)


_GRAMMAR = {
    "move escalate": "escalate, escalates, escalated, escalating, escalation",
    "move priority": "priority, prio, prioritise, prioritised, prioritize, prioritized, high priority, top priority",
    "not": "not, no, never, non, isn't, aren't, doesn't, don't, neither, without, !=, ≠, <>",
    "unless": "unless, except, except for",
    "unknown": "not only, not all, no longer",
    "and": "and, but, &, &&, +",
    "or": "or, nor, /",
    "comma": "|",
    "has": "has, have, having",
    "mentions": "contain, contains, containing, mention, mentions, mentioning, include, includes, including",
    "order >=": "at least, >=, ≥",
    "order <=": "at most, <=, ≤",
    "order >": "above, over, higher than, more than, greater than, >",
    "order <": "below, under, lower than, less than, <",
    "after >=": "or higher, or above, or more, and above, and higher",
    "after <=": "or lower, or below, or less, and below, and lower",
    "is": "is, are, be, =, ==, :",
    "break": "then, when, whenever, if, where, →, ⇒, ->, -->, =>, –, —, -",
    "any-of": "any of, one of, either, any of the words, one of the words, the word, the words, the phrase",
    "filler article": "a, an, any, the",
    "filler": "all, every, each, both, ticket, tickets, anything, it, its, 's, they, their, that, "
    "this, which, who, in, on, from, of, by, via, with, about, for, as, list, does, do, there, very, please, make, "
    "mark, treat, get, gets, comes, came, only, "
    "always, immediately, at once, )",
    "open": "(",
}
_NAMES = {
    "tone": {"": "tone", "calm": "calm", "confused": "confused", "angry": "angry, upset, furious, mad"},
    "urgency": {"": "urgency", "low": "low", "medium": "medium, normal", "high": "high, urgent"},
    "topic": {"": "topic, topics"},
    "customer": {"": "customer, customers, client, clients, sender", "vip": "vip, vips"},
    "source": {
        "": "source, lane, channel",
        "mail": "mail, email, e mail",
        "form": "form, web form, website, web",
        "chat": "chat, live chat",
    },
    "text": {"": "text, message, messages", URGENT_WORD: "urgent word, urgent words"},
}
"""By field: the words for the field itself, then those for its values."""

_COMMAS = (",", ";", "\uff0c", "\u3001", "\u060c", "\uff1b")
_QUOTED = r'"[^"]+"|(?<!\w)\'[^\']+\'(?!\w)'
_ADDRESS = r'[^\s@,;:()<>"|]*@(?:[\w-]+\.)+[\w-]{2,}|(?:https?://)?(?:\*\.)?(?:[\w-]+\.)+[^\W\d_]{2,}(?!\w)'
_UNKNOWN = r"\w+(?:['’.-]\w+)*|\S"


def words_of(sentence: str, topics: tuple[str, ...]) -> list[Word]:
    """The sentence cut into what is known, longest first; the rest as words of kind ``unknown``."""
    pattern, known = _vocabulary(topics)
    words = []
    for found in pattern.finditer(sentence):
        said = found[0]
        if said in _COMMAS:
            word = Word("comma")
        elif found.lastgroup == "quoted":
            word = Word("quoted", unquoted(said))
        elif found.lastgroup == "address":
            word = Word("value", address_or_domain(said) or said, "customer")
        else:
            word = known.get(_folded(said), Word("unknown"))
        words.append(replace(word, said=said, start=found.start()))
    return words


def named(text: str, topics: tuple[str, ...]) -> Word | None:
    """The word or name that a quoted text is, on its own."""
    return _vocabulary(topics)[1].get(_folded(text))


@lru_cache(maxsize=4)
def _vocabulary(topics: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, Word]]:
    known: dict[str, Word] = {}
    for head, spellings in _GRAMMAR.items():
        kind, _, means = head.partition(" ")
        known |= dict.fromkeys(spellings.split(", "), Word(kind, means))
    for field in FIELDS:
        for means, spellings in _NAMES[field].items():
            known |= dict.fromkeys(spellings.split(", "), Word("value" if means else "field", means or field, field))
    names = {_folded(f"{name}s"): name for name in topics} | {_folded(name): name for name in topics}
    for folded, name in names.items():
        known[folded] = replace(known.get(folded, Word("value", name, "topic")), topic=name)
    phrases = "|".join(map(_pattern, sorted(known, key=len, reverse=True)))
    named_first = "|".join(map(_pattern, sorted(names, key=len, reverse=True))) or "(?!)"
    cut = rf"(?P<quoted>{_QUOTED})|{named_first}|(?P<address>{_ADDRESS})|{phrases}|{_UNKNOWN}"
    return re.compile(cut, re.I), known


def _pattern(phrase: str) -> str:
    pattern = r"[\s_-]+".join(map(re.escape, phrase.split()))
    before = r"(?<![\w@])" if phrase[0].isalnum() else ""
    after = r"(?!\w|[.@]\w|@)" if phrase[-1].isalnum() else ""
    return before + pattern + after


def _folded(text: str) -> str:
    return re.sub(r"(?<=\w)[\s_-]+(?=\w)", " ", spelling(plain(text)))
