"""What classifier needs from outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from contracts.envelope import Event
from contracts.rules import Rules
from contracts.ticket_classified import TicketClassified
from contracts.ticket_received import TicketReceived
from services.classifier.domain.answer import Answer
from services.classifier.domain.prompt import Prompt
from services.classifier.domain.unread import Owed


class Bus(Protocol):
    """Takes an event."""

    def publish(self, event: Event) -> None: ...


class RulesSnapshot(Protocol):
    """Gives the rules in force."""

    def get(self) -> Rules: ...


class Model(Protocol):
    """Answers one prompt.

    Raises ``NotNow`` when it cannot be reached, is throttled or sends something that is no answer of this model;
    ``Refused`` when it will answer none until somebody mends something.
    """

    @property
    def name(self) -> str: ...

    def ask(self, prompt: Prompt) -> Answer: ...


class Calls(Protocol):
    """The model calls of a day (UTC)."""

    @property
    def a_day(self) -> int: ...

    def take(self, now: datetime) -> bool:
        """Count one; False when the day has none left."""
        ...


class Readings(Protocol):
    """Keeps what was emitted, under its event id."""

    def find(self, ticket_id: str, event_id: str) -> TicketClassified | None: ...

    def keep(self, classified: TicketClassified, *, again_at: datetime | None = None) -> TicketClassified:
        """Store it unless its id is taken; return the one that is stored.

        An unread one is owed a reading from then on, at ``again_at``; None leaves that to a person.
        """
        ...


class Unread(Protocol):
    """Keeps which tickets the model has not read."""

    def waits(self, received: TicketReceived, why: str) -> None: ...

    def waits_no_longer(self, ticket_id: str) -> None: ...

    def due(self, now: datetime | None) -> Iterable[Owed]: ...

    def settle(self, owed: Owed) -> None: ...

    def postpone(self, owed: Owed, until: datetime | None, why: str) -> None: ...
