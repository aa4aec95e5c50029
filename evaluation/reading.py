"""Runs the classifier's own reading over labelled tickets, and hides nothing of what did not come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from contracts.rules import Rules
from contracts.ticket import Reading
from evaluation.sheet import ticket_of
from services.classifier import app
from services.classifier.domain.answer import Answer, Refused, Unusable, check
from services.classifier.domain.prompt import Prompt
from services.classifier.domain.reading import no_reading
from shared.errors import NotNow

TRIES = 3
"""How often a model that is not there is asked for one ticket."""
GIVE_UP_AFTER = 5
"""Tickets in a row that nobody answered, after which nobody is asked: a dead endpoint must not take an hour."""


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
    said: str | None = None
    """The topic of the sheet that the model itself named; when it named none, ``guess`` is the nearest by words."""
    outcome: str = "read"
    """read, unread, or too_short: nothing in it to ask about."""
    unread: str | None = None
    """Why the ticket could not be read."""
    absent: bool = False
    """Whether it is unread because nobody answered; else the answer could not be used."""

    def as_dict(self) -> dict[str, object]:
        """As ``--predictions`` writes it."""
        return asdict(self)


class Heard:
    """A model, and the last thing it said."""

    def __init__(self, model: app.Model) -> None:
        self._model, self.name = model, model.name
        self.last: Answer | None = None

    def ask(self, prompt: Prompt) -> Answer:
        """Passes the question on."""
        self.last = self._model.ask(prompt)
        return self.last


def read_all(
    tickets: list[Labelled],
    rules: Rules,
    model: app.Model,
    *,
    workers: int = 1,
    done: Callable[[], None] = lambda: None,
) -> Iterator[Prediction]:
    """Read each ticket, in order. ``done`` is called after each one."""
    silent: list[str] = []
    """Why nobody answered, for the tickets in a row that nobody answered."""

    def read(numbered: tuple[int, Labelled]) -> Prediction:
        number, ticket = numbered
        if len(silent) >= GIVE_UP_AFTER:
            prediction = _prediction(no_reading("unread", silent[-1], model=model.name), None, absent=True)
        else:
            prediction = _read(number, ticket.text, rules, model)
            silent.append(prediction.unread or "") if prediction.absent else silent.clear()
        done()
        return prediction

    if workers == 1:
        yield from map(read, enumerate(tickets))
    else:
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(read, enumerate(tickets))


def _read(number: int, text: str, rules: Rules, model: app.Model) -> Prediction:
    heard, why = Heard(model), ""
    for _ in range(TRIES):
        try:
            reading = app.read(ticket=ticket_of(text, number), rules=rules, model=heard)
            return _prediction(reading, _topic_said(heard.last, rules))
        except Refused as error:
            why = str(error)
            break
        except NotNow as error:
            why = str(error)
    return _prediction(no_reading("unread", why, model=model.name), None, absent=True)


def _topic_said(answer: Answer | None, rules: Rules) -> str | None:
    try:
        return check(answer, rules).topic if answer else None
    except Unusable:
        return None


def _prediction(reading: Reading, said: str | None, *, absent: bool = False) -> Prediction:
    return Prediction(
        guess=reading.candidates[0].topic if reading.candidates else None,
        held=reading.topic is None,
        confidence=round(reading.confidence, 4),
        tone=reading.tone,
        urgency=reading.urgency,
        tokens_in=reading.tokens_in,
        tokens_out=reading.tokens_out,
        ms=reading.latency_ms,
        said=said,
        outcome=reading.outcome,
        unread=reading.why if reading.outcome == "unread" else None,
        absent=absent,
    )
