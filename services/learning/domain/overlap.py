"""Topics that cover the same, and lines that say the same under two topics.

Nothing here is wrong by itself, so all of it stays in force; but nobody can tell such topics apart, a model
least of all, and their tickets are held.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from contracts.rules import Example, Topic
from services.learning.domain.likeness import alike, content_words
from services.learning.domain.problem import Problem
from services.learning.domain.sections import EXAMPLES
from services.learning.domain.writing import key, plain

_TOPICS, _QUOTE_CHARS = "Topics", 80
_HELD = "nobody can tell which of the two a ticket belongs to, and it is held."
_UNSAID = frozenset({"", "tbd", "tba", "tbc", "todo", "to do", "n/a", "na", "none", "?", "??", "???", "…", "/"})
"""What people put in the cell until they know: as good as an empty one."""
_PARTING = re.compile(r"[\s_.,:;!?/()'\"\u2010-\u2015\u00b7-]+")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_PLURALS = (("s", "", 3), ("es", "", 3), ("ies", "y", 2), ("en", "", 5), ("n", "", 5), ("e", "", 6))
"""Ending, what stands for it in the singular, and how many letters must be left, in the Western languages."""
_WAYS = frozenset({"from", "to", "by", "when", "why", "before", "after"})
"""Small words that turn a matter round: payments *to* us are not payments *from* us."""


def overlapping_topics(topics: Sequence[Topic]) -> list[Problem]:
    """One problem for each topic that nobody can tell from an earlier one, by its name or by what it covers."""
    said = [_said(topic) for topic in topics]

    def apart(later: int, earlier: int) -> bool:
        one, other = topics[later], topics[earlier]
        named_only = _unsaid(one) and _unsaid(other)
        parted = key(one.covers_not) != key(other.covers_not)
        return named_only or parted or _set_apart(said[later], one.name, said[earlier], other.name)

    same_matter = alike(said, owners=range(len(topics)), apart=apart)
    same_name = _same_names([topic.name for topic in topics])
    problems = []
    for number, topic in enumerate(topics):
        if number in same_name:
            other = topics[same_name[number]]
            wrong = f"*{topic.name}* and *{other.name}* (row {other.row}) are one name in two spellings, so {_HELD}"
            cure = "Make one of them, or give each a name of its own."
        elif number in same_matter:
            other = topics[same_matter[number]]
            wrong = f"*{topic.name}* covers nearly the same as *{other.name}* (row {other.row}), so {_HELD}"
            cure = "Say in both rows what sets them apart, or make one of them."
        else:
            continue
        quote = " | ".join(filter(None, (topic.name, topic.covers, topic.team)))
        problems.append(Problem("Sheet", _TOPICS, topic.row, quote, wrong, cure, stays=True))
    return problems


def contradicting_examples(examples: Sequence[Example]) -> list[Problem]:
    """One problem for each line whose words, or nearly those, stand on an earlier line under another topic."""

    def apart(later: int, earlier: int) -> bool:
        one, other = examples[later], examples[earlier]
        return _set_apart(one.text, one.topic, other.text, other.topic)

    found = alike([one.text for one in examples], owners=[one.topic for one in examples], apart=apart)
    problems = []
    for later, earlier in found.items():
        one, other = examples[later], examples[earlier]
        wrong = (
            f"line {other.line} says nearly the same under *{other.topic}*, this line under *{one.topic}*, so {_HELD}"
        )
        cure = f"Delete the one that is wrong; line {other.line} reads: {_shortened(other.text)}"
        problems.append(Problem("Doc", EXAMPLES, one.line, f"{one.topic}: {one.text}", wrong, cure, stays=True))
    return problems


def _shortened(text: str) -> str:
    return text if len(text) <= _QUOTE_CHARS else text[: _QUOTE_CHARS - 1] + "…"


def _said(topic: Topic) -> str:
    """What the topic covers; one that does not say covers its name."""
    return plain(topic.name) if _unsaid(topic) else plain(topic.covers)


def _unsaid(topic: Topic) -> bool:
    return key(topic.covers) in _UNSAID


def _set_apart(said: str, name: str, other_said: str, other_name: str) -> bool:
    """Whether the little in which two texts differ is what their topics' names differ in, or turns the matter round.

    *Orders, invoices … in Germany* for a topic named Germany is not the same with France for one named France.
    """
    ours, theirs = content_words(said), content_words(other_said)
    our_name, their_name = (content_words(one.replace("_", " ")) for one in (name, other_name))
    if (ours - theirs) & (our_name - their_name) or (theirs - ours) & (their_name - our_name):
        return True
    our_ways, their_ways = (Counter(w for w in text.casefold().split() if w in _WAYS) for text in (said, other_said))
    return bool(our_ways - their_ways) and bool(their_ways - our_ways)


def _same_names(names: Sequence[str]) -> dict[int, int]:
    """For each name the first earlier one that is spelled the same but for spaces, dashes, accents or a plural."""
    whole: dict[str, int] = {}
    singular: dict[str, int] = {}
    same = {}
    for number, name in enumerate(names):
        spelled = _spelling(name)
        singulars = [
            spelled[: -len(ending)] + instead
            for ending, instead, least in _PLURALS
            if spelled.endswith(ending) and len(spelled) - len(ending) >= least
        ]
        met = [whole[one] for one in (spelled, *singulars) if one in whole]
        met += [singular[spelled]] if spelled in singular else []
        if met and spelled:
            same[number] = min(met)
        whole.setdefault(spelled, number)
        for one in singulars:
            singular.setdefault(one, number)
    return same


def _spelling(name: str) -> str:
    # Only accents go: the marks of other scripts make other letters.
    bare = unicodedata.normalize("NFKC", _ACCENT.sub("", unicodedata.normalize("NFKD", name.casefold())))
    return _PARTING.sub("", plain(bare).replace("&", " and "))
