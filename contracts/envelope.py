"""The envelope every event travels in: ``{"metadata": {...}, "data": {...}}`` as an EventBridge ``Detail``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

EVENT_LIMIT_BYTES = 256 * 1024
"""EventBridge ``PutEvents``: one entry stays under 256 KB (AWS quota for the default request size)."""

NAMESPACE = uuid.UUID("6f1c2e0a-6f5d-5c0e-9b57-6d1f6a8f2c11")
"""The namespace of every id this product derives."""


class Contract(BaseModel):
    """Base of everything that crosses a service border: frozen, and deaf to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment with a time zone, kept in UTC. A time without a zone is refused."""


class Metadata(Contract):
    """Who caused what, and when."""

    event_id: str = Field(min_length=1, description="Derived from the cause, so a redelivery has the same id.")
    version: int = Field(ge=1, description="Major version of the data. Required: no default, so nobody forgets it.")
    correlation_id: str = Field(min_length=1, description="The ticket id, for ever.")
    causation_id: str | None = Field(description="The event that caused this one; null at the start.")
    occurred_at: UtcTime


class Event(Contract):
    """Base of all events. A subclass names its producer and its version, and narrows ``data``."""

    source: ClassVar[str]
    version: ClassVar[int] = 1
    metadata: Metadata

    @classmethod
    def detail_type(cls) -> str:
        """The EventBridge ``DetailType``: the class's own name."""
        return cls.__name__

    @classmethod
    def caused_by(
        cls, *, ticket_id: str, cause: Metadata | None, occurred_at: datetime, data: object, key: str = ""
    ) -> Self:
        """Build the event that ``cause`` leads to. Same cause (and key), same event id.

        ``key`` separates several events of one kind with one cause, or names the natural cause of a first event.
        """
        metadata = Metadata(
            event_id=cls.id_of(ticket_id=ticket_id, cause=cause, key=key),
            version=cls.version,
            correlation_id=ticket_id,
            causation_id=cause.event_id if cause else None,
            occurred_at=occurred_at,
        )
        return cls.model_validate({"metadata": metadata, "data": data})

    @classmethod
    def id_of(cls, *, ticket_id: str, cause: Metadata | None, key: str = "") -> str:
        """The id that ``caused_by`` would give, known before there is any data."""
        return derived_id(cls.__name__, ticket_id, cause.event_id if cause else "", key)


def derived_id(*parts: str) -> str:
    """A ``uuid5`` (RFC 9562 §5.5) of the parts: same parts, same id, on every machine and every redelivery."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))
