"""One run: a storm over a seed's tickets, calm, and what came of every one of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

from cli.rules import rules_in
from contracts.rules import RULES_KEY
from local.slack.workspace import Workspace
from tests.chaos.simulation.audit import Audit, Outcome
from tests.chaos.simulation.aws import Aws
from tests.chaos.simulation.faults import Faults
from tests.chaos.simulation.functions import RULES_BUCKET, Functions, settings_read
from tests.chaos.simulation.hub import START, Hub
from tests.chaos.simulation.people import People, reading_of
from tests.chaos.simulation.slack import SlackWire

ROOT = Path(__file__).resolve().parents[3]
STORM_S = 1800.0
CALM_S = 4 * 3600.0
"""Longer than any wait the services allow themselves."""
SWEEP_S = 300.0


class Run:
    """The world of one seed."""

    def __init__(self, seed: int, *, tickets: int, storm: float = STORM_S, **how: Any) -> None:
        self.seed, self.tickets, self.storm = seed, tickets, storm
        self.hub = Hub(seed)
        self.faults = Faults(self.hub, storm, **how)
        self.aws = Aws(self.hub, self.faults, self._model)
        self.aws.secrets = {"/chat": "c", "/slack-bot-token": "x", "/slack-signing-secret": "s", "/link-secret": "l"}
        self.space = Workspace(ROOT / "rules", bot_token="x", signing_secret="s", extra_channels=("managers",))
        self.wire = SlackWire(self.space, self.hub, self.faults)
        self.aws.objects[(RULES_BUCKET, RULES_KEY)] = rules_in(ROOT / "rules").model_dump_json().encode()
        self.functions = Functions(self.hub, self.aws, self.faults)
        self.people = People(self.hub, self.aws, self.functions, self.space, "s")

    def live(self) -> Outcome:
        """The storm, the calm, and the count."""
        draw = self.hub.random
        for number in range(1, self.tickets + 1):
            self.hub.after(draw.uniform(0, self.storm), lambda n=number: self.people.write(n))  # type: ignore[misc]
        for _ in range(self.tickets // 8):
            self.hub.after(draw.uniform(60, self.storm), self.people.press)
        self.hub.after(0, self.faults.change_moods)
        self._sweep()
        calm = START + self.storm
        self.hub.run(calm)
        self.faults.slack_mood = self.faults.model_mood = self.faults.aws_mood = "well"
        self.hub.run(calm + CALM_S, done=self._quiet)
        return Audit(self.aws, self.space, self.people).outcome(self, calm)

    def _sweep(self) -> None:
        self.functions.start("dispatch", "remind", {}, timeout=60)
        self.hub.after(SWEEP_S, self._sweep)

    def _quiet(self) -> bool:
        # Empty queues are not enough: the sweep may still find something half done. Two more sweeps of silence.
        if self.hub.now < START + self.storm or any(queue.messages for queue in self.aws.queues.values()):
            self._busy_at = self.hub.now
            return False
        return self.hub.now - self._busy_at > 2.5 * SWEEP_S

    _busy_at = START

    def _model(self, call: dict[str, Any]) -> dict[str, Any]:
        said: dict[str, Any] = reading_of(call["messages"][0]["content"][0]["text"])
        mood = self.faults.model_mood if self.faults.raging else "well"
        usage = {"inputTokens": 600, "outputTokens": 60}
        if mood == "canned":
            self.faults.count("model: canned text")
            content: list[dict[str, Any]] = [{"text": "I am a large language model."}]
            return {"output": {"message": {"content": content}}, "stopReason": "end_turn", "usage": usage}
        if mood == "garbage" and self.hub.random.random() < 0.5:
            self.faults.count("model: garbage")
            said = {"topic": 7}
        content = [{"toolUse": {"toolUseId": "x", "name": "file_ticket", "input": said}}]
        return {"output": {"message": {"content": content}}, "stopReason": "tool_use", "usage": usage}


def run(seed: int, *, tickets: int, **how: Any) -> Outcome:
    """Live one seed."""
    logging.disable(logging.CRITICAL)
    with settings_read():
        one = Run(seed, tickets=tickets, **how)
        slack, uploads = one.wire.patched()
        try:
            with one.aws.patched(), slack, uploads, on_our_clock(one.hub), redirect_stdout(StringIO()):
                return one.live()
        finally:
            one.hub.close()
            logging.disable(logging.NOTSET)


@contextmanager
def on_our_clock(hub: Hub) -> Iterator[None]:
    """Sleeping and caching follow the simulated time."""
    with mock.patch("time.sleep", hub.wait), mock.patch("shared.snapshot.monotonic", hub.time):
        yield
