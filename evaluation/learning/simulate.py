"""A stream of labelled tickets through the real classifier and the real learning, and the lead's work over time.

``python -m evaluation.learning.simulate`` writes ``.build/learning.json``;
``evaluation.learning.report`` draws it.

What is simulated: the sheet (its topics each stand for several labels of the public set, of which it shows only the
first few, with examples from the training split), the tickets (the test split), and a lead who sees every ticket,
moves each misrouted one to its topic, sorts what was held, and leaves in triage what belongs to no topic. What is
real: the prompt, the offline reader's answer to it, its check and threshold, the count of what became of the routed
tickets, lesson, plan, Doc line and rules reader.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.outcomes_counted import OutcomesCounted, OutcomesCountedData
from contracts.rules import Rules
from contracts.ticket import Correction, Customer, Person, Placement, Reading, Ticket
from contracts.ticket_corrected import TicketCorrected, TicketCorrectedData
from evaluation.learning.office import Folder, Leads, Shelf
from evaluation.learning.sheets import DAY, office, sheet, stream
from evaluation.models import chat_request
from local.reader.app import _encoder as encoder
from local.reader.request import understand
from local.reader.sorter import sort_ticket
from services.classifier.app import Model, read
from services.classifier.domain import ranking
from services.classifier.domain.answer import Answer
from services.classifier.domain.models import OFFLINE
from services.classifier.domain.prompt import Prompt
from services.dispatch.domain.reports.outcomes import COUNTED_FOR, SETTLED_AFTER, outcomes_of
from services.learning import app

HERE = Path(__file__).parent
MEASURED = HERE.parents[1] / ".build" / "learning.json"
TICKETS_A_DAY = 50
"""How many tickets pass between two counts of what became of them."""
LAG, SPAN = SETTLED_AFTER.days * TICKETS_A_DAY, COUNTED_FOR.days * TICKETS_A_DAY
"""How many of the last tickets are too new to count, and how many before them are counted."""


@dataclass(frozen=True)
class Arm:
    """One way to run the stream."""

    name: str
    learns: bool
    wrong: float = 0.0
    """Share of the lead's corrections that name a wrong topic."""


ARMS = (
    Arm("learning on", learns=True),
    Arm("learning on, 10 % of corrections wrong", learns=True, wrong=0.1),
    Arm("learning off", learns=False),
)


@dataclass(frozen=True)
class Seen:
    """What became of one ticket. ``topic`` is the true one, None for a ticket of no topic."""

    topic: str | None
    routed_to: str | None
    corrected: bool
    examples: int

    @property
    def misrouted(self) -> bool:
        """Sent to a team it does not belong to."""
        return self.routed_to is not None and self.routed_to != self.topic


class OfflineModel:
    """The offline reader, asked in this process for what the simulation measures: the topic and how sure that is."""

    name = OFFLINE

    def ask(self, prompt: Prompt) -> Answer:
        """The reader sees the very request that Bedrock would get, in OpenAI's shape."""
        question = understand(chat_request(prompt, self.name))
        if question is None:
            return Answer(said=None)
        (topic, *others), confidence = sort_ticket(question.ticket, question.topics, encoder())
        second = others[0] if others else topic
        said = {"topic": topic, "second": second, "confidence": confidence, "urgency": "medium", "tone": "calm"}
        return Answer(said=said)


def run(
    arm: Arm, model: Model, tickets: Sequence[tuple[str, str | None]], folder: Folder, shelf: Shelf, *, seed: int,
) -> Iterator[Seen]:  # fmt: skip
    """Send the tickets through one by one; the lead corrects each before the next arrives."""
    chance, leads = random.Random(f"{seed} {arm.name}"), Leads()
    names = [row[0] for row in folder.topics[1:]]
    rows: list[dict[str, Any]] = []
    for number, (text, topic) in enumerate(tickets):
        if arm.learns and number % TICKETS_A_DAY == 0:
            _count_outcomes(
                rows[max(0, number - LAG - SPAN) : max(0, number - LAG)], shelf, day=number // TICKETS_A_DAY
            )
        ticket = Ticket(
            ticket_id=f"T-{number}", source="form", customer=Customer(email="c@example.com"), text=text, received_at=DAY
        )
        rules = _in_force(shelf)
        reading = read(ticket=ticket, rules=rules, model=model)
        corrections: list[TicketCorrected] = []
        while reading.topic != topic and (not corrections or leads.questions):
            # First the correction; then, when its words stand under another topic, the lead looks again and answers.
            leads.questions.clear()
            corrections.append(
                _correction(ticket, reading, _said(topic, reading, names, arm, chance), rules, corrections)
            )
            if arm.learns:
                app.learn(corrected=corrections[-1], folder=folder, shelf=shelf, leads=leads, now=DAY)
        rows.append(_row(reading, corrections))
        yield Seen(topic, reading.topic, bool(corrections), len(rules.examples))


def _said(topic: str | None, reading: Reading, names: Sequence[str], arm: Arm, chance: random.Random) -> str | None:
    """The topic that the lead moves the ticket to: the true one, but for a share of mistakes."""
    others = [name for name in names if name not in (topic, reading.topic)]
    if topic and others and arm.learns and chance.random() < arm.wrong:
        return chance.choice(others)
    return topic


def _row(reading: Reading, corrections: Sequence[TicketCorrected]) -> dict[str, Any]:
    """What the hand-off log would have of the ticket, as far as outcomes are counted by it."""
    return {
        "part_of": None,
        "vip": False,
        "move": "route" if reading.topic else "hold",
        "model": reading.model,
        "confidence_before_outcomes": reading.confidence_before_outcomes,
        "corrections": [one.data.correction.model_dump(mode="json") for one in corrections],
    }


def _count_outcomes(rows: Sequence[dict[str, Any]], shelf: Shelf, *, day: int) -> None:
    """What dispatch counts once a day and learning puts in force."""
    until = DAY + timedelta(days=day)
    data = OutcomesCountedData(since=until - COUNTED_FOR, until=until, outcomes=outcomes_of(rows))
    counted = OutcomesCounted.caused_by(ticket_id=f"outcomes-{day}", cause=None, occurred_at=until, data=data)
    app.take_over(counted=counted, shelf=shelf, now=until)


def _correction(
    ticket: Ticket, reading: Reading, topic: str | None, rules: Rules, earlier: Sequence[TicketCorrected]
) -> TicketCorrected:
    """The lead's, after ``earlier`` ones of the same ticket. To say the same again is a yes: it moves nothing."""

    def at(name: str | None) -> Placement:
        found = rules.topic(name or "")
        return Placement(team=found.team if found else "triage", topic=name, kind="route" if name else "hold")

    before = earlier[-1].data.correction.after if earlier else at(reading.topic)
    now = DAY + timedelta(minutes=len(earlier))
    who = Person(id="U1")
    done = Correction(kind="reassigned", before=before, after=at(topic), corrected_by=who, corrected_at=now)
    data = TicketCorrectedData(ticket=ticket, reading=reading, correction=done)
    key = f"correction#{len(earlier) + 1}"
    return TicketCorrected.caused_by(ticket_id=ticket.ticket_id, cause=None, occurred_at=now, data=data, key=key)


def _in_force(shelf: Shelf) -> Rules:
    if shelf.force is None:
        raise RuntimeError("the simulated folder has no rules in it")
    return shelf.force.rules


# An index of all examples is made anew after every correction; here it need not cut the same lines up again each time.
ranking.terms = lru_cache(maxsize=8192)(ranking.terms)


def main(
    data: Annotated[str, typer.Option(help="banking77 or clinc150")] = "banking77",
    tickets: Annotated[int, typer.Option(help="Length of the stream.")] = 2000,
    topics: Annotated[int, typer.Option(help="Topics on the sheet; the set's labels are dealt out to them.")] = 11,
    shown: Annotated[int, typer.Option(help="Labels of a topic that the sheet shows.")] = 2,
    each: Annotated[int, typer.Option(help="Examples of each label shown.")] = 3,
    alike: Annotated[bool, typer.Option(help="Topics of labels that are alike; else dealt out at random.")] = True,
    target: Annotated[int, typer.Option(help="The Doc's hold target, in per cent.")] = 95,
    seeds: Annotated[int, typer.Option(help="Streams, each with a sheet of its own.")] = 3,
    out: Path = MEASURED,
) -> None:
    """Run each stream with learning on, with wrong corrections, and off."""
    about = {
        "data": data, "tickets": tickets, "topics": topics, "alike": alike, "labels_shown": shown,
        "examples_each": each, "target": target, "seeds": seeds,
    }  # fmt: skip
    runs: dict[str, list[list[dict[str, object]]]] = {arm.name: [] for arm in ARMS}
    out.parent.mkdir(exist_ok=True)
    gc.disable()  # every correction makes a new index of some hundred thousand pairs; going through them took a third
    for seed in range(1, seeds + 1):
        matters = sheet(data, topics=topics, shown=shown, seed=seed, alike=alike)
        mixed = stream(data, matters, tickets=tickets, seed=seed)
        encoder()([text for text, _ in mixed])  # in batches: ten times as fast as one by one, and kept for every run
        for arm in ARMS:
            folder, shelf = office(data, matters, each=each, seed=seed, target=target)
            started, seen = time.monotonic(), []
            for one in run(arm, OfflineModel(), mixed, folder, shelf, seed=seed):
                seen.append(asdict(one))
                if len(seen) % 100 == 0:
                    said = f"\rseed {seed}, {arm.name}: {len(seen)}/{len(mixed)}, {time.monotonic() - started:.0f} s "
                    print(said, end="", file=sys.stderr)
            print(file=sys.stderr)
            runs[arm.name].append(seen)
            out.write_text(json.dumps({"about": about, "runs": runs}) + "\n")


if __name__ == "__main__":
    typer.run(main)
