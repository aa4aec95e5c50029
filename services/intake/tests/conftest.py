"""Hand-written stand-ins for what intake reaches outside, in memory."""

import json
from datetime import UTC, datetime

import pytest

from contracts.ticket import ObjectRef
from services.intake import app
from services.intake.adapters import aws
from services.intake.app import Limits
from services.intake.domain.chat_memory import as_rows, from_rows
from services.intake.domain.linking import Folding, Known
from services.intake.handler import wiring


class Bus:
    """Keeps what was published; refuses while ``down``."""

    def __init__(self):
        self.events, self.down = [], False

    def publish(self, event):
        if self.down:
            raise RuntimeError("the bus is down")
        self.events.append(event)


class Files:
    """A bucket."""

    def __init__(self):
        self.objects = {}

    def read(self, key):
        return self.objects[key]

    def keep(self, key, content, content_type):
        self.objects[key] = content
        return self.ref(key)

    def keep_first(self, key, content):
        return self.objects.setdefault(key, content)

    def ref(self, key):
        return ObjectRef(bucket="mail", key=key)

    def size_of(self, key):
        return len(self.objects[key]) if key in self.objects else None

    def copy(self, key, to):
        self.objects[to] = self.objects[key]
        return self.ref(to)


class Uploads:
    """Where browsers lay files."""

    origin = "https://bucket.example"

    def post_form(self, key, *, content_type, size):
        return {"url": self.origin, "fields": {"key": key, "Content-Type": content_type, "size": size}}


class Inbox:
    """A queue."""

    def __init__(self):
        self.messages = []

    def put(self, *, lane, key, received_at):
        self.messages.append((lane, key, received_at))


class Tickets:
    """The table. ``before_write`` runs once before the next write: what another Lambda does at that moment."""

    def __init__(self):
        self.events, self.customers, self.threads, self.aside = {}, {}, {}, []
        self.answers = {}
        self.before_write = None

    def find(self, event):
        return self.events.get(event.metadata.event_id)

    def recent(self, customer):
        return self.customers.get(customer, ((), 0))

    def roots(self, thread):
        return {key: self.threads[key] for key in thread if key in self.threads}

    def write(self, event, *, threads, customer, recent, revision):
        if self.before_write:
            act, self.before_write = self.before_write, None
            act()
        if event.metadata.event_id in self.events or (customer and self.recent(customer)[1] != revision):
            raise app.Raced
        json.dumps([entry.as_dict() for entry in recent])
        self.events[event.metadata.event_id] = app.Kept(event, published=False)
        self.threads.update({key: Known(root, customer) for key, root in threads.items()})
        if customer:
            self.customers[customer] = (tuple(recent), revision + 1)

    def mark_published(self, event):
        self.events[event.metadata.event_id] = app.Kept(event, published=True)

    def keep_answer(self, event, *, customer):
        self.answers[event.metadata.event_id] = event
        if event.data.message_id:
            self.threads.setdefault(event.data.message_id, Known(event.data.ticket_id, customer))

    def has_answer(self, event):
        return event.metadata.event_id in self.answers

    def set_aside(self, *, key, number, mail, reason, received_at):
        self.aside.append((key, reason))

    def released(self, *, key, received_at):
        self.aside = [one for one in self.aside if one[0] != key]


class Conversations:
    """The conversations' rows. ``before_claim`` runs once before the next claim."""

    def __init__(self):
        self.rows, self.before_claim = {}, None

    def claims(self, conversation_id):
        return self.rows.get(conversation_id, ((), 0))

    def claim(self, conversation_id, claims, *, revision, now):
        if self.before_claim:
            act, self.before_claim = self.before_claim, None
            act()
        if self.claims(conversation_id)[1] != revision:
            raise app.Raced
        self.rows[conversation_id] = (from_rows(json.loads(json.dumps(as_rows(claims)))), revision + 1)


class World:
    """Everything outside, and the three lanes as one call each."""

    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __init__(self):
        self.bus, self.files, self.inbox, self.tickets = Bus(), Files(), Inbox(), Tickets()
        self.counter = Counter()
        self.conversations = Conversations()
        self.staff, self.ours, self.folding = (), ("support@example.com",), Folding()
        self._out = {"files": self.files, "tickets": self.tickets, "bus": self.bus}

    def mail(self, raw, key="inbound/1", *, released=False, most_an_hour=0):
        self.files.objects[key] = raw
        known = {"staff": self.staff, "ours": self.ours, "folding": self.folding, "counter": self.counter}
        how = {"released": released, "most_an_hour": most_an_hour}
        return app.receive_mail(key=key, received_at=self.now, **how, **known, **self._out)

    def post_form(self, key="k1", **fields):
        return app.accept_form(fields=fields, idempotency_key=key, files=self.files, inbox=self.inbox, now=self.now)

    def post_chat(self, payload):
        return app.accept_chat(payload=payload, files=self.files, inbox=self.inbox, now=self.now)

    def drain(self):
        events = []
        while self.inbox.messages:
            lane, key, at = self.inbox.messages.pop(0)
            asked = {"key": key, "received_at": at, "folding": self.folding, **self._out}
            if lane == "chat":
                events.append(app.receive_chat(conversations=self.conversations, **asked))
            else:
                events.append(app.receive_form(**asked))
        return events

    def unfold(self, corrected):
        return app.unfold(corrected=corrected, folding=self.folding, tickets=self.tickets, bus=self.bus)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def mail_of():
    def build(sender="Ann Lee <ann@acme.example>", subject="Export", body="The export is broken.", **headers):
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = [f"From: {sender}", "To: support@example.com", f"Subject: {subject}", *lines]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()

    return build


SECRET = "the chat tool's secret"


class Settings:
    folding = Folding()
    ours = ("support@example.com",)
    origins = ("https://shop.example",)
    limits = Limits(per_address=3, per_ip=5)
    mail_limit_per_sender = 60


class Counter:
    def __init__(self):
        self.counts, self.marks = {}, {}

    def is_over(self, *, who, what, most, window, now):
        marks = self.marks.setdefault((who, int(now.timestamp()) // window), set())
        if what not in marks and len(marks) >= most:
            return True
        marks.add(what)
        return False

    def count(self, *, who, window, now):
        at = (who, int(now.timestamp()) // window)
        self.counts[at] = self.counts.get(at, 0) + 1
        return self.counts[at]


class NothingPublished:
    def staff(self):
        return ()

    def kept_apart(self):
        return ()


@pytest.fixture
def wired(world, monkeypatch):
    """The handler with the stand-ins for what lies outside."""
    counter = Counter()
    for name, there in {
        "settings": Settings,
        "bucket": lambda: world.files,
        "queue": lambda: world.inbox,
        "table": lambda: world.tickets,
        "bus": lambda: world.bus,
        "published": NothingPublished,
        "counter": lambda: counter,
        "uploads": Uploads,
        "conversations": lambda: world.conversations,
    }.items():
        monkeypatch.setattr(wiring, name, there)
    monkeypatch.setattr(aws, "chat_secret", lambda settings: SECRET)
    world.secret = SECRET
    return world
