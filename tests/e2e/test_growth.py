"""A list, a look at what is late and one more ticket cost the same however many wait: the AWS calls are counted."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.rules import in_force
from cli.stack import Stack, find_stack
from contracts.move_decided import MoveDecided, MoveDecidedData
from contracts.ticket import Customer, Destination, Move, Reading, Ticket
from local.demo.watch import Watch
from services.dispatch import app
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.life.beginning import hand_off_of
from services.dispatch.domain.life.handoff import HandOff, Place
from services.dispatch.domain.lists.queue import Queue

NOW = datetime.now(UTC)
FEW, MANY = 10, 10_000
AFTER = {kind: (timedelta(minutes=30), timedelta(hours=2)) for kind in ("priority", "escalate", "hold")}


class Channels:
    """A Slack that takes everything: only the AWS calls are of interest."""

    def __init__(self) -> None:
        self.lists: list[Queue] = []

    def put(self, handoff: HandOff, *_: Any, **__: Any) -> Destination:
        return Destination(kind="slack", address=handoff.move.team, ref=uuid.uuid4().hex)

    def list_queue(self, queue: Queue, **_: Any) -> None:
        self.lists.append(queue)

    def __getattr__(self, _name: str) -> Any:
        return lambda *_, **__: None


class Bus:
    """Hears nothing."""

    def publish(self, _event: Any) -> None: ...


def decided(number: int, team: str, at: datetime) -> MoveDecided:
    ticket = Ticket(
        ticket_id=f"T-{uuid.uuid4().hex[:12].upper()}", source="form", received_at=at, subject=f"ticket {number}",
        customer=Customer(email=f"c{number}@northwind.example"), text="Where is my invoice?",
    )  # fmt: skip
    reading = Reading(topic="billing", urgency="high", tone="calm", confidence=0.9)
    move = Move(kind="priority", team=team, position="top", reasons=("Topics, row 4",), rules_revision=1)
    data = MoveDecidedData(ticket=ticket, reading=reading, move=move)
    return MoveDecided.caused_by(ticket_id=ticket.ticket_id, cause=None, occurred_at=at, data=data)


def settled(number: int, team: str) -> HandOff:
    """A ticket that nobody has taken, and of which everybody has been reminded."""
    at = NOW - timedelta(hours=3, seconds=number)
    begun = hand_off_of(decided(number, team, at))
    there = Place(team=team, destination=Destination(kind="slack", address=team, ref=str(number)), revision=0, at=at)
    return begun.model_copy(update={"place": there, "announced": True, "reminded": ("lead", "manager")})


@pytest.fixture
def table(watch: Watch) -> Iterator[Any]:
    """An empty table like the deployed one."""
    stack: Stack = find_stack(None)
    client = stack.client("dynamodb")
    like = client.describe_table(TableName=stack.table("dispatch").name)["Table"]
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in like["GlobalSecondaryIndexes"]
    ]
    name = f"growth-{uuid.uuid4().hex[:8]}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=like["AttributeDefinitions"],
        KeySchema=like["KeySchema"],
        GlobalSecondaryIndexes=indexes,
    )
    yield stack.session.resource("dynamodb", endpoint_url=stack.endpoint_url).Table(name)
    client.delete_table(TableName=name)


def cost(table: Any, waiting: int) -> tuple[dict[str, Counter[str]], Queue]:
    """The calls that each of the three costs when so many wait with finance, and the list they end in."""
    log = HandOffLog(table, after=AFTER)
    with table.batch_writer() as batch:
        for number in range(waiting):
            batch.put_item(Item=log._as_item(settled(number, "finance")))
    table.put_item(Item={"pk": "waiting", "sk": "finance", "count": waiting})
    table.put_item(Item={"pk": "teams", "sk": "finance"})
    calls: Counter[str] = Counter()
    table.meta.client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    rules, channels = in_force(find_stack(None)), Channels()
    outside = app.Outside(log, Effects(table), channels, rules, Bus(), lambda: datetime.now(UTC))  # type: ignore[arg-type]
    found: dict[str, Counter[str]] = {}

    def counted(what: str, act: Any) -> None:
        calls.clear()
        act()
        found[what] = Counter(calls)

    counted("list", lambda: app.list_queues(teams=["finance"], outside=outside))
    counted("sweep", lambda: app.remind(log=log, rules=rules, after=AFTER, now=NOW))
    more = decided(waiting + 1, "finance", NOW)

    def one_more() -> None:
        app.settle(ticket_id=app.dispatch(decided=more, log=log, rules=outside.rules, now=NOW), outside=outside)

    counted("ticket", one_more)
    return found, channels.lists[-1]


def test_ten_thousand_untaken_tickets_cost_what_ten_do(table: Any) -> None:
    few, _ = cost(table, FEW)
    many, last = cost(table, MANY)
    assert many == few
    assert last.count == MANY + 1
    print({what: dict(calls) for what, calls in many.items()})
