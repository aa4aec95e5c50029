"""learning's use cases: publish what people wrote, and write down what a correction teaches."""

from services.learning.app.learn import learn
from services.learning.app.outcomes import take_over
from services.learning.app.ports import EditedMeanwhile, InForce, Page, Posted, Question, Stamp
from services.learning.app.publish import Published, publish_rules, tell_leads

__all__ = [
    "EditedMeanwhile",
    "InForce",
    "Page",
    "Posted",
    "Published",
    "Question",
    "Stamp",
    "learn",
    "publish_rules",
    "take_over",
    "tell_leads",
]
