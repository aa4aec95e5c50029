"""One run: a storm over a seed's tickets, calm, and what came of every one of them."""

from __future__ import annotations

import logging
import os
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from cli.rules import rules_in
from contracts.rules import RULES_KEY
from local.slack.workspace import Workspace
from shared.testing.block_kit import mentions
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


@dataclass
class Outcome:
    """What one run came to."""

    seed: int
    tickets: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    overran: int = 0
    lost: list[str] = field(default_factory=list)
    doubled_in_slack: list[str] = field(default_factory=list)
    doubled_by_mail: list[str] = field(default_factory=list)
    excused: int = 0
    """Doubled by mail where SES's answer was lost."""
    both_ways: list[str] = field(default_factory=list)
    pinged_twice: list[str] = field(default_factory=list)
    held: int = 0
    unread: int = 0
    dead: int = 0
    calls: int = 0
    settled_s: float = 0.0
    """From calm until the last ticket was where it belongs."""
    failures: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Run:
    """The world of one seed."""

    def __init__(self, seed: int, *, tickets: int, storm: float = STORM_S, **how: Any) -> None:
        self.seed, self.tickets, self.storm = seed, tickets, storm
        self.hub = Hub(seed)
        self.faults = Faults(self.hub, storm, **how)
        self.aws = Aws(self.hub, self.faults, self._model)
        self.aws.secrets = {"/chat": "c", "/slack-bot-token": "x", "/slack-signing-secret": "s", "/link-secret": "l"}
        self.space = Workspace(
            ROOT / "rules", bot_token="x", signing_secret="s", extra_channels=("managers",)
        )
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
        self.faults.slack_mood = self.faults.model_mood = "well"
        self.hub.run(calm + CALM_S, done=self._quiet)
        return self._count(calm)

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

    # --- the count ---

    def _count(self, calm: float) -> Outcome:
        found = Outcome(self.seed, tickets=self.tickets, faults=self.faults.counted)
        found.kills, found.overran = self.functions.died, self.functions.overran
        found.failures, found.refused = self.functions.failures, self.wire.refused
        found.dead = sum(len(queue.dead) for queue in self.aws.queues.values())
        found.calls = len(self.aws.model_calls)
        tickets = {
            event["detail"]["metadata"]["correlation_id"]
            for event in self.aws.bus.events
            if event["detail-type"] == "TicketReceived"
        }
        tickets |= set(self.people.accepted)
        slack, pings, last = self._in_slack(), self._pings(), calm
        mailed = self._by_mail()
        for ticket in sorted(tickets):
            there, sent = slack.get(ticket, []), mailed.get(ticket, [])
            if not there and not sent:
                found.lost.append(ticket)
            if len(there) > 1:
                found.doubled_in_slack.append(f"{ticket}: {there}")
            if there and sent and not self._moved(ticket):
                found.both_ways.append(f"{ticket}: {there} {[name for name, _ in sent]}")
            names = Counter(name for name, _ in sent)
            for name, times in names.items():
                if times > 1:
                    unanswered = sum(_name(call)[0] == name for call in self.aws.mails_unanswered)
                    if times - 1 <= unanswered:
                        found.excused += 1
                    else:
                        found.doubled_by_mail.append(f"{name} {times} times, {unanswered} unanswered")
        if len(tickets) != self.tickets:
            found.lost += [f"{self.tickets - len(tickets)} tickets that nobody took in"]
        found.pinged_twice = [f"{ticket}: {who}" for (ticket, who), times in pings.items() if times > 1]
        for event in self.aws.bus.events:
            if event["detail-type"] == "TicketClassified":
                found.unread += event["detail"]["data"]["reading"]["outcome"] == "unread"
        for messages in self.space.messages.values():
            for message in messages.values():
                last = max(last, float(message.ts))
        found.settled_s = last - calm
        return found

    def _in_slack(self) -> dict[str, list[str]]:
        """Where each ticket's own buttons are."""
        found: dict[str, list[str]] = {}
        for channel, messages in self.space.messages.items():
            for message in messages.values():
                key = ((message.metadata or {}).get("event_payload") or {}).get("key", "")
                ticket, _, rest = key.partition(".")
                if rest.isdigit() and any(block.get("type") == "actions" for block in message.blocks):
                    found.setdefault(ticket, []).append(f"{channel} {message.ts} {key}")
                elif rest.isdigit() and not self._says_moved(message):
                    found.setdefault(ticket, []).append(f"{channel} {message.ts} {key}")
        return found

    @staticmethod
    def _says_moved(message: Any) -> bool:
        return not any(block.get("type") == "actions" for block in message.blocks)

    def _moved(self, ticket: str) -> bool:
        """Whether people moved it: then it has been in two places, one after the other."""
        return any(
            event["detail-type"] == "TicketCorrected"
            and event["detail"]["metadata"]["correlation_id"] == ticket
            for event in self.aws.bus.events
        )

    def _by_mail(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for call in self.aws.mails:
            name, to = _name(call)
            ticket, _, rest = name.strip("<>").partition("@")[0].partition(".")
            found.setdefault(ticket, []).append((name, to))
        return found

    def _pings(self) -> Counter[tuple[str, str]]:
        """Who was called for which ticket, by what puts or raises it; reminders and the managers' copy apart."""
        called: Counter[tuple[str, str]] = Counter()
        posted = {
            (message.channel, message.ts): ((message.metadata or {}).get("event_payload") or {}).get("key", "")
            for messages in self.space.messages.values()
            for message in messages.values()
        }
        for ping in self.space.pings:
            key = posted.get((ping.channel, ping.ts), "")
            if key and ".note.waits#" not in key and ".managers" not in key and not key.startswith("list."):
                called[(key.partition(".")[0], ping.who)] += 1
        return called


def _name(call: dict[str, Any]) -> tuple[str, str]:
    mail = message_from_bytes(call["RawMessage"]["Data"], policy=default)  # type: ignore[arg-type]
    return str(mail["Message-ID"]), str(mail["To"])


def run(seed: int, *, tickets: int, **how: Any) -> Outcome:
    """Live one seed."""
    logging.disable(logging.CRITICAL)
    with settings_read():
        one = Run(seed, tickets=tickets, **how)
        slack, uploads = one.wire.patched()
        try:
            with one.aws.patched(), slack, uploads, _sleeping(one.hub):
                return one.live()
        finally:
            one.hub.close()
            logging.disable(logging.NOTSET)


def _sleeping(hub: Hub) -> Any:
    from unittest import mock

    return mock.patch("time.sleep", lambda seconds: hub.wait(seconds))
