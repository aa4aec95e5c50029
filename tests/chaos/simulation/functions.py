"""The deployed functions: the services' own handlers, behind queues as their templates say."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from shared.settings import secret
from tests.architecture.templates import resources, template
from tests.chaos.simulation.aws import Aws
from tests.chaos.simulation.faults import Faults
from tests.chaos.simulation.hub import Hub, Killed, Worker
from tests.chaos.simulation.queues import Message, Queue, Rule

SERVICES = ("intake", "classifier", "router", "dispatch")
STAGE = "local"
RULES_BUCKET, MAIL_BUCKET = "rules", "mail"
MAIL_FROM, SUPPORT = "ticket-router@example.com", "support@example.com"
ONE_AT_A_TIME = ("intake.form", "intake.chat")
WORKERS = 5
"""Copies of a function at once: what a stage file may set, and more than two."""


def environment(service: str) -> dict[str, str]:
    """What a function's environment says."""
    return {
        "STAGE": STAGE,
        "BUS_NAME": "tickets",
        "TABLE_NAME": f"tickets-{service}",
        "RULES_BUCKET": RULES_BUCKET,
        "MAIL_BUCKET": MAIL_BUCKET,
        "INBOX_NAME": f"tickets-{STAGE}-intake",
        "INBOX_URL": f"https://sqs/tickets-{STAGE}-dispatch",
        "CHAT_SECRET_NAME": "/chat",
        "SUPPORT_ADDRESS": SUPPORT,
        "MAIL_FROM": MAIL_FROM,
        "MODEL_ID": "sim.model-v1:0",
        "MODEL_TIMEOUT_S": "10",
        "SLACK_API_URL": "https://slack.test/api/",
        "SLACK_BOT_TOKEN_NAME": "/slack-bot-token",
        "SLACK_SIGNING_SECRET_NAME": "/slack-signing-secret",
        "LINK_SECRET_NAME": "/link-secret",
        "MANAGERS_CHANNEL": "managers",
        "TEAM_MAIL_DOMAINS": "example.com",
        "API_URL_TEMPLATE": "https://api.test/{api_id}",
        "API_ID": "x",
        "FORM_LIMIT_PER_ADDRESS": "0",
        "FORM_LIMIT_PER_IP": "0",
    }


@contextmanager
def settings_read() -> Iterator[None]:
    """Every service's settings, read once from an environment of its own."""
    before = dict(os.environ)
    os.environ.update(AWS_DEFAULT_REGION="eu-central-1", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x")
    try:
        for service in SERVICES:
            module = importlib.import_module(f"services.{service}.settings")
            module.settings.cache_clear()
            os.environ.update(environment(service))
            module.settings()
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        for service in SERVICES:
            forget(service, also_settings=True)


def forget(service: str, *, also_settings: bool = False) -> None:
    """A cold start: whatever the service's modules cached is gone."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"services.{service}."):
            for attribute, value in list(vars(module).items()):
                if hasattr(value, "cache_clear") and (also_settings or attribute != "settings"):
                    value.cache_clear()
    secret.cache_clear()


class Functions:
    """Starts workers: behind queues, for requests, on schedules."""

    def __init__(self, hub: Hub, aws: Aws, faults: Faults) -> None:
        self.hub, self.aws, self.faults = hub, aws, faults
        self.kill_points: Counter[str] = Counter()
        """Where workers died: the function, and the how-manieth call to the outside."""
        self.failures: list[str] = []
        self._running: dict[str, int] = {}
        self._answering: dict[str, Worker] = {}
        for service in SERVICES:
            self._deploy(service)

    def _deploy(self, service: str) -> None:
        indexes = {
            index["IndexName"]: (index["KeySchema"][0]["AttributeName"], index["KeySchema"][1]["AttributeName"])
            for table in resources(service, "AWS::DynamoDB::Table").values()
            for index in table.get("GlobalSecondaryIndexes", [])
        }
        self.aws.dynamo.add(f"tickets-{service}", indexes)
        inbox = resources(service, "AWS::SQS::Queue")["Inbox"]
        queue = Queue(
            f"tickets-{STAGE}-{service}",
            inbox["VisibilityTimeout"],
            inbox["RedrivePolicy"]["maxReceiveCount"],
            self.hub,
        )
        self.aws.queues[queue.name] = queue
        for rule in resources(service, "AWS::Events::Rule").values():
            self.aws.bus.rules.append(Rule(rule["EventPattern"], queue))
        deployed = template(service)
        function = deployed["functions"]["inbox"]
        source = next(event["sqs"] for event in function["events"] if "sqs" in event)
        timeout = function.get("timeout", deployed["provider"]["timeout"])
        most = WORKERS
        queue.on_visible = lambda: self._poll(service, queue, source["batchSize"], timeout, most)

    def _poll(self, service: str, queue: Queue, size: int, timeout: float, most: int) -> None:
        while self._running.get(service, 0) < most and (messages := queue.receive(size)):
            self._running[service] = self._running.get(service, 0) + 1
            self._take(service, queue, messages, timeout)

    def _take(self, service: str, queue: Queue, messages: list[Message], timeout: float) -> None:
        batch = {"Records": [_record(queue, message) for message in messages]}

        def over(answer: dict[str, Any] | None) -> None:
            self._running[service] -= 1
            if answer is not None:
                failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
                for message, record in zip(messages, batch["Records"], strict=True):
                    if message.message_id not in failed:
                        queue.delete(record["receiptHandle"])
            self.hub.after(0.0, queue.on_visible)

        self.start(service, "inbox", batch, timeout=timeout, over=over)

    def start(
        self,
        service: str,
        name: str,
        event: dict[str, Any],
        *,
        timeout: float,
        over: Callable[[Any], None] = lambda _: None,
    ) -> None:
        """Invoke a function. ``over`` is told its answer, or None when it died, failed or overran."""
        handler = getattr(importlib.import_module(f"services.{service}.handler"), name)
        ends = self.hub.now + timeout
        context = SimpleNamespace(
            function_name=f"{service}-{name}",
            memory_limit_in_mb=512,
            invoked_function_arn="arn",
            aws_request_id="x",
            get_remaining_time_in_millis=lambda: int((ends - self.hub.now) * 1000),
        )

        def run() -> None:
            answer = None
            try:
                answer = handler(event, context)
            except Killed:
                self.kill_points[f"{worker.name} {worker.calls}"] += 1
                forget(service)
            except Exception as error:
                self.failures.append(f"{service}.{name}: {type(error).__name__}: {error}")
            self.hub.after(0.0, lambda: over(answer))

        which = f"{service}.{name}"
        dies_at, clock_off = self.faults.death(which), self.faults.clock_off()
        worker = Worker(run, name=which, hub=self.hub, dies_at=dies_at, clock_off=clock_off)
        self.hub.after(0.0, lambda: self._begin(worker, timeout))

    def _begin(self, worker: Worker, timeout: float) -> None:
        # Powertools keeps the request at hand in the resolver: one at a time, as in one execution environment.
        before = self._answering.get(worker.name)
        if worker.name in ONE_AT_A_TIME and before and not before.dead:
            self.hub.after(0.05, lambda: self._begin(worker, timeout))
            return
        self._answering[worker.name] = worker
        self.hub.after(timeout, lambda: self._overrun(worker))
        self.hub.resume(worker)

    def _overrun(self, worker: Worker) -> None:
        if not worker.dead and not worker.gone:
            self.faults.count("worker: out of time")
            self.hub.kill(worker)


def _record(queue: Queue, message: Message) -> dict[str, Any]:
    return {
        "messageId": message.message_id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.received),
            "ApproximateFirstReceiveTimestamp": str(int(message.first_received * 1000)),
            "SentTimestamp": "0",
            "SenderId": "x",
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:0:{queue.name}",
        "awsRegion": "eu-central-1",
    }


def request(path: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    """An HTTP API's event, payload 2.0."""
    return {
        "version": "2.0",
        "routeKey": f"POST {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def as_json(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"))
