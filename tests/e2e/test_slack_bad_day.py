"""Slack down, and Slack taking a message without saying so: the ticket waits, lands once, and nothing is said twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.demo.send import Sender
from local.demo.watch import Row, Watch, until


@pytest.fixture
def weather(watch: Watch) -> Iterator[Callable[..., Any]]:
    """Makes the Slack stand-in misbehave until the test ends."""
    if "127.0.0.1" not in watch.endpoints.slack_api_url:
        pytest.fail("A real Slack has no bad days to order: unset SLACK_API_URL")
    url = watch.endpoints.slack_api_url.removesuffix("api/") + "faults"
    yield lambda **faults: httpx.post(url, json=faults).raise_for_status()
    httpx.post(url, json={}).raise_for_status()


@pytest.mark.parametrize("fault", [{"down": True}, {"lose_posts": 1}], ids=["down", "a post without an answer"])
def test_a_ticket_lands_once_when_slack_is_itself_again(
    send: Sender,
    watch: Watch,
    customer: Callable[..., str],
    landed: Callable[..., list[Row]],
    weather: Callable[..., Any],
    fault: dict[str, Any],
) -> None:
    email, word = customer(), uuid.uuid4().hex[:10]
    weather(**fault)
    answer = send.form(email=email, subject=f"Invoice {word}", message="How do I change my billing address?")
    ticket_id = answer.json()["ticket_id"]
    if "down" in fault:
        decided = lambda: "MoveDecided" in [event["detail-type"] for event in watch.events(ticket_id)]  # noqa: E731
        until(decided, seconds=60, what="the decision")
        assert watch.landed(email) is None
        weather()

    (row,) = landed(email)
    channel = watch.channel_id(row["destination"]["address"])
    messages = watch.slack.conversations_history(channel=channel, limit=200)["messages"]
    shown = [m["ts"] for m in messages if word in str(m.get("blocks")) and not m.get("pinned_to")]
    assert shown == [row["destination"]["ref"]]
