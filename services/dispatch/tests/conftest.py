"""A whole dispatch in memory: the real use cases and places, over a log, a Slack and an SES that are plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from contracts.envelope import Event, Metadata
from contracts.mail_set_aside import MailSetAside
from contracts.move_decided import MoveDecided, MoveDecidedData
from contracts.rules import Rules
from contracts.ticket import Candidate, Customer, Move, ObjectRef, Person, Reading, Ticket
from contracts.ticket_corrected_v2 import TicketCorrected
from contracts.ticket_received import TicketReceived, TicketReceivedData
from services.dispatch import app
from services.dispatch.adapters.inbox.inboxes import Inboxes
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.adapters.places import Places
from services.dispatch.adapters.slack.channels import Channels
from services.dispatch.adapters.slack.web_api import FileRefused
from services.dispatch.domain.attempt import LEASE, Claim, Refused
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.errors import Conflict, NotYourTurn
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.reminding import next_look
from services.dispatch.domain.life.wish import Wish
from services.dispatch.domain.lists.entry import Entry, entry_of, in_order
from services.dispatch.domain.lists.queue import NEWEST, TOP
from services.dispatch.domain.row import row_of
from services.dispatch.domain.slack.blocks import Message
from services.dispatch.domain.teams import pings_for
from shared.errors import NotNow
from shared.testing.block_kit import violations

START = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)
RULES = Rules.model_validate(
    {
        "version": 1,
        "revision": 41,
        "published_at": START,
        "topics": [
            {"name": "outage", "team": "engineering", "row": 2},
            {"name": "bug", "team": "engineering", "row": 3},
            {"name": "billing", "team": "finance", "row": 4},
            {"name": "login", "team": "support", "row": 5},
            {"name": "privacy", "team": "privacy", "row": 6},
        ],
        "teams": [
            {
                "name": "engineering",
                "channel": "engineering",
                "inbox": "eng@example.com",
                "lead": "U0ENGLEAD",
                "manager": "U0ENGMANAGER",
                "row": 2,
            },
            {
                "name": "finance",
                "channel": "#finance",
                "inbox": "fin@example.com",
                "lead": "U0FINLEAD",
                "manager": "boss@example.com",
                "row": 3,
            },
            {"name": "support", "channel": "support", "lead": "lee@example.com", "row": 4},
            {
                "name": "privacy",
                "inbox": "privacy@example.com",
                "lead": "dpo@example.com",
                "manager": "U0SUPMANAGER",
                "row": 5,
            },
            {
                "name": "triage",
                "channel": "triage",
                "inbox": "triage@example.com",
                "lead": "U0SUPLEAD",
                "manager": "U0SUPMANAGER",
                "row": 6,
            },
        ],
    }
)
REMINDERS = {
    kind: (timedelta(minutes=lead), timedelta(minutes=manager))
    for kind, (lead, manager) in {"escalate": (10, 30), "priority": (30, 120), "hold": (240, 1440)}.items()
}
LENA, BEN = Person(id="U0SUPLEAD", name="Lena"), Person(id="U0FINLEAD", name="Ben")


class MemoryLog:
    """The log's port, with its conditional writes."""

    def __init__(self) -> None:
        self.stored: dict[str, HandOff] = {}
        self.events: dict[str, Event] = {}
        self.mails: dict[str, MailSetAside] = {}
        self.counted: dict[str, int] = {}

    def get(self, ticket_id: str) -> HandOff | None:
        return self.stored.get(ticket_id)

    def save(self, handoff: HandOff, *events: Event, counts: Mapping[str, int] | None = None) -> HandOff:
        known = self.stored.get(handoff.ticket_id)
        if (known.stored if known else 0) != handoff.stored:
            raise Conflict(handoff.ticket_id)
        # As in the table: what is read back was JSON in between.
        stored = HandOff.model_validate_json(
            handoff.model_copy(update={"stored": handoff.stored + 1}).model_dump_json()
        )
        self.stored[handoff.ticket_id] = stored
        for team, change in (counts or {}).items():
            self.counted[team] = self.counted.get(team, 0) + change
        for event in events:
            self.keep(event)
        return stored

    def keep(self, event: Event) -> None:
        self.events[event.metadata.event_id] = event

    def keep_aside(self, event: MailSetAside) -> None:
        self.mails[event.metadata.event_id] = event

    def aside(self, day: str) -> list[dict[str, Any]]:
        found = [event.data for event in self.mails.values() if f"{event.data.received_at:%Y-%m-%d}" == day]
        return [
            {"reason": mail.reason, "sender": mail.sender, "received_at": mail.received_at.isoformat()}
            for mail in found
        ]

    def parts(self, ticket_id: str) -> list[HandOff]:
        parts = [one for one in self.stored.values() if one.part_of == ticket_id]
        return sorted(parts, key=lambda one: one.ticket.received_at)

    def of_customer(self, email: str, limit: int) -> list[dict[str, Any]]:
        def theirs(one: HandOff) -> bool:
            return (one.ticket.customer.email or "").casefold() == email.casefold()

        newest = sorted(filter(theirs, self.stored.values()), key=lambda one: one.ticket.received_at, reverse=True)
        return [row_of(one) for one in newest[:limit]]

    def teams(self) -> list[str]:
        return sorted({one.move.team for one in self.stored.values()})

    def waiting(self, team: str) -> list[Entry]:
        open_ones = sorted(
            (entry_of(one) for one in self.stored.values() if one.is_open and one.move.team == team), key=in_order
        )
        return list({one.ticket_id: one for one in (*open_ones[:TOP], *open_ones[-NEWEST:])}.values())

    def taken(self, team: str, *, since: datetime) -> list[Entry]:
        taken = [one for one in self.stored.values() if one.state in ("taken", "done") and one.taken_at >= since]
        return [entry_of(one) for one in taken if one.move.team == team]

    def count(self, team: str) -> int:
        return self.counted.get(team, 0)

    def due(self, what: str, *, now: datetime) -> list[str]:
        looks = (
            (one.ticket_id, next_look(one, after=REMINDERS, retention=timedelta(days=400)))
            for one in self.stored.values()
        )
        return [ticket_id for ticket_id, look in looks if look and look[0] == what and look[1] <= now]


class MemoryEffects:
    """The effects' port, with its conditions."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, datetime]] = {}
        self.doubts: dict[str, datetime] = {}
        self.answers: dict[str, str] = {}
        self.finished: set[str] = set()
        self.counts: dict[str, int] = {}
        self.notes: dict[str, str] = {}

    def claim(self, effect: str, *, now: datetime, lease: timedelta = LEASE) -> Claim | None:
        if effect in self.finished:
            return None
        if effect in self.held and self.held[effect][1] >= now:
            raise NotNow(f"{effect} is held", retry_after=1)
        holder = str(len(self.counts) + len(self.held) + now.timestamp())
        self.held[effect] = (holder, now + lease)
        return Claim(effect, holder, self.doubts.get(effect), self.answers.get(effect))

    def begin(self, claim: Claim, *, doubt_until: datetime) -> None:
        if self.held.get(claim.effect, ("",))[0] != claim.holder:
            raise NotNow(f"{claim.effect} is another's", retry_after=1)
        self.doubts[claim.effect] = doubt_until

    def made(self, claim: Claim, answer: str) -> None:
        self.answers[claim.effect] = answer

    def refused(self, claim: Claim) -> None:
        self.doubts.pop(claim.effect, None)

    def release(self, claim: Claim) -> None:
        if self.held.get(claim.effect, ("",))[0] == claim.holder:
            del self.held[claim.effect]

    def crash(self) -> None:
        """Leases of workers that died run out."""
        self.held.clear()

    def done(self, effect: str) -> None:
        self.finished.add(effect)

    def count(self, what: str) -> int:
        self.counts[what] = self.counts.get(what, 0) + 1
        return self.counts[what]

    def counted(self, what: str) -> int:
        return self.counts.get(what, 0)

    def note(self, what: str, value: str, *, for_ever: bool = False) -> None:
        self.notes[what] = value

    def noted(self, what: str) -> str:
        return self.notes.get(what, "")


@dataclass
class Posted:
    """A message in a channel."""

    ts: str
    message: Message
    key: str
    thread: str | None = None
    first: Message = field(default_factory=lambda: Message(""))
    at: datetime = START

    def action_ids(self) -> list[str]:
        rows = [block for block in self.message.blocks if block["type"] == "actions"]
        return [element["action_id"] for row in rows for element in row["elements"]]

    def words(self) -> str:
        return self.message.text + "\n" + "\n".join(_words(self.message.blocks))


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [word for inner in value.values() for word in _words(inner)]
    return [word for inner in value for word in _words(inner)] if isinstance(value, list) else []


class MemoryOriginals:
    """The mail bucket."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def read(self, ref: ObjectRef, *, most: int) -> bytes | None:
        if ref.key not in self.objects:
            raise LookupError(ref.key)
        content = self.objects[ref.key]
        return content if len(content) <= most else None

    def link(self, ref: ObjectRef, name: str) -> str:
        return f"https://s3.example/{ref.key}?name={name}"


class MemorySlack:
    """A workspace. Refuses every message that breaks Slack's documented limits."""

    def __init__(self) -> None:
        self.channels: dict[str, list[Posted]] = {}
        self.pins: set[tuple[str, str]] = set()
        self.told: list[tuple[str, str, str]] = []
        self.files: dict[tuple[str, str], bytes] = {}
        self.refuses: set[str] = set()
        self.down: NotNow | None = None
        self.dies_after_posting = False
        self.loses_answers = 0
        """So many of the next posts are carried out, but nobody is told."""
        self.lag = timedelta()
        """How long a channel's history takes to show a message."""
        self.clock: Callable[[], datetime] = lambda: START
        self.lost: set[str] = set()
        """Tickets of which a post was carried out without an answer."""
        self.checked = 0
        self._clock = 0

    def _check(self, message: Message) -> None:
        if self.down:
            raise Refused(str(self.down), retry_after=self.down.retry_after)
        self.checked += 1
        assert violations(message.text, message.blocks) == []

    def post(
        self, channel: str, message: Message, *, key: str, thread: str | None = None, make: Any = lambda call: call()
    ) -> str:
        if isinstance(self.down, NotYourTurn):
            raise self.down
        return str(make(lambda: str(self._post(channel, message, key, thread))))

    def _post(self, channel: str, message: Message, key: str, thread: str | None) -> str:
        self._check(message)
        self._clock += 1
        posted = Posted(f"{1795424040 + self._clock}.000100", message, key, thread, message, self.clock())
        self.channels.setdefault(channel, []).append(posted)
        if self.dies_after_posting:
            self.dies_after_posting = False
            self.lost.add(key.partition(".")[0])
            raise ConnectionError("the answer was lost")
        if self.loses_answers:
            self.loses_answers -= 1
            raise NotNow("Slack answers 500", retry_after=15)
        return posted.ts

    def update(self, channel: str, ts: str, message: Message) -> bool:
        self._check(message)
        posted = next((one for one in self.channels.get(channel, []) if one.ts == ts), None)
        if posted:
            posted.message = message
        return posted is not None

    def find(self, channel: str, key: str, *, thread: str | None = None) -> str | None:
        if self.down:
            raise self.down
        shown = [one for one in self.channels.get(channel, []) if one.at + self.lag <= self.clock()]
        return next((one.ts for one in shown if one.key == key and one.thread == thread), None)

    def pin(self, channel: str, ts: str) -> None:
        self.pins.add((channel, ts))

    def tell(self, channel_id: str, user: str, message: Message) -> None:
        assert violations(message.text, message.blocks) == []
        self.told.append((channel_id, user, message.text))

    def upload(
        self,
        channel: str,
        name: str,
        content: bytes,
        *,
        title: str,
        says: str = "",
        thread: str | None = None,
        make: Any = lambda call: call(),
    ) -> None:
        if name in self.refuses:
            raise FileRefused("not_allowed")
        make(lambda: str(self.files.update({(channel, name): content, (channel, title): content})))

    def has_file(self, channel: str, name: str, *, thread: str | None = None) -> bool:
        return (channel, name) in self.files

    def link(self, channel: str, ts: str) -> str | None:
        return f"https://slack.example/archives/{channel}/p{ts.replace('.', '')}"

    def user_id(self, email: str) -> str | None:
        return {"lee@example.com": "U0LEE"}.get(email)

    def has_channel(self, name: str) -> bool:
        return True

    def top(self, channel: str) -> list[Posted]:
        """The messages of a channel that are no replies and no lists."""
        here = self.channels.get(channel, [])
        return [one for one in here if one.thread is None and not one.key.startswith("list.")]

    def thread(self, channel: str, ts: str) -> list[Posted]:
        return [one for one in self.channels.get(channel, []) if one.thread == ts]

    def listed(self, channel: str) -> Posted | None:
        lists = [one for one in self.channels.get(channel, []) if one.key.startswith("list.")]
        assert len(lists) <= 1
        return lists[0] if lists else None


class MemorySes:
    """SES, as far as dispatch uses it."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], EmailMessage]] = []

    def send_raw_email(self, **call: Any) -> dict[str, str]:
        raw = call["RawMessage"]["Data"]
        assert raw.isascii(), "a relay without 8BITMIME would not pass it on"
        self.sent.append((call, message_from_bytes(raw, policy=default)))  # type: ignore[arg-type]
        return {"MessageId": "x"}


class MemoryBus:
    """The bus: keeps what was published; a test hands TicketCorrected back as the rule would."""

    def __init__(self) -> None:
        self.published: list[Event] = []
        self.dies = False

    def publish(self, event: Event) -> None:
        if self.dies:
            self.dies = False
            raise ConnectionError("the bus did not answer")
        self.published.append(event)


class Dispatch:
    """The service, driven as its handler drives it."""

    def __init__(self) -> None:
        self.log, self.effects, self.slack = MemoryLog(), MemoryEffects(), MemorySlack()
        self.ses, self.bus, self.now, self.rules = MemorySes(), MemoryBus(), START, RULES
        self.slack.clock = lambda: self.now
        self.mailroom = Mailroom(
            self.ses,
            sender="ticket-router@example.com",
            domains=("example.com",),
            link=lambda handoff, inbox: f"https://api.example/actions/{handoff.ticket_id}.{handoff.revision}",
        )
        self.originals = MemoryOriginals()
        parts = (self.slack, self.effects, self.originals)
        channels = Channels(*parts, managers_channel="managers")  # type: ignore[arg-type]
        inboxes = Inboxes(self.mailroom, self.originals)  # type: ignore[arg-type]
        self.places = Places(channels, inboxes, fallback_after=timedelta(minutes=15))
        self._handed_back = 0

    def tick(self, **span: float) -> datetime:
        self.now += timedelta(**span or {"seconds": 1})
        return self.now

    def settle(self, ticket_id: str) -> HandOff | None:
        outside = app.Outside(self.log, self.effects, self.places, self.rules, self.bus, lambda: self.tick())
        return app.settle(ticket_id=ticket_id, outside=outside)

    def decide(self, decided: MoveDecided) -> None:
        self.settle(app.dispatch(decided=decided, log=self.log, rules=self.rules, now=self.now))

    def copy(self, received: TicketReceived) -> None:
        self.settle(app.receive_copy(received=received, log=self.log, rules=self.rules))

    def take(self, ticket_id: str, by: Person = LENA, revision: int | None = None) -> None:
        self.mark_taken(ticket_id, by, revision)
        self.settle(ticket_id)

    def mark_taken(self, ticket_id: str, by: Person, revision: int | None = None) -> None:
        wish = Wish("take", ticket_id, by, revision)
        app.press(wish=wish, log=self.log, rules=self.rules, bus=self.bus, now=self.tick())

    def press(
        self,
        action: str,
        ticket_id: str,
        choice: str = "",
        by: Person = LENA,
        revision: int | None = None,
        step: int | None = None,
        to: Person | None = None,
    ) -> HandOff:
        known = self.log.get(ticket_id)
        seen = known.revision if revision is None and known else revision
        step = len(known.steps) if step is None and known else step
        chosen = Choice.of(choice) if choice else None
        wish = Wish(action, ticket_id, by, seen, step, chosen, to)
        return app.press(wish=wish, log=self.log, rules=self.rules, bus=self.bus, now=self.tick())

    def deliver(self) -> None:
        """Hand each published TicketCorrected back to the inbox, as the bus rule does."""
        while self._handed_back < len(self.bus.published):
            event = self.bus.published[self._handed_back]
            self._handed_back += 1
            if isinstance(event, TicketCorrected):
                self.settle(event.metadata.correlation_id)

    def do(self, action: str, ticket_id: str, **more: Any) -> HandOff:
        """Press, and let the inbox do its part."""
        done = self.press(action, ticket_id, **more)
        self.deliver()
        self.settle(ticket_id)
        return done

    def correct(self, action: str, ticket_id: str, choice: str = "", by: Person = LENA) -> HandOff:
        done = self.press(action, ticket_id, choice, by)
        self.deliver()
        return done

    def remind(self) -> list[str]:
        due = app.remind(log=self.log, rules=self.rules, after=REMINDERS, now=self.now)
        for ticket_id in due:
            self.settle(ticket_id)
        return due


def make_ticket(number: int = 1, **more: Any) -> Ticket:
    customer = Customer(email=f"olga{number}@northwind.example", name="Olga Petrova", verified=True)
    told = {
        "ticket_id": f"T-{number:012d}",
        "source": "mail",
        "customer": customer,
        "subject": "Store down",
        "text": "Our store is down, help.",
        "received_at": START,
        **more,
    }
    return Ticket.model_validate(told)


def make_received(ticket: Ticket) -> TicketReceived:
    return TicketReceived.caused_by(
        ticket_id=ticket.ticket_id,
        cause=None,
        occurred_at=ticket.received_at,
        data=TicketReceivedData(ticket=ticket),
        key=ticket.ticket_id,
    )


def make_decided(
    number: int = 1,
    *,
    kind: str = "route",
    team: str = "engineering",
    topic: str | None = "bug",
    position: str | None = None,
    reasons: tuple[str, ...] = ("Topics, row 3: bug goes to engineering", "Rules revision 41"),
    vip: bool = False,
    shadow: bool = False,
    **ticket: Any,
) -> MoveDecided:
    told = make_ticket(number, **ticket)
    loud = kind in ("escalate", "priority")
    found = RULES.team(team)
    assert found is not None
    return MoveDecided.caused_by(
        ticket_id=told.ticket_id,
        cause=Metadata(
            event_id=f"c{number}",
            version=1,
            correlation_id=told.ticket_id,
            causation_id=None,
            occurred_at=told.received_at,
        ),
        occurred_at=told.received_at,
        data=MoveDecidedData(
            ticket=told,
            reading=Reading(
                topic=topic,
                urgency="high" if loud else "low",
                tone="calm",
                confidence=0.9,
                tokens_in=600,
                tokens_out=60,
                candidates=(Candidate(topic="billing", confidence=0.4),),
            ),
            move=Move(
                kind=kind,  # type: ignore[arg-type]
                team=team,
                position=position or ("top" if loud else "normal"),  # type: ignore[arg-type]
                pings=pings_for(found, kind, at=told.received_at),
                reasons=reasons,
                vip=vip,
                rules_revision=41,
            ),
            shadow=shadow,
        ),
    )


class Makers:
    """What tests make tickets with."""

    decided = staticmethod(make_decided)
    received = staticmethod(make_received)
    ticket = staticmethod(make_ticket)
    rules, lena, ben, start = RULES, LENA, BEN, START


@pytest.fixture
def make() -> Makers:
    return Makers()


@pytest.fixture
def dispatch() -> Dispatch:
    return Dispatch()


@pytest.fixture
def new_dispatch() -> type[Dispatch]:
    return Dispatch
