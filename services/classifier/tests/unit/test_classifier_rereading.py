"""What no model could read: who hears of it, when it is tried again, and that it is read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.envelope import Event
from contracts.rules import Rules
from contracts.ticket import Customer, Ticket
from contracts.ticket_classified import TicketClassified
from contracts.ticket_received import TicketReceived, TicketReceivedData
from services.classifier import app
from services.classifier.domain.answer import Answer, Refused
from services.classifier.domain.prompt import Prompt
from services.classifier.domain.unread import FIRST_AGAIN, LATEST_AGAIN, Owed
from shared.errors import NotNow

MORNING = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)
PATIENCE = timedelta(minutes=10)
RULES = Rules.model_validate(
    {
        "version": 1,
        "revision": 1,
        "published_at": MORNING,
        "topics": [{"name": "billing", "team": "finance", "row": 2}],
        "teams": [{"name": "finance", "row": 2}],
    }
)
GOOD = {"topic": "billing", "second": "billing", "urgency": "low", "tone": "calm", "confidence": 1.0, "why": "invoice"}
BAD = {**GOOD, "urgency": "soon"}
AWAY, REFUSED = NotNow("ThrottlingException"), Refused("AccessDeniedException: no access")


@dataclass
class World:
    """A model that says what it is told to say, two lists, a bus, a clock."""

    says: object = None
    name: str = "some.model"
    a_day: int = 1_000
    now: datetime = MORNING
    asked: list[str] = field(default_factory=list)
    kept: dict[str, TicketClassified] = field(default_factory=dict)
    published: list[Event] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)

    def ask(self, prompt: Prompt) -> Answer:
        ticket = prompt.user.partition("<ticket>\n")[2].partition("\n")[0]
        self.asked.append(ticket)
        said = self.says(ticket) if callable(self.says) else self.says
        if isinstance(said, Exception):
            raise said
        return Answer(said)

    def get(self) -> Rules:
        return RULES

    def take(self, now: datetime) -> bool:
        return len(self.asked) < self.a_day

    def find(self, ticket_id: str, event_id: str) -> TicketClassified | None:
        return self.kept.get(event_id)

    def keep(self, classified: TicketClassified, *, again_at: datetime | None = None) -> TicketClassified:
        metadata, reading = classified.metadata, classified.data.reading
        if metadata.event_id not in self.kept and reading.outcome == "unread":
            self.owed.append(Owed(metadata.correlation_id, metadata.event_id, _due(again_at), "", reading.why))
        return self.kept.setdefault(metadata.event_id, classified)

    def publish(self, event: Event) -> None:
        self.published.append(event)

    def waits(self, received: TicketReceived, why: str) -> None:
        self.waiting[received.data.ticket.ticket_id] = why

    def waits_no_longer(self, ticket_id: str) -> None:
        self.waiting.pop(ticket_id, None)

    def due(self, now: datetime | None) -> Iterator[Owed]:
        yield from sorted((o for o in self.owed if now is None or o.due <= _due(now)), key=lambda owed: owed.due)

    def settle(self, owed: Owed) -> None:
        self.owed.remove(owed)

    def postpone(self, owed: Owed, until: datetime | None, why: str) -> None:
        self.owed.remove(owed)
        self.owed.append(replace(owed, due=_due(until), why=why, tries=owed.tries + 1))

    def comes(self, ticket_id: str, *, at: datetime = MORNING, again: bool = False) -> TicketClassified:
        ticket = Ticket(
            ticket_id=ticket_id,
            source="form",
            customer=Customer(email="a@b.example"),
            text=f"Invoice of {ticket_id}",
            received_at=at,
        )
        data = TicketReceivedData(ticket=ticket)
        received = TicketReceived.caused_by(ticket_id=ticket_id, cause=None, occurred_at=at, data=data)
        ports = {"rules": self, "model": self, "calls": self, "readings": self, "unread": self, "bus": self}
        return app.classify(received=received, again=again, now=self.now, patience=PATIENCE, **ports)  # type: ignore[arg-type]

    def sweeps(self, only: Collection[str] | None = None, has_time: Callable[[], bool] = lambda: True) -> app.Reread:
        ports = {"rules": self, "model": self, "calls": self, "readings": self, "unread": self, "bus": self}
        return app.reread(now=self.now, has_time=has_time, only=only, **ports)  # type: ignore[arg-type]


def _due(at: datetime | None) -> str:
    return at.isoformat() if at else "by a person"


def left_unread(*ticket_ids: str, says: object = REFUSED) -> World:
    """A world in which these tickets went on unread; the sweep is due, and asked nobody yet."""
    world = World(says)
    for ticket_id in ticket_ids:
        world.comes(ticket_id)
    world.now += FIRST_AGAIN
    world.asked.clear()
    world.published.clear()
    return world


def test_a_ticket_that_waits_for_the_model_can_be_seen_and_no_longer_once_it_is_read() -> None:
    world = World(AWAY)
    with pytest.raises(NotNow):
        world.comes("T-1")
    assert world.waiting == {"T-1": "ThrottlingException"}
    world.says = GOOD
    world.comes("T-1", again=True)
    assert world.waiting == {}


def test_a_ticket_that_the_model_refuses_is_before_people_at_once() -> None:
    """Waiting ten minutes for somebody to grant access helps nobody."""
    world = World(REFUSED)
    reading = world.comes("T-1").data.reading
    assert (reading.outcome, reading.topic) == ("unread", None)
    assert reading.why == "the model refuses: AccessDeniedException: no access"
    assert [event.detail_type() for event in world.published] == ["TicketClassified"]
    assert [owed.ticket_id for owed in world.owed] == ["T-1"]


def test_after_ten_minutes_without_the_model_it_is_before_people_and_owed_a_reading() -> None:
    world = World(AWAY, now=MORNING + PATIENCE)
    assert world.comes("T-1", again=True).data.reading.outcome == "unread"
    assert [owed.ticket_id for owed in world.owed] == ["T-1"]


def test_what_was_unread_is_read_once_the_model_is_back() -> None:
    world = left_unread("T-1", "T-2")
    world.says = GOOD
    assert world.sweeps() == app.Reread(read=("T-1", "T-2"))
    assert world.owed == []
    first, second = (event for event in world.published)
    assert isinstance(first, TicketClassified)
    assert (first.data.reading.outcome, first.data.reading.topic) == ("read", "billing")
    assert first.metadata.causation_id in {kept.metadata.event_id for kept in world.kept.values()}
    assert first.metadata.correlation_id == "T-1" != second.metadata.correlation_id
    assert world.sweeps() == app.Reread(), "nothing is read a third time"


def test_a_sweep_while_the_model_is_away_makes_one_call() -> None:
    world = left_unread(*(f"T-{number}" for number in range(9)))
    world.says = AWAY
    assert world.sweeps() == app.Reread(stopped="ThrottlingException")
    assert len(world.asked) == 1
    assert len(world.owed) == 9
    assert world.published == []


def test_a_sweep_while_the_model_refuses_makes_two_and_asks_less_and_less_often() -> None:
    world = left_unread(*(f"T-{number}" for number in range(9)))
    assert "no access" in str(world.sweeps().stopped)
    assert len(world.asked) == 2
    pauses = []
    for _ in range(12):
        owed = min(world.owed, key=lambda each: each.due)
        world.owed, world.now = [owed], datetime.fromisoformat(owed.due)
        world.sweeps()
        pauses.append(datetime.fromisoformat(world.owed[0].due) - world.now)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LATEST_AGAIN, "mended on a Monday, noticed on that Monday"


def test_one_ticket_that_is_refused_does_not_keep_the_others_from_being_read() -> None:
    world = left_unread("T-1", "T-2", "T-3")
    world.says = lambda ticket: REFUSED if "T-1" in ticket else GOOD
    assert world.sweeps() == app.Reread(read=("T-2", "T-3"), unread=("T-1",))
    assert [owed.ticket_id for owed in world.owed] == ["T-1"]


def test_an_answer_that_cannot_be_used_is_not_asked_for_for_ever() -> None:
    world = left_unread("T-1")
    world.says = BAD
    assert world.sweeps() == app.Reread(unread=("T-1",))
    assert len(world.asked) == 2, "one call, and one that says what was wrong"
    world.now += timedelta(days=30)
    assert world.sweeps() == app.Reread()
    assert len(world.asked) == 2
    assert world.published == [], "it is before people as it was: nothing new to say"


@pytest.mark.parametrize("only", [(), ("T-1",)], ids=["all that is unread", "this ticket"])
def test_a_person_may_have_it_tried_whenever_it_is_due(only: tuple[str, ...]) -> None:
    world = World(BAD)
    world.comes("T-1")
    assert world.sweeps() == app.Reread()
    world.says = GOOD
    assert world.sweeps(only=only) == app.Reread(read=("T-1",))


def test_a_person_may_name_one_and_the_others_stay() -> None:
    world = left_unread("T-1", "T-2")
    world.says = GOOD
    assert world.sweeps(only=("T-2",)) == app.Reread(read=("T-2",))
    assert [owed.ticket_id for owed in world.owed] == ["T-1"]


def test_a_sweep_that_died_before_it_could_say_so_says_it_without_a_second_call() -> None:
    world = left_unread("T-1")
    world.says = GOOD
    owed = list(world.owed)
    world.sweeps()
    said, world.owed, calls = world.published.pop(), owed, len(world.asked)
    assert world.sweeps() == app.Reread(read=("T-1",))
    assert world.published == [said]
    assert len(world.asked) == calls


def test_a_sweep_ends_before_its_time_does() -> None:
    world = left_unread("T-1", "T-2", "T-3")
    world.says = GOOD
    left = iter((True, True, False))
    done = world.sweeps(has_time=lambda: next(left))
    assert (done.read, len(world.owed)) == (("T-1", "T-2"), 1)
    assert "no more time" in str(done.stopped)


def test_what_has_expired_is_owed_nothing() -> None:
    world = left_unread("T-1")
    world.kept.clear()
    world.sweeps()
    assert (world.owed, world.asked) == ([], [])


def test_beyond_the_days_calls_tickets_go_to_people_and_are_not_read_by_the_next_day() -> None:
    """A flood of today must not use up the calls of tomorrow: only a person asks for those."""
    world = World(GOOD, a_day=2)
    readings = [world.comes(f"T-{number}").data.reading for number in range(4)]
    assert [reading.outcome for reading in readings] == ["read", "read", "unread", "unread"]
    assert readings[2].why == "the 2 model calls of the day are used up"
    assert len(world.asked) == 2
    world.now += timedelta(days=1)
    world.a_day = 100
    assert world.sweeps() == app.Reread()
    assert world.sweeps(only=()).read == ("T-2", "T-3")


def test_a_second_question_is_a_call_as_well() -> None:
    world = World(BAD, a_day=1)
    assert world.comes("T-1").data.reading.why == "the 1 model calls of the day are used up"
    assert len(world.asked) == 1


def test_twenty_minutes_without_a_model_in_the_middle_of_300_tickets() -> None:
    """All are read in the end, each with one call that was answered; none is said more than twice."""
    world, waiting = World(), []
    gone, back = timedelta(minutes=10), timedelta(minutes=30)
    for second in range(0, 3600, 12):
        world.now = MORNING + timedelta(seconds=second)
        away = gone <= world.now - MORNING < back
        world.says = AWAY if away else GOOD
        if second % 300 == 0:
            world.sweeps()
        waiting.append((f"T-{second}", world.now, world.now))
        still = []
        for ticket_id, came_at, due in waiting:
            if due > world.now:
                still.append((ticket_id, came_at, due))
                continue
            try:
                world.comes(ticket_id, at=came_at, again=came_at < world.now)
            except NotNow as error:
                still.append((ticket_id, came_at, world.now + timedelta(seconds=error.retry_after or 0)))
        waiting = still
    assert waiting == []
    assert world.owed == []
    assert world.waiting == {}
    last = {event.metadata.correlation_id: event for event in world.published}
    assert len(last) == 300
    assert {event.data.reading.outcome for event in last.values()} == {"read"}  # type: ignore[attr-defined]
    said = [event.metadata.event_id for event in world.published]
    assert len(said) == len(set(said))
