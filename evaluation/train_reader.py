"""Teaches the offline reader what its evidence is worth: ``python -m evaluation.train_reader`` writes ``weights.npz``.

1. *Topics.* Hundreds of sheets are drawn from the training and validation halves of Banking77 and CLINC150: 5 to 150
   topics, 0 to 20 examples each, with and without a description. Tickets on them are other texts of the same topics,
   and texts that belong to none: of topics left out of the sheet, of the other set, of out-of-scope requests, of
   forum comments. Every ticket goes through the classifier's own prompt and the reader's own eyes; logistic
   regression then says how often such evidence was right.
2. *Tone.* Anger and confusion from GoEmotions, on the same sentence vectors.

Test halves are not touched. Takes about ten minutes on two cores.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cli.evaluate import tickets_in
from cli.rules import rules_in
from evaluation.public import ROOT, Labelled, draw_examples, public_set, topics_of
from evaluation.sheet import rules_of, ticket_of
from local.reader.encoder import ENGLISH, Encoder
from local.reader.request import understand
from local.reader.sorter import compare
from local.reader.weights import FILE
from services.classifier.domain.prompt import TOOL, Prompt, build_prompt

Array = NDArray[np.floating[Any]]
SHEETS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
ANGRY, CONFUSED = {"anger", "annoyance", "disgust"}, {"confusion"}
SPLITS = ("train", "val", "oos_val")


def fit(x: Array, y: NDArray[np.bool_], weight: Array, ridge: float = 1.0) -> Array:
    """Logistic regression by Newton's method; the last coefficient is the intercept."""
    x = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 0
    scale = np.maximum(x.std(0), 1e-6)
    scale[-1] = 1
    x, w = x / scale, np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + penalty * w
        curvature = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < 1e-5:
            break
    return np.asarray(w / scale)


def keywords(name: str, each: int = 7) -> dict[str, str]:
    """A description of each topic as a team might write it: the words that set it apart from the others."""
    by_topic: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in public_set(name):
        if row.split == "train" and row.topic:
            by_topic[row.topic].update(set(row.text.lower().replace("?", "").replace(".", "").split()))
    spread = Counter(word for counts in by_topic.values() for word, count in counts.items() if count > 1)
    return {
        topic: ", ".join(w for w, _ in sorted(counts.items(), key=lambda e: -e[1] / (1 + spread[e[0]]) ** 0.7)[:each])
        for topic, counts in by_topic.items()
    }


def drawn_sheets() -> Any:
    """Sheets with tickets: (rules, [(text, topic or None, weight)])."""
    chance = random.Random(20261123)
    covers = {name: keywords(name) for name in ("banking77", "clinc150")}
    comments = [row for row in public_set("goemotions") if row.split == "train"]
    for number in range(SHEETS):
        name = chance.choice(("banking77", "clinc150"))
        other = "clinc150" if name == "banking77" else "banking77"
        size = chance.choice((3, 5, 8, 10, 10, 12, 15, 20, 40, 77))
        each = chance.choice((0, 1, 2, 2, 3, 5, 5, 10, 10, 20))
        topics = sorted(chance.sample(topics_of(name), min(size, len(topics_of(name)))))
        told = each == 0 or chance.random() < 0.6
        examples = draw_examples(name, each, number, topics)
        shown = {row.text for row in examples}
        rest = [row for row in public_set(name) if row.split in SPLITS and row.text not in shown]
        inside = [row for row in rest if row.topic in topics]
        near = [row for row in rest if row.topic and row.topic not in topics]
        scope = [row for row in rest if row.topic is None]
        far = [row for row in public_set(other) if row.split in SPLITS]
        tickets = [(row.text, row.topic, 1.0) for row in chance.sample(inside, 80)]
        tickets += [(row.text, None, 0.7) for row in chance.sample(near, min(35, len(near)))]
        tickets += [(row.text, None, 1.0) for row in chance.sample(scope, min(20, len(scope)))]
        tickets += [(row.text, None, 1.0) for row in chance.sample(far, 14) + chance.sample(comments, 10)]
        rules = rules_of(
            {topic: covers[name][topic] if told else "" for topic in topics},
            [(r.topic or "", r.text) for r in examples],
        )
        yield rules, tickets


def shop_sheets() -> Any:
    """The same with tickets as people write them: the tuned half of our own set, on parts of the sample folder."""
    chance = random.Random(1123)
    sample = rules_in(ROOT / "rules")
    tickets = tickets_in(ROOT / "evaluation" / "shop" / "tuned.jsonl")
    for _ in range(SHEETS // 3):
        topics = chance.sample(sample.topics, chance.choice((6, 8, 9, 10, 10, 10)))
        names = {topic.name for topic in topics}
        given = chance.sample(tickets, chance.choice((0, 0, 10, 30)))
        examples = [(e.topic, e.text) for e in sample.examples if e.topic in names and chance.random() < 0.8]
        examples += [(ticket.topic, ticket.text) for ticket in given if ticket.topic in names]
        rules = rules_of({topic.name: topic.covers for topic in topics}, examples)
        yield rules, [(t.text, *_placed(t.topic, names)) for t in tickets if t not in given]


def _placed(topic: str | None, names: set[str]) -> tuple[str | None, float]:
    # A topic left out of the sheet weighs less: so near a miss is rarer in life than here.
    return (topic, 1.0) if topic is None or topic in names else (None, 0.4)


def request_of(prompt: Prompt) -> dict[str, Any]:
    """The prompt as the reader's endpoint gets it."""
    function = {"name": TOOL, "parameters": prompt.tool()}
    return {
        "messages": [{"role": "user", "content": prompt.user}],
        "tools": [{"type": "function", "function": function}],
    }


def topic_weights(encoder: Encoder) -> dict[str, Array]:
    """What the evidence is worth, with both encoders and with the multilingual one alone."""
    seen: dict[bool, list[tuple[float, ...]]] = {True: [], False: []}
    right: dict[bool, list[bool]] = {True: [], False: []}
    weights: list[float] = []
    for number, (rules, tickets) in enumerate(chain(shop_sheets(), drawn_sheets())):
        for text, topic, weight in tickets:
            question = understand(request_of(build_prompt(ticket_of(text), rules)))
            assert question is not None
            for english in (True, False):
                evidence = compare(question.ticket, question.topics, encoder, english=english)
                seen[english].append(evidence.features)
                right[english].append(question.topics[evidence.order[0]].name == topic)
            weights.append(weight)
        if number % 10 == 0:
            print(f"sheet {number} of {SHEETS}, right so far {np.mean(right[True]):.3f}", file=sys.stderr, flush=True)
    names = {True: "topic_english", False: "topic_any"}
    return {names[e]: fit(np.array(seen[e]), np.array(right[e]), np.array(weights)) for e in (True, False)}


def tone_weights(encoder: Encoder) -> dict[str, Array]:
    """Anger and confusion, with both encoders and with the multilingual one alone."""
    rows = [row for row in public_set("goemotions") if row.split == "train"]
    vectors = np.vstack([encoder([row.text for row in rows[i : i + 512]]) for i in range(0, len(rows), 512)])
    found = {}
    for name, wanted in (("angry", ANGRY), ("confused", CONFUSED)):
        is_it = np.array([bool(wanted & set(row.emotions)) for row in rows])
        weight = np.array([_tone_weight(row, bool(yes)) for row, yes in zip(rows, is_it, strict=True)])
        weight[is_it] *= weight[~is_it].sum() / weight[is_it].sum()
        found[f"{name}_english"] = fit(vectors, is_it, weight, ridge=10.0)
        found[f"{name}_any"] = fit(vectors[:, ENGLISH:], is_it, weight, ridge=10.0)
    return found


def _tone_weight(row: Labelled, wanted: bool) -> float:
    # Strong words count more than annoyance; a neutral comment says less about tone than another emotion does.
    return (
        (1.5 if {"anger", "disgust"} & set(row.emotions) else 1.0)
        if wanted
        else (0.4 if "neutral" in row.emotions else 1.0)
    )


def main() -> None:
    """Learn both and write them."""
    encoder = Encoder()
    learned = {**tone_weights(encoder), **topic_weights(encoder)}
    arrays: dict[str, Any] = {name: array.astype(np.float32) for name, array in learned.items()}
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
