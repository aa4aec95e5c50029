"""What came of every ticket: lost, doubled, called twice, held, dead."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

from local.slack.workspace import Message, Workspace
from tests.chaos.simulation.aws import Aws
from tests.chaos.simulation.people import People


@dataclass
class Outcome:
    """What one run came to."""

    seed: int
    tickets: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    """Posted twice, its buttons in two places, or in Slack and by mail without anybody having moved it."""
    doubled_by_mail: list[str] = field(default_factory=list)
    mailed_again: int = 0
    """The same mail twice where SES's answer was lost, or its sender died before it could note it."""
    called_twice: list[str] = field(default_factory=list)
    held: int = 0
    unread: int = 0
    dead: list[str] = field(default_factory=list)
    model_calls: int = 0
    settled_s: float = 0.0
    """From calm until the last ticket was before its team."""
    failures: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept."""
        return [
            *(f"lost: {one}" for one in self.lost),
            *(f"doubled: {one}" for one in self.doubled),
            *(f"doubled by mail: {one}" for one in self.doubled_by_mail),
            *(f"called twice: {one}" for one in self.called_twice),
            *(f"dead letter: {one}" for one in self.dead),
        ]


class Audit:
    """Looks at the world from outside: the channels, the mails, the events."""

    def __init__(self, aws: Aws, space: Workspace, people: People) -> None:
        self._aws, self._people, self._space = aws, people, space
        self._posted = [(message, _key(message)) for by_ts in space.messages.values() for message in by_ts.values()]

    def outcome(self, run: Any, calm: float) -> Outcome:
        """The count. ``calm`` is when the storm was over."""
        tickets = {_ticket(event) for event in self._events("TicketReceived")} | set(self._people.accepted)
        shown, mailed, moved = self._shown(), self._mailed(), {_ticket(e) for e in self._events("TicketCorrected")}
        missing = run.tickets - len(tickets)
        found = Outcome(
            run.seed,
            tickets=run.tickets,
            faults=run.faults.counted,
            kills=run.functions.kill_points,
            lost=[one for one in sorted(tickets) if not shown.get(one) and not mailed.get(one)],
            doubled=self._posted_twice(),
            called_twice=self._called_twice(),
            held=sum(event["detail"]["data"]["move"]["kind"] == "hold" for event in self._events("MoveDecided")),
            unread=sum(
                event["detail"]["data"]["reading"]["outcome"] == "unread" for event in self._events("TicketClassified")
            ),
            dead=[message.body[:300] for queue in self._aws.queues.values() for message in queue.dead],
            model_calls=len(self._aws.model_calls),
            settled_s=max([_landed(event) for event in self._events("TicketDispatched")] + [calm]) - calm,
            failures=run.functions.failures,
        )
        found.lost += [f"{missing} that nobody took in"] if missing else []
        for ticket in sorted(tickets):
            there = shown.get(ticket, [])
            if len(there) > 1 or (there and mailed.get(ticket) and ticket not in moved):
                found.doubled.append(f"{ticket}: {there} {sorted(mailed.get(ticket, {}))}")
            for name, times in mailed.get(ticket, Counter()).items():
                if times > 1 and times - 1 > self._unanswered(name):
                    found.doubled_by_mail.append(f"{name} {times} times")
                found.mailed_again += times > 1
        return found

    def _events(self, kind: str) -> list[dict[str, Any]]:
        seen = {}
        for event in self._aws.bus.events:
            if event["detail-type"] == kind:
                seen.setdefault(event["detail"]["metadata"]["event_id"], event)
        return list(seen.values())

    def _shown(self) -> dict[str, list[str]]:
        """Where each ticket's buttons are."""
        found: dict[str, list[str]] = {}
        for message, key in self._posted:
            ticket, _, rest = key.partition(".")
            if rest.isdigit() and any(block.get("type") == "actions" for block in message.blocks):
                found.setdefault(ticket, []).append(f"{message.channel} {key}")
        return found

    def _posted_twice(self) -> list[str]:
        keys = Counter((message.channel, key) for message, key in self._posted if key)
        return [f"{key} {times} times" for (_, key), times in keys.items() if times > 1]

    def _mailed(self) -> dict[str, Counter[str]]:
        """The mails of each ticket by name."""
        found: dict[str, Counter[str]] = {}
        for call in self._aws.mails:
            name = _name(call)
            found.setdefault(name.strip("<>").partition(".")[0], Counter())[name] += 1
        return found

    def _unanswered(self, name: str) -> int:
        return sum(_name(call) == name for call in self._aws.mails_unanswered())

    def _called_twice(self) -> list[str]:
        """By what puts or raises a ticket; that it waits is said again on purpose."""
        keys = {(message.channel, message.ts): key for message, key in self._posted}
        called: Counter[tuple[str, str]] = Counter()
        for ping in self._space.pings:
            key = keys.get((ping.channel, ping.ts), "")
            if key and ".note.waits#" not in key and not key.startswith("list."):
                called[(key.partition(".")[0], ping.who)] += 1
        return [f"{who} for {ticket}" for (ticket, who), times in called.items() if times > 1]


def _key(message: Message) -> str:
    return str(((message.metadata or {}).get("event_payload") or {}).get("key", ""))


def _ticket(event: dict[str, Any]) -> str:
    return str(event["detail"]["metadata"]["correlation_id"])


def _landed(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["detail"]["data"]["dispatched_at"].replace("Z", "+00:00")).timestamp()


def _name(call: dict[str, Any]) -> str:
    return str(message_from_bytes(call["RawMessage"]["Data"], policy=default)["Message-ID"])  # type: ignore[call-overload]
