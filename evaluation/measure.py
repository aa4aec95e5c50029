"""What a run over labelled tickets comes to: one row of figures, and how many tickets none of them speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import fmean

from evaluation.reading import Labelled, Prediction
from services.classifier.domain.models import DEFAULT, OFFLINE, cost_usd, facts

REASONS = 10
"""How many reasons for unread tickets are named, most frequent first."""


def summary(tickets: list[Labelled], predictions: list[Prediction], model: str) -> dict[str, object]:
    """One row of figures. A share of nothing is null.

    ``accuracy`` is over the tickets that have a topic, held or not; ``coverage`` is the share of all tickets that were
    routed; ``routed_precision`` counts a routed ticket that should have been held as wrong; ``hold_recall`` is the
    share held of those that should be. ``unread`` tickets count as held and as wrong; ``accuracy_as_said`` leaves
    them out, and the topics that were not the model's own but the nearest by words. Means are over the tickets that
    were answered or needed no answer.
    """
    pairs = list(zip(tickets, predictions, strict=True))
    inside = [(t, p) for t, p in pairs if t.topic is not None]
    routed = [(t, p) for t, p in pairs if not p.held]
    answered = [p for p in predictions if not p.absent]
    unread = Counter(p.unread for p in predictions if p.unread is not None)
    return {
        "n": len(pairs),
        "accuracy": _share(same(t.topic, p.guess) for t, p in inside),
        "coverage": _share(not p.held for _, p in pairs),
        "routed_precision": _share(same(t.topic, p.guess) for t, p in routed),
        "hold_recall": _share(p.held for t, p in pairs if t.topic is None),
        "tone_f1_angry": _f1([(t.tone == "angry", p.tone == "angry") for t, p in pairs if t.tone]),
        "urgency_f1_high": _f1([(t.urgency == "high", p.urgency == "high") for t, p in pairs if t.urgency]),
        "tokens_in_mean": _mean(p.tokens_in for p in answered),
        "tokens_out_mean": _mean(p.tokens_out for p in answered),
        "cost_usd_per_1000": _cost_per_1000(answered, model),
        "ms_mean": _mean(p.ms for p in answered),
        "coverage_in_scope": _share(not p.held for _, p in inside),
        "calibration_error": calibration_error([(t, p) for t, p in pairs if p.unread is None]),
        "model": model,
        "accuracy_as_said": _share(same(t.topic, p.said) for t, p in inside if p.unread is None),
        "unread": unread.total(),
        "unread_because": dict(unread.most_common(REASONS)),
    }


def same(topic: str | None, guess: str | None) -> bool:
    """Whether the guess is the labelled topic. Nothing is the same as no topic."""
    return topic is not None and guess is not None and topic.casefold() == guess.casefold()


def calibration_error(pairs: list[tuple[Labelled, Prediction]], bins: int = 10) -> float | None:
    """Expected calibration error (Guo et al. 2017): how far stated confidence is from the share that was right."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for ticket, prediction in pairs:
        kept = groups.setdefault(min(int(prediction.confidence * bins), bins - 1), [])
        kept.append((prediction.confidence, same(ticket.topic, prediction.guess)))
    if not pairs:
        return None
    off = sum(abs(sum(c for c, _ in group) - sum(right for _, right in group)) for group in groups.values())
    return round(off / len(pairs), 4)


def _cost_per_1000(predictions: list[Prediction], model: str) -> float | None:
    # The offline reader costs nothing; what is of interest is what its tokens would cost with the model it stands for.
    priced = DEFAULT if model == OFFLINE else model
    called = [p for p in predictions if p.tokens_in]
    if not predictions or not facts(priced).usd_per_million_in:
        return None
    preamble = facts(priced).preamble_tokens if model == OFFLINE else 0
    cost = sum(cost_usd(priced, p.tokens_in + preamble, p.tokens_out) for p in called)
    return round(cost / len(predictions) * 1000, 4)


def _share(values: Iterable[bool]) -> float | None:
    return _mean(map(float, values), digits=4)


def _mean(values: Iterable[float], digits: int = 1) -> float | None:
    seen = list(values)
    return round(fmean(seen), digits) if seen else None


def _f1(pairs: list[tuple[bool, bool]]) -> float | None:
    hits = sum(truth and said for truth, said in pairs)
    misses = sum(truth != said for truth, said in pairs)
    return round(2 * hits / (2 * hits + misses), 4) if hits + misses else None
