"""The order in which a ticket's events are told."""

from __future__ import annotations

from typing import Any

import pytest

from cli.log import in_causal_order


def event(name: str, cause: str | None, second: int) -> dict[str, Any]:
    metadata = {"event_id": name, "causation_id": cause, "occurred_at": f"2026-11-23T08:54:{second:02d}Z"}
    return {"detail-type": name, "detail": {"metadata": metadata}}


RECEIVED, CLASSIFIED = event("received", None, 1), event("classified", "received", 2)
MOVED, DISPATCHED = event("moved", "classified", 3), event("dispatched", "moved", 4)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], []),
        ([MOVED, RECEIVED, CLASSIFIED], ["received", "classified", "moved"]),
        ([event("early", "received", 0), RECEIVED], ["received", "early"]),
        ([CLASSIFIED], ["classified"]),
        ([DISPATCHED, event("corrected", "press", 9), MOVED], ["moved", "dispatched", "corrected"]),
        ([event("a", "b", 1), event("b", "a", 2)], ["a", "b"]),
    ],
    ids=["none", "shuffled", "clock behind its cause", "cause expired", "caused by no event", "circle"],
)
def test_a_cause_comes_before_its_effect_whatever_the_clocks_say(events: list[dict[str, Any]], told: list[str]) -> None:
    assert [each["detail-type"] for each in in_causal_order(events)] == told
