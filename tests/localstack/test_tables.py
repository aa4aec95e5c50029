"""DynamoDB: conditions and transactions, so that nothing is written twice and no writer overlooks another."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from contracts.move_decided import MoveDecided
from contracts.rules import Rules, Team, Topic
from contracts.ticket_classified import TicketClassified
from contracts.ticket_received import TicketReceived
from services.classifier.adapters import Readings
from services.dispatch import app as dispatching
from services.dispatch.adapters.effects import LEASE, Effects
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.errors import Conflict, NotYourTurn
from services.intake.adapters import aws as intake
from services.intake.app import Raced
from services.intake.settings import Settings as IntakeSettings
from shared.errors import NotNow
from shared.settings import load
from shared.testing.contracts import examples
from tests.localstack.conftest import House
from tests.localstack.lab import Lab

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RULES = Rules(
    version=1,
    revision=1,
    published_at=NOW,
    topics=(Topic(name="billing", covers="", team="finance", row=2),),
    teams=(Team(name="finance", row=2),),
)


def example(kind: type[Any], stem: str) -> Any:
    """A published example under ids of its own."""
    document = dict(examples(f"{kind.detail_type()}.v{kind.version}"))[stem]
    event, number = kind.model_validate(document), f"T-{uuid.uuid4().hex[:12].upper()}"
    ticket = event.data.ticket.model_copy(update={"ticket_id": number, "duplicate_of": None, "follow_up_to": None})
    metadata = event.metadata.model_copy(update={"correlation_id": number, "event_id": str(uuid.uuid4())})
    return event.model_copy(update={"metadata": metadata, "data": event.data.model_copy(update={"ticket": ticket})})


@pytest.fixture
def table(house: House) -> intake.Table:
    with house.of("intake"):
        return intake.Table(load(IntakeSettings))


@pytest.fixture
def dispatch_table(lab: Lab) -> Any:
    return boto3.resource("dynamodb").Table(lab.get("dispatch", "Table")["Ref"])


@pytest.fixture
def effects(dispatch_table: Any) -> Effects:
    return Effects(dispatch_table)


@pytest.fixture
def log(dispatch_table: Any) -> HandOffLog:
    return HandOffLog(dispatch_table)


def test_a_ticket_is_written_once(table: intake.Table) -> None:
    event = example(TicketReceived, "mail")
    assert table.find(event) is None
    table.write(event, threads={}, customer=None, recent=(), revision=0)
    with pytest.raises(Raced):
        table.write(event, threads={}, customer=None, recent=(), revision=0)
    kept = table.find(event)
    assert kept is not None
    assert (kept.event, kept.published) == (event, False)
    table.mark_published(event)
    assert (marked := table.find(event)) is not None
    assert marked.published


def test_two_tickets_of_one_customer_cannot_overlook_each_other(table: intake.Table) -> None:
    one, other, third = (example(TicketReceived, "mail") for _ in range(3))
    customer = f"{uuid.uuid4().hex}@a.example"
    assert table.recent(customer) == ((), 0)
    table.write(one, threads={"<m1>": one.metadata.correlation_id}, customer=customer, recent=(), revision=0)
    with pytest.raises(Raced):  # read before the first was there
        table.write(other, threads={"<m2>": "T-2"}, customer=customer, recent=(), revision=0)
    assert table.find(other) is None, "a transaction is all or nothing"
    assert table.roots(["<m2>"]) == {}
    table.write(other, threads={}, customer=customer, recent=(), revision=1)
    with pytest.raises(Raced):
        table.write(third, threads={}, customer=customer, recent=(), revision=1)
    assert table.recent(customer)[1] == 2


def test_threads_are_found_together(table: intake.Table) -> None:
    event, keys = example(TicketReceived, "mail"), [f"<{uuid.uuid4()}@x>" for _ in range(40)]
    table.write(event, threads=dict.fromkeys(keys[:30], "T-1"), customer=None, recent=(), revision=0)
    assert set(table.roots(keys)) == set(keys[:30])
    assert {known.root for known in table.roots(keys[:1]).values()} == {"T-1"}


def test_forms_are_counted_by_window(house: House) -> None:
    with house.of("intake", "form"):
        counter = intake.Counter(load(IntakeSettings))
    who = uuid.uuid4().hex
    counts = [counter.count(who=who, window=600, now=NOW + timedelta(minutes=minute)) for minute in (0, 1, 9, 10)]
    assert counts == [1, 2, 3, 1]


def test_a_release_of_mail_that_is_not_there_is_quiet(table: intake.Table) -> None:
    table.released(key="inbound/nothing", received_at=NOW)


def test_a_reading_is_kept_once_and_the_first_one_counts(lab: Lab) -> None:
    readings = Readings(boto3.client("dynamodb"), table=lab.get("classifier", "Table")["Ref"], keep_days=400)
    first = example(TicketClassified, "clear")
    asked_again = first.data.reading.model_copy(update={"topic": "something else"})
    second = first.model_copy(update={"data": first.data.model_copy(update={"reading": asked_again})})
    assert readings.find(first.metadata.correlation_id, first.metadata.event_id) is None
    assert readings.keep(first) == first
    assert readings.keep(second) == first
    assert readings.find(first.metadata.correlation_id, first.metadata.event_id) == first


def test_an_effect_belongs_to_one_worker_until_it_is_done_or_the_worker_is_gone(effects: Effects) -> None:
    name, later = uuid.uuid4().hex, NOW + LEASE + timedelta(seconds=1)
    first = effects.claim(name, now=NOW)
    assert first
    with pytest.raises(NotNow):
        effects.claim(name, now=NOW)
    effects.begin(first, doubt_until=NOW + timedelta(seconds=60))
    second = effects.claim(name, now=later)
    assert second
    assert second.doubt_until == NOW + timedelta(seconds=60)
    for lost in (lambda: effects.begin(first, doubt_until=later), lambda: effects.claim(name, now=later)):
        with pytest.raises(NotNow):
            lost()
    effects.refused(second)
    effects.release(second)
    third = effects.claim(name, now=later)
    assert third
    assert third.doubt_until is None
    effects.made(third, "1795.1")
    effects.release(third)
    fourth = effects.claim(name, now=later)
    assert fourth
    assert fourth.made == "1795.1"
    effects.done(name)
    assert effects.claim(name, now=NOW + timedelta(days=1)) is None


def test_counts_and_notes_are_kept(effects: Effects) -> None:
    name = uuid.uuid4().hex
    assert [effects.count(name), effects.count(name), effects.counted(name)] == [1, 2, 2]
    assert effects.noted(name) == ""
    effects.note(name, "said")
    assert effects.noted(name) == "said"


def test_whoever_comes_too_early_has_a_turn_booked(effects: Effects) -> None:
    what = uuid.uuid4().hex
    for number in range(2):
        effects.wait_turn(what, f"w{number}", every=30, burst=2)
    with pytest.raises(NotYourTurn):
        effects.wait_turn(what, "late", every=30, burst=2)


def test_a_hand_off_is_saved_by_whoever_read_it_last(log: HandOffLog) -> None:
    decided = example(MoveDecided, "route")
    number = dispatching.dispatch(decided=decided, log=log, rules=RULES, now=NOW)
    assert dispatching.dispatch(decided=decided, log=log, rules=RULES, now=NOW) == number, (
        "a redelivery changes nothing"
    )
    handoff = log.get(number)
    assert handoff is not None
    saved = log.save(handoff)
    with pytest.raises(Conflict):
        log.save(handoff)
    assert log.save(saved).stored == saved.stored + 1


def test_a_queue_is_listed_in_its_order_by_index(log: HandOffLog) -> None:
    team = f"team-{uuid.uuid4().hex[:8]}"
    numbers = []
    for stem in ("route", "escalate", "priority"):
        decided = example(MoveDecided, stem)
        move = decided.data.move.model_copy(update={"team": team})
        decided = decided.model_copy(update={"data": decided.data.model_copy(update={"move": move})})
        numbers.append(dispatching.dispatch(decided=decided, log=log, rules=RULES, now=NOW))
    listed = [entry.ticket_id for entry in log.waiting(team)]
    assert listed == [numbers[1], numbers[2], numbers[0]]
    assert team in log.teams()


@pytest.fixture(autouse=True)
def _no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.dispatch.adapters.effects.time.sleep", lambda _seconds: None)


def test_a_mail_is_counted_once_however_often_it_is_taken_up(house: House) -> None:
    """``size`` and ``contains`` on a set are DynamoDB's to weigh: what is in stays in, what is over is over."""
    with house.of("intake"):
        counter = intake.Counter(load(IntakeSettings))
    over = [
        counter.is_over(who=f"same#{NOW:%f}{uuid.UUID(int=7)}", what=what, most=3, window=3600, now=NOW)
        for what in ("a", "a", "a", "a", "b", "c", "d", "a", "d", "e", "b")
    ]
    assert over == [what in "de" for what in "aaaabcdadeb"]
