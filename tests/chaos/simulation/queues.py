"""The bus and the queues: rules as the templates write them, visibility, redrive, and Lambda's pollers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.simulation.hub import Hub


@dataclass
class Message:
    """A message in a queue."""

    body: str
    visible_at: float
    message_id: str
    received: int = 0
    first_received: float = 0.0
    receipt: str = ""


@dataclass
class Queue:
    """A queue with a dead-letter queue behind it. Times are seconds."""

    name: str
    visibility: float
    most_tries: int
    hub: Hub
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    on_visible: Callable[[], None] = lambda: None

    def send(self, body: str, delay: float = 0.0) -> str:
        """Put a message in."""
        identity = str(uuid.UUID(int=self.hub.random.getrandbits(128)))
        self.messages.append(Message(body, self.hub.now + delay, identity))
        self.hub.after(delay, self.on_visible)
        return identity

    def receive(self, most: int) -> list[Message]:
        """Take messages out for as long as ``visibility``; what came too often goes to the dead letters."""
        now, taken = self.hub.now, []
        for message in [one for one in self.messages if one.visible_at <= now]:
            if len(taken) == most:
                break
            message.received += 1
            if message.received > self.most_tries:
                self.messages.remove(message)
                self.dead.append(message)
                continue
            message.first_received = message.first_received or now
            message.receipt = f"{message.message_id}#{message.received}"
            self._hide(message, self.visibility)
            taken.append(message)
        return taken

    def hide(self, receipt: str, seconds: float) -> None:
        """ChangeMessageVisibility."""
        for message in self.messages:
            if message.receipt == receipt:
                self._hide(message, seconds)

    def delete(self, receipt: str) -> None:
        """Delete a message, if this receipt is its last."""
        self.messages = [one for one in self.messages if one.receipt != receipt]

    def _hide(self, message: Message, seconds: float) -> None:
        message.visible_at = self.hub.now + seconds
        self.hub.after(seconds, self.on_visible)


def matches(pattern: Any, value: Any) -> bool:
    """Whether an event matches a rule's pattern, as far as the templates use patterns."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            key in value and matches(inner, value[key]) for key, inner in pattern.items()
        )
    return any(_matches_one(choice, value) for choice in pattern)


def _matches_one(choice: Any, value: Any) -> bool:
    if isinstance(choice, dict):
        return isinstance(value, str) and value.startswith(choice["prefix"])
    return bool(choice == value)


@dataclass
class Rule:
    """A rule and the queue it feeds."""

    pattern: dict[str, Any]
    queue: Queue


class Bus:
    """Hands events to queues: at least once, late, in any order."""

    def __init__(self, hub: Hub, *, twice: float, latest: float) -> None:
        self.rules: list[Rule] = []
        self.events: list[dict[str, Any]] = []
        self._hub, self._twice, self._latest = hub, twice, latest

    def put(self, entry: dict[str, Any]) -> None:
        """One entry of PutEvents."""
        event = {
            "id": str(uuid.UUID(int=self._hub.random.getrandbits(128))),
            "source": entry["Source"],
            "detail-type": entry["DetailType"],
            "detail": json.loads(entry["Detail"]),
        }
        self.events.append(event)
        body = json.dumps(event)
        for rule in self.rules:
            if matches(rule.pattern, event):
                for _ in range(2 if self._hub.random.random() < self._twice else 1):
                    queue = rule.queue
                    self._hub.after(self._hub.random.uniform(0.02, self._latest), lambda q=queue: q.send(body))  # type: ignore[misc]
