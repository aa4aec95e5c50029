"""Putting events on the bus."""

from __future__ import annotations

import json
from typing import Any

from contracts.envelope import EVENT_LIMIT_BYTES, Event


class EventBus:
    """The custom bus, as one service may use it: it signs everything with its own source."""

    def __init__(self, client: Any, *, name: str, source: str) -> None:
        self._client, self._name, self._source = client, name, source

    def publish(self, event: Event) -> None:
        """Put one event on the bus.

        Raises ValueError for an event of another producer or one over 256 KB, RuntimeError when the bus refuses it
        (``FailedEntryCount``: ``PutEvents`` answers 200 even then).
        """
        if event.source != self._source:
            raise ValueError(f"{event.detail_type()} belongs to {event.source}, not to {self._source}")
        detail = event.model_dump_json()
        if (size := len(detail.encode())) >= EVENT_LIMIT_BYTES:
            raise ValueError(f"{event.detail_type()} {event.metadata.event_id} is {size} bytes; the limit is 256 KB")
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._name,
                    "Source": event.source,
                    "DetailType": event.detail_type(),
                    "Detail": detail,
                    "Time": event.metadata.occurred_at,
                }
            ]
        )
        if answer.get("FailedEntryCount"):
            raise RuntimeError(f"The bus refused {event.detail_type()}: {json.dumps(answer['Entries'])}")
