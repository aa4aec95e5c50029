"""Runs the classifier's own reading over labelled tickets and says how good it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from statistics import fmean

from contracts.rules import Rules
from contracts.ticket import Reading
from evaluation.sheet import ticket_of
from services.classifier import app
from services.classifier.domain.models import DEFAULT, OFFLINE, cost_usd, facts
from services.classifier.domain.reading import no_reading
from shared.errors import NotNow

TRIES = 3


@dataclass(frozen=True)
class Labelled:
    """A ticket and what a person said of it. Topic None: it should be held. Tone or urgency None: not said."""

    text: str
    topic: str | None
    tone: str | None = None
    urgency: str | None = None


@dataclass(frozen=True)
class Prediction:
    """What the classifier made of one ticket; ``guess`` is the best topic, also when the ticket is held."""

    guess: str | None
    held: bool
    confidence: float
    tone: str
    urgency: str
    tokens_in: int
    tokens_out: int
    ms: int

    def as_dict(self) -> dict[str, object]:
        """As ``--predictions`` writes it."""
        return asdict(self)


def read_all(
    tickets: list[Labelled],
    rules: Rules,
    model: app.Model,
    *,
    workers: int = 1,
    done: Callable[[], None] = lambda: None,
) -> Iterator[Prediction]:
    """Read each ticket, in order. ``done`` is called after each one."""

    def read(numbered: tuple[int, Labelled]) -> Prediction:
        reading = _reading(numbered[0], numbered[1].text, rules, model)
        done()
        return _prediction(reading)

    if workers == 1:
        yield from map(read, enumerate(tickets))
    else:
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(read, enumerate(tickets))


def _reading(number: int, text: str, rules: Rules, model: app.Model) -> Reading:
    why = ""
    for _ in range(TRIES):
        try:
            return app.read(ticket=ticket_of(text, number), rules=rules, model=model)
        except NotNow as error:
            why = str(error)
    return no_reading("unread", why, model=model.name)


def _prediction(reading: Reading) -> Prediction:
    return Prediction(
        guess=reading.candidates[0].topic if reading.candidates else None,
        held=reading.topic is None,
        confidence=round(reading.confidence, 4),
        tone=reading.tone,
        urgency=reading.urgency,
        tokens_in=reading.tokens_in,
        tokens_out=reading.tokens_out,
        ms=reading.latency_ms,
    )


def summary(tickets: list[Labelled], predictions: list[Prediction], model: str) -> dict[str, object]:
    """One row of figures. A share of nothing is null.

    ``accuracy`` is over the tickets that have a topic, held or not; ``coverage`` is the share of all tickets that were
    routed; ``routed_precision`` counts a routed ticket that should have been held as wrong; ``hold_recall`` is the
    share held of those that should be.
    """
    pairs = list(zip(tickets, predictions, strict=True))
    inside = [(t, p) for t, p in pairs if t.topic is not None]
    routed = [(t, p) for t, p in pairs if not p.held]
    return {
        "n": len(pairs),
        "accuracy": _share(same(t.topic, p.guess) for t, p in inside),
        "coverage": _share(not p.held for _, p in pairs),
        "routed_precision": _share(same(t.topic, p.guess) for t, p in routed),
        "hold_recall": _share(p.held for t, p in pairs if t.topic is None),
        "tone_f1_angry": _f1([(t.tone == "angry", p.tone == "angry") for t, p in pairs if t.tone]),
        "urgency_f1_high": _f1([(t.urgency == "high", p.urgency == "high") for t, p in pairs if t.urgency]),
        "tokens_in_mean": _mean(p.tokens_in for p in predictions),
        "tokens_out_mean": _mean(p.tokens_out for p in predictions),
        "cost_usd_per_1000": _cost_per_1000(predictions, model),
        "ms_mean": _mean(p.ms for p in predictions),
        "coverage_in_scope": _share(not p.held for _, p in inside),
        "calibration_error": calibration_error(pairs),
        "model": model,
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
