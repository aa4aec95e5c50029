"""Priority rules as sentences: ``escalate when tone is angry and urgency is high``."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.rules import Condition, PriorityRule, Topic
from services.learning.domain.clauses import Clause, clauses_in
from services.learning.domain.problem import HOW, LINE_EACH, Unclear
from services.learning.domain.vocabulary import URGENT_WORD, Word, words_of
from services.learning.domain.writing import closest, key, plain


def read_rule(text: str, *, line: int, topics: Sequence[Topic]) -> tuple[PriorityRule, ...]:
    """The rule a sentence states; *or* between two fields makes it two rules of the same line.

    Raises Unclear when it cannot be understood.
    """
    names = tuple(topic.name for topic in topics)
    sentence = plain(text).rstrip(".;!")
    words = words_of(sentence, names)
    move = _move(words)
    cases = _cases(clauses_in(sentence, words, names))
    return tuple(
        PriorityRule.model_validate({"move": move, "when": when, "text": text, "line": line}) for when in cases
    )


def _move(words: Sequence[Word]) -> str:
    moves = {word.means for word in words if word.kind == "move"}
    if len(moves) == 1:
        return moves.pop()
    if moves:
        raise Unclear("this line names two moves, escalate and priority.", LINE_EACH)
    for said in (word.said for word in words if word.kind == "unknown"):
        near = closest(said, ("escalate", "priority"))
        if near or key(said) in ("route", "hold"):
            cure = f"Did you mean {near}?" if near else "Route and hold come by themselves: by topic, or when unclear."
            raise Unclear(f"I know the moves escalate and priority; not *{said}*.", cure)
    raise Unclear("this is no rule that I can read.", HOW)


def _cases(clauses: Sequence[Clause]) -> list[tuple[Condition, ...]]:
    """The clauses as rules: all of one case must hold. What *unless* names must not."""
    wanted = [clause for clause in clauses if not clause.unless]
    unwanted = [clause for clause in clauses if clause.unless]
    if any(clause.tie != "or" for clause in unwanted[1:]):
        raise Unclear("*unless* with *and* can be read in two ways.", LINE_EACH)
    for clause, following in zip(wanted[-2:0:-1], wanted[:1:-1], strict=True):
        clause.tie = following.tie if clause.tie == "," else clause.tie  # a, b and c: the comma is an *and*
    ties = {clause.tie for clause in wanted[1:]}
    if "," in ties:
        raise Unclear("a comma may mean *and* or *or*.", "Write the one that is meant.")
    if "or" in ties and len(ties) > 1:
        raise Unclear("*and* with *or* can be read in two ways.", LINE_EACH)
    cases = [[clause] for clause in wanted] if "or" in ties else [wanted]
    for clause in unwanted:
        clause.negated = not clause.negated
    return [tuple(map(_condition, [*case, *unwanted])) for case in cases]


def _condition(clause: Clause) -> Condition:
    if URGENT_WORD in clause.values:
        if clause.negated or len(clause.values) > 1:
            raise Unclear("*an urgent word* can only be asked for, and alone.", "Write: text has an urgent word.")
        return Condition(field="text", op="has urgent word")
    values = tuple(dict.fromkeys(clause.values))
    op = "is not" if clause.negated else "has" if clause.field == "text" else "is"
    return Condition.model_validate({"field": clause.field, "op": op, "values": values})
