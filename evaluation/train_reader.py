"""Teaches the offline reader what its evidence is worth: ``python -m evaluation.train_reader`` writes ``weights.npz``.

1. *Topics.* Evidence is collected on sheets of three kinds and logistic regression says how often such evidence was
   right: many fine topics with up to ten examples, drawn from Banking77 and CLINC150; first-day sheets of broad topics
   made from half of their groups; and our own trained sheets of other trades, which are few but as people write, so
   they count more. Four tickets in ten belong to no topic. Every ticket goes through the classifier's own prompt.
2. *Tone.* Anger and confusion from GoEmotions, on the same sentence vectors.

Test halves, the other half of the groups and the reported sheets are not touched. Takes about ten minutes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from cli.evaluate import tickets_in
from cli.rules import rules_in
from contracts.rules import Rules
from evaluation.day_one import PUBLIC, Told, groups, merged_sheets, names, own_sheet
from evaluation.logistic import Array, fit
from evaluation.public import ROOT, Labelled, draw_examples, public_set, topics_of
from evaluation.sheet import rules_of, ticket_of
from local.reader.encoder import ENGLISH, Encoder
from local.reader.language import is_english
from local.reader.request import understand
from local.reader.sorter import compare
from local.reader.weights import FILE
from services.classifier.domain.prompt import TOOL, Prompt, build_prompt

SHEETS = 60
ANGRY, CONFUSED = {"anger", "annoyance", "disgust"}, {"confusion"}
SPLITS = ("train", "val")
OWN_WEIGHT, FINE_WEIGHT, MERGED_WEIGHT = 8.0, 2.0, 0.25
"""What a ticket counts for: as people write them, on a sheet of narrow topics, a public question dressed as mail.

Chosen by leaving one of our own sheets out at a time.
"""


def fine_sheets() -> Iterator[tuple[Rules, list[Told], float]]:
    """Many narrow topics with examples, half of them without a description."""
    chance = random.Random(20261123)
    scope = [row.text for row in public_set("clinc150") if row.split == "oos_val"]
    covers = {topic: ", ".join(said) for group in groups() for topic, said in group.phrases.items()}
    for number in range(SHEETS // 3):
        name, other = chance.choice((PUBLIC, PUBLIC[::-1]))
        every = topics_of(name)
        topics = sorted(chance.sample(every, min(chance.choice((15, 20, 30, 40, 77, 77, 150, 150)), len(every))))
        told = chance.random() < 0.35
        examples = draw_examples(name, chance.choice((1, 2, 5, 5, 10, 10, 10)), number, topics)
        shown = {row.text for row in examples}
        rest = [row for row in public_set(name) if row.split in SPLITS and row.topic and row.text not in shown]
        far = [row.text for row in public_set(other) if row.split in SPLITS and row.topic]
        near = [row.text for row in rest if row.topic not in topics]
        tickets = [Told(r.text, r.topic) for r in chance.sample([r for r in rest if r.topic in topics], 40)]
        tickets += [Told(text, None, 0.6) for text in chance.sample(near, min(8, len(near)))]
        tickets += [Told(text, None) for text in chance.sample(scope, 18) + chance.sample(far, 6)]
        described = {topic: covers.get(topic, "") if told else "" for topic in topics}
        yield rules_of(described, [(row.topic or "", row.text) for row in examples]), tickets, FINE_WEIGHT


def own_sheets() -> Iterator[tuple[Rules, list[Told], float]]:
    """Tickets as people write them, with none, one and two examples a topic; the tuned half of the shop is one more."""
    sample = rules_in(ROOT / "rules")
    shop = [Told(t.text, t.topic) for t in tickets_in(ROOT / "evaluation" / "shop" / "tuned.jsonl")]
    for each in (0, 1, 2):
        examples = [(e.topic, e.text) for n, e in enumerate(sample.examples) if n % 2 < each]
        yield rules_of({topic.name: topic.covers for topic in sample.topics}, examples), shop, OWN_WEIGHT
        for name in names("trained"):
            yield *own_sheet(name, each), OWN_WEIGHT


def all_sheets() -> Iterator[tuple[Rules, list[Told], float]]:
    """Sheets, their tickets, and what a ticket of this kind counts for."""
    yield from fine_sheets()
    for rules, tickets in merged_sheets(SHEETS, 1, 0, ("train", "val")):
        yield rules, tickets, MERGED_WEIGHT
    yield from own_sheets()


def request_of(prompt: Prompt) -> dict[str, Any]:
    """The prompt as the reader's endpoint gets it."""
    function = {"name": TOOL, "parameters": prompt.tool()}
    return {
        "messages": [{"role": "user", "content": prompt.user}],
        "tools": [{"type": "function", "function": function}],
    }


def topic_weights(encoder: Encoder) -> dict[str, Array]:
    """What the evidence is worth, with both encoders and with the multilingual one alone.

    English texts teach the second too, at a fraction: they meet the lines more easily than another language does.
    """
    seen: dict[bool, list[tuple[tuple[float, ...], bool, float]]] = {True: [], False: []}
    for number, (rules, tickets, kind) in enumerate(all_sheets()):
        for ticket in tickets:
            question = understand(request_of(build_prompt(ticket_of(ticket.text), rules)))
            assert question is not None
            for english in {True, False} if is_english(question.ticket) else {False}:
                evidence = compare(question.ticket, question.topics, encoder, english=english)
                right = question.topics[evidence.order[0]].name == ticket.topic
                borrowed = is_english(question.ticket) and not english
                seen[english].append((evidence.features, right, ticket.weight * kind * (0.3 if borrowed else 1)))
        if number % 10 == 0:
            print(f"sheet {number}", file=sys.stderr, flush=True)
    return {
        name: fit(*(np.array(column) for column in zip(*seen[english], strict=True)))
        for name, english in (("topic_english", True), ("topic_any", False))
    }


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
    with np.load(FILE) as stored:  # what evaluation/intake/train.py learned stays
        kept = {name: stored[name] for name in stored.files if name.startswith("same_") or name in ("tone", "urgency")}
    np.savez_compressed(FILE, **arrays, **kept)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
