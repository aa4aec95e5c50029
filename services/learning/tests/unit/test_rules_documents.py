"""Whole guides as people keep them: exported, in capitals, as an outline, as tables, from another program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.learning.domain import Folder

EXPORTED = r"""# **Support sorting – READ ME FIRST**

*Last edited by Priya, 12 Nov*

## **Urgent words**

* outage
* "losing sales"

## **VIP customers**

1. [globex.example](http://globex.example) \-\> engineering
2. Jane Doe \<jane@x.example\>

## **Priority rules**

* Escalate when tone \= angry **and** urgency \= high
* Anything from a VIP is priority

## **Examples**

| topic | example |
| :---- | :---- |
| billing | How do I change my billing address? |
| outage (high) | All is red |
"""
CAPITALS = """HOW WE SORT

Hi all, please keep this tidy!

URGENT WORDS:
outage; losing sales

VIP CUSTOMERS:
globex.example – our oldest → engineering
globex.example → engineering
jane@x.example

PRIORITY RULES
1) angry and urgent: escalate
2) priority if VIP

EXAMPLES
billing: How do I change my billing address?
outage [high]: All is red
"""
OUTLINE = """# The desk
## Urgent words: outage, losing sales
## Who is important
### VIP customers
#### Europe
- globex.example (renews in May) → engineering
#### America
- jane@x.example
### Priority rules
#### Loud
- escalate if it is urgent and the customer is angry
#### Less loud
- VIPs are priority
## Examples
### billing
- How do I change my billing address?
### outage (high)
- All is red
"""
TABLES = """Urgent words
| Word |
| outage |
| losing sales |

VIP customers
| Customer | Team | Note |
| globex.example | engineering | since 2019 |
| jane@x.example | | |

Priority rules
| Move | When |
| escalate | tone is angry and urgency is high |
| priority | customer is vip |

Examples
| Topic | Urgency | Example |
| billing | | How do I change my billing address? |
| outage | high | All is red |
"""
NOTEPAD = (
    "\ufeffUrgent words\r\n\t-\toutage\r\n\t-\u00a0losing sales\r\n\r\nVIPs:\r\nglobex.example\t->\tengineering\r\n"
    "mailto:jane@x.example\r\n\r\nPriority rules\r\n\t1.\tescalate when angry + urgent\r\n\t2.\tpriority when vip\r\n"
    "\r\nExamples\r\nbilling\tHow do I change my billing address?\r\noutage (high)\tAll is red\r\n"
)


@pytest.mark.parametrize(
    ("guide", "reported"),
    [(EXPORTED, 0), (CAPITALS, 1), (OUTLINE, 0), (TABLES, 0), (NOTEPAD, 0)],
    ids=["exported", "capitals", "outline", "tables", "notepad"],
)
def test_every_way_to_keep_the_guide_says_the_same(read: Callable[..., Folder], guide: str, reported: int) -> None:
    folder = read(guide)
    draft: Any = folder.draft
    assert len(folder.problems) == reported
    assert draft.urgent_words == ("outage", "losing sales")
    assert [(vip.match, vip.team) for vip in draft.vips] == [
        ("globex.example", "engineering"),
        ("jane@x.example", None),
    ]
    assert [(rule.move, {(half.field, half.values) for half in rule.when}) for rule in draft.priority_rules] == [
        ("escalate", {("tone", ("angry",)), ("urgency", ("high",))}),
        ("priority", {("customer", ("vip",))}),
    ]
    assert [(one.topic, one.urgency, one.text) for one in draft.examples] == [
        ("billing", None, "How do I change my billing address?"),
        ("outage", "high", "All is red"),
    ]
