"""Intake's folding beside the obvious alternatives, on the same-customer pairs in services/intake/tests/pairs.

Run it in a scratch environment that has this project's dependencies and ``scikit-learn rapidfuzz datasketch``. Prints
a Markdown table: what intake does at its threshold, and the best recall that each way of comparing can have at
precision 0.99 or more, its threshold chosen on the very pairs it is measured on.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path

from services.intake.adapters.sense import sense
from services.intake.domain.linking import Folding
from services.intake.domain.same_problem import Text, same_problem

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ROOT / "services" / "intake" / "tests" / "pairs"
LEAST_PRECISION = 0.99

Ticket = tuple[str, str]
Pair = tuple[bool, Ticket, Ticket]
Score = Callable[[Ticket, Ticket], float]


def pairs(name: str) -> list[Pair]:
    """All pairs of tickets of one customer in a file: a group is what one customer writes, a list in it one problem."""
    groups = json.loads((PAIRS / f"{name}.json").read_text(encoding="utf-8"))["groups"]
    found: list[Pair] = []
    for problems in groups.values():
        said = [(number, _ticket(text)) for number, problem in enumerate(problems) for text in problem]
        found += [(one == other, a, b) for (one, a), (other, b) in itertools.combinations(said, 2)]
    return found


def _ticket(text: str | list[str]) -> Ticket:
    return ("", text) if isinstance(text, str) else (text[0], text[1])


def at(threshold: float, scored: list[tuple[bool, float]]) -> tuple[float, float]:
    """Precision and recall when everything from ``threshold`` on is folded."""
    folded = [is_same for is_same, score in scored if score >= threshold]
    return sum(folded) / max(len(folded), 1), sum(folded) / sum(is_same for is_same, _ in scored)


def best_recall(scored: list[tuple[bool, float]]) -> str:
    """The most recall any threshold gives at ``LEAST_PRECISION``."""
    figures = (at(threshold, scored) for threshold in {score for _, score in scored if score > 0})
    recalls = [recall for precision, recall in figures if precision >= LEAST_PRECISION]
    return f"{max(recalls):.2f}" if recalls else "none"


def ways(tickets: list[Ticket]) -> dict[str, Score]:
    """The ways of comparing, by name; what must be fitted is fitted on these very texts."""
    from datasketch import MinHash
    from rapidfuzz import fuzz
    from sklearn.feature_extraction.text import TfidfVectorizer

    def text(ticket: Ticket) -> str:
        return " ".join(ticket).casefold()

    def cosine(**options: object) -> Score:
        fitted = TfidfVectorizer(**options).fit(map(text, tickets))
        rows = {ticket: fitted.transform([text(ticket)]) for ticket in tickets}
        return lambda a, b: float((rows[a] @ rows[b].T).toarray()[0, 0])

    def minhash(ticket: Ticket) -> MinHash:
        signature, said = MinHash(128), text(ticket)
        for start in range(max(1, len(said) - 3)):
            signature.update(said[start : start + 4].encode())
        return signature

    signatures = {ticket: minhash(ticket) for ticket in tickets}
    encoder = sense()
    assert encoder
    return {
        "**intake**": lambda a, b: same_problem(a, b, encoder),
        "intake without the encoder": same_problem,
        "the encoder alone (MiniLM cosine)": lambda a, b: encoder(Text(text(a), none), Text(text(b), none))[0],
        "TF-IDF cosine (words)": cosine(),
        "TF-IDF cosine (3 to 5 letters)": cosine(analyzer="char_wb", ngram_range=(3, 5)),
        "rapidfuzz token_set_ratio": lambda a, b: fuzz.token_set_ratio(text(a), text(b)),
        "rapidfuzz ratio": lambda a, b: fuzz.ratio(text(a), text(b)),
        "rapidfuzz WRatio": lambda a, b: fuzz.WRatio(text(a), text(b)),
        "MinHash (4 letters)": lambda a, b: float(signatures[a].jaccard(signatures[b])),
    }


none: frozenset[str] = frozenset()


def main(names: list[str]) -> None:
    """Print the table for the files of pairs that are named."""
    columns = {name: pairs(name) for name in names}
    tickets = {name: sorted({ticket for _, *two in found for ticket in two}) for name, found in columns.items()}
    threshold = Folding().threshold
    head = [
        f"{name} ({sum(same for same, *_ in found)} same, {sum(not same for same, *_ in found)} different)"
        for name, found in columns.items()
    ]
    print(f"| | {' | '.join(head)} |\n|---|{'---|' * len(head)}")
    rows: dict[str, list[str]] = {f"**intake, threshold {threshold}**": []}
    for name, found in columns.items():
        for way, score in ways(tickets[name]).items():
            scored = [(same, score(a, b)) for same, a, b in found]
            if way == "**intake**":
                precision, recall = at(threshold, scored)
                rows[next(iter(rows))].append(f"precision {precision:.3f}, recall {recall:.2f}")
            rows.setdefault(way, []).append(best_recall(scored))
    for way, cells in rows.items():
        print(f"| {way} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1:] or ["problems", "held_out", "unseen_1", "unseen_2", "unseen_3", "unseen_4"])
