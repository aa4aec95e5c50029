"""Sentences that people write as priority rules, and what each must mean."""

from __future__ import annotations

import random

import pytest

from contracts.rules import Topic
from services.learning.domain.conditions import read_rule
from services.learning.domain.problem import Unclear
from services.learning.domain.vocabulary import _GRAMMAR, _NAMES

TOPICS = tuple(
    Topic(name=name, team="x", row=row)
    for row, name in enumerate(("outage", "feature request", "sales and marketing", "terms, or law"), start=2)
)
Condition = tuple[str, str, tuple[str, ...]]
OUTAGE = ("topic", "is", ("outage",))
ANGRY, HIGH, VIP = ("tone", "is", ("angry",)), ("urgency", "is", ("high",)), ("customer", "is", ("vip",))


def read(text: str) -> list[tuple[str, list[tuple[str, str, tuple[str, ...]]]]]:
    rules = read_rule(text, line=1, topics=TOPICS)
    return [(rule.move, [(half.field, half.op, half.values) for half in rule.when]) for rule in rules]


RULES: list[tuple[str, str, list[Condition]]] = [
    ("escalate when tone is angry and urgency is high", "escalate", [ANGRY, HIGH]),
    ("Escalate if the tone is Angry AND the urgency is HIGH.", "escalate", [ANGRY, HIGH]),
    ("ESCALATE whenever tone = angry & urgency == high", "escalate", [ANGRY, HIGH]),
    ("escalate: when tone: angry and urgency: high", "escalate", [ANGRY, HIGH]),
    ("when tone is angry and customer is a VIP, then escalate", "escalate", [ANGRY, VIP]),
    ("if angry and vip → escalate", "escalate", [ANGRY, VIP]),
    ("if customer is on the VIP list -> priority", "priority", [VIP]),
    ("make it priority when urgency is at least medium", "priority", [("urgency", "is", ("medium", "high"))]),
    ("priority when urgency ≥ medium", "priority", [("urgency", "is", ("medium", "high"))]),
    ("prioritise when tone is angry or confused", "priority", [("tone", "is", ("angry", "confused"))]),
    ("priority when tone is one of angry, confused", "priority", [("tone", "is", ("angry", "confused"))]),
    ("priority when tone isn’t calm", "priority", [("tone", "is not", ("calm",))]),
    ("priority when topic is not feature request", "priority", [("topic", "is not", ("feature request",))]),
    ("priority when topic is Feature-Request", "priority", [("topic", "is", ("feature request",))]),
    (
        "priority when topic is sales and marketing and tone is angry",
        "priority",
        [("topic", "is", ("sales and marketing",)), ANGRY],
    ),
    (
        'priority when topic is "terms, or law" or outage',
        "priority",
        [("topic", "is", ("terms, or law", "outage"))],
    ),
    ("priority when text has an urgent word", "priority", [("text", "has urgent word", ())]),
    ("priority if it has any urgent word", "priority", [("text", "has urgent word", ())]),
    ("priority when the message contains “losing sales”", "priority", [("text", "has", ("losing sales",))]),
    (
        "priority when text mentions lawyer or 'court and law'",
        "priority",
        [("text", "has", ("lawyer", "court and law"))],
    ),
    ("priority when text does not contain test", "priority", [("text", "is not", ("test",))]),
    ("priority when source is e-mail", "priority", [("source", "is", ("mail",))]),
    ("priority when source is the form or live chat", "priority", [("source", "is", ("form", "chat"))]),
    ("priority when customer is Globex.example", "priority", [("customer", "is", ("globex.example",))]),
    (
        "priority when customer is amelie@Atelier.example",
        "priority",
        [("customer", "is", ("amelie@atelier.example",))],
    ),
    ("priority when customer is not vip", "priority", [("customer", "is not", ("vip",))]),
    ("escalate outages from VIPs", "escalate", [OUTAGE, VIP]),
    ("Angry VIPs: escalate", "escalate", [ANGRY, VIP]),
    ("high-urgency outages are escalated", "escalate", [HIGH, OUTAGE]),
    ("VIP → priority", "priority", [VIP]),
    ("anything from *@Globex.example is priority", "priority", [("customer", "is", ("globex.example",))]),
    ("chat tickets are priority", "priority", [("source", "is", ("chat",))]),
    ("escalate if the customer is angry and it is urgent", "escalate", [ANGRY, HIGH]),
    ("escalate when angry, urgent and vip", "escalate", [ANGRY, HIGH, VIP]),
    ("escalate when topic is outage, or terms, or law", "escalate", [("topic", "is", ("outage", "terms, or law"))]),
    ("escalate outages unless the tone is calm", "escalate", [OUTAGE, ("tone", "is not", ("calm",))]),
    ("escalate when urgency is high except for VIPs", "escalate", [HIGH, ("customer", "is not", ("vip",))]),
    (
        "priority unless topic is neither outage nor feature request",
        "priority",
        [("topic", "is", ("outage", "feature request"))],
    ),
    ("priority when tone is neither calm nor confused", "priority", [("tone", "is not", ("calm", "confused"))]),
    ("priority when urgency > low", "priority", [("urgency", "is", ("medium", "high"))]),
    ("priority when urgency is medium or higher", "priority", [("urgency", "is", ("medium", "high"))]),
    ("priority when urgency is medium at least", "priority", [("urgency", "is", ("medium", "high"))]),
    ("priority when urgency is below high", "priority", [("urgency", "is", ("low", "medium"))]),
    ("if text mentions a lawyer or log-in, escalate", "escalate", [("text", "has", ("lawyer", "log-in"))]),
]


@pytest.mark.parametrize(("text", "move", "when"), RULES)
def test_a_rule_means_what_it_says(text: str, move: str, when: list[object]) -> None:
    assert read(text) == [(move, when)]


def test_a_topic_may_be_called_like_a_word_of_the_rules() -> None:
    topics = (Topic(name="chat", team="x", row=2), Topic(name="request", team="x", row=3))
    (rule,) = read_rule("escalate when topic is chat or request", line=1, topics=topics)
    assert rule.when[0].values == ("chat", "request")
    with pytest.raises(Unclear, match="a topic, and a word of mine too"):
        read_rule("escalate chat tickets", line=1, topics=topics)


@pytest.mark.parametrize("text", [text for text, _, when in RULES if all(half[0] != "text" for half in when)])
def test_one_word_too_many_and_nothing_is_guessed(text: str) -> None:
    words = text.split()
    for at in range(len(words) + 1):
        with pytest.raises(Unclear):
            read(" ".join([*words[:at], "xyzzy", *words[at:]]))


def test_any_heap_of_known_words_is_a_rule_or_unclear() -> None:
    chance = random.Random(7)
    spelled = [*_GRAMMAR.values(), *(spelling for names in _NAMES.values() for spelling in names.values())]
    known = [*", ".join(spelled).split(", "), ",", '"', *(topic.name for topic in TOPICS)]
    unclear = []
    for _ in range(3000):
        sentence = "escalate when " + " ".join(chance.choices(known, k=chance.randint(1, 8)))
        try:
            assert all(rule.when for rule in read_rule(sentence, line=1, topics=TOPICS)), sentence
        except Unclear as said:
            unclear.append((said.wrong, said.cure))
    assert all(wrong and cure for wrong, cure in unclear)
    assert 1000 < len(unclear) < 3000


def test_or_between_two_conditions_is_two_rules_of_one_line() -> None:
    assert read("priority when tone is angry or urgency is high") == [("priority", [ANGRY]), ("priority", [HIGH])]


@pytest.mark.parametrize(
    ("text", "wrong", "cure"),
    [
        (
            "priority when mood is bad",
            "I know tone, urgency, topic, customer, source, text; not *mood*.",
            "one of these",
        ),
        ("priority when urgeny is high", "not *urgeny*", "Did you mean urgency?"),
        ("priority when tone is hungry", "tone is calm, confused or angry; not *hungry*", "Did you mean angry?"),
        ("priority when topic is outtage", "no topic *outtage*", "Did you mean outage?"),
        ("priority when customer is important", "customer is vip, an address or a domain", "customer is vip"),
        (
            "prioroty when tone is angry",
            "I know the moves escalate and priority; not *prioroty*",
            "Did you mean priority?",
        ),
        ("hold when tone is angry", "not *hold*", "come by themselves"),
        ("escalate when tone is angry or urgency is high and customer is vip", "two ways", "a line for each"),
        ("escalate when tone is at least angry", "only urgency has an order", "at least medium"),
        ("angry people first please", "no rule that I can read", "escalate when"),
        ("escalate when", "no rule that I can read", "escalate when"),
        ("escalate when tone is angry and", "*and* stands alone", "both sides"),
        ("never escalate outages", "none keeps it down", "Delete the line"),
        ("VIPs are not priority", "none keeps it down", "Delete the line"),
        ("escalate when tone is angry after 6pm", "*after 6pm*", "field, is, value"),
        ("escalate outages outside business hours", "*outside business hours*", "field, is, value"),
        ("escalate outages and prioritise VIPs", "two moves", "a line for each"),
        ("priority: high when angry", "*high*", "urgency is high"),
        ("escalate when not (angry and urgent)", "*not* before brackets", "a line for each"),
        ("escalate when tone is not calm or topic is outage", "*not* with *or*", "a line for each"),
        ("escalate unless calm and low urgency", "*unless* with *and*", "a line for each"),
        ("angry customers and VIPs are priority", "both or either", "a line for each"),
        ("escalate when angry, urgent", "a comma may mean", "the one that is meant"),
        ("escalate when tone is angry and tone is calm", "only one tone", "or, not and"),
        ("escalate if subject contains invoice", "not *subject*", "one of these"),
        ("escalate when text mentions terms and conditions", "*conditions*", "field, is, value"),
        ("escalate when text has no urgent word", "only be asked for", "text has an urgent word"),
        ("escalate when customer is vip unless", "*unless* stands alone", "what comes behind it"),
        ('priority when text has "court order" today', "only a part", "all of it in quotes"),
        ("escalate when somebody shouts", "I cannot read *somebody shouts*", "field, is, value"),
    ],
)
def test_what_is_wrong_is_named_with_its_cure(text: str, wrong: str, cure: str) -> None:
    with pytest.raises(Unclear) as caught:
        read(text)
    assert wrong in caught.value.wrong
    assert cure in caught.value.cure
