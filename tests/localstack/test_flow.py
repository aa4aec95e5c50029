"""The whole way of a mail, from the bucket to the hand-off: unmodified handlers on what the emulator's queues bring.

Lambda is not asked for (LocalStack has none without Docker): the test takes the messages out and calls the handler, as
Lambda's poller does. Slack and Drive are the stand-ins on their vendors' own wire, the model is the offline reader
behind MiniStack's Converse.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from anyio.from_thread import BlockingPortal

from local import drive, slack
from local.demo.samples import SAMPLES, Sample
from local.stack.aws import LocalAws
from local.stack.hosting import address, listener, serving
from services.classifier.domain.models import OFFLINE
from tests.localstack.conftest import House
from tests.localstack.engine import Emulator, Session
from tests.localstack.inboxes import Context, delivered, emptied
from tests.localstack.lab import Lab

CONSUMERS = ("intake", "classifier", "router", "dispatch")
BY_MAIL = [sample for sample in SAMPLES if sample.way == "mail" and not sample.expected.folded]


@pytest.fixture(scope="module")
def workspace(
    emulator: Emulator,
    lab: Lab,
    house: House,
    ministack: LocalAws,
    portal: BlockingPortal,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """The parties around the services, the secrets, and every service's settings read from its template."""
    rules = shutil.copytree(Path(__file__).resolve().parents[2] / "rules", tmp_path_factory.mktemp("flow") / "rules")
    limits = slack.RateLimits(reads=False)
    office = slack.create_app(rules_dir=rules, bot_token="xoxb-lab", signing_secret="s", limits=limits)
    with contextlib.ExitStack() as held:

        def serve(app: Any) -> str:
            listening = listener()
            held.callback(listening.close)
            held.enter_context(portal.wrap_async_context_manager(serving(app, listening)))
            return f"http://{address(listening)}"

        google, slack_url = serve(drive.create_app(rules)), serve(office)
        if isinstance(emulator.session, Session):
            emulator.session.model = ministack.url.partition("://")[2]
        ssm = boto3.client("ssm")
        secrets = {
            "slack-bot-token": "xoxb-lab",
            "slack-signing-secret": "s",
            "link-secret": "l",
            "google-service-account": json.dumps(drive.service_account_key(google)),
        }
        for name, value in secrets.items():
            ssm.put_parameter(Name=f"/ticket-router/lab/{name}", Value=value, Type="SecureString", Overwrite=True)
        instead = {
            "classifier": {"MODEL_ID": OFFLINE, "MODEL_TIMEOUT_S": "30"} if emulator.session else {},
            "dispatch": {"SLACK_API_URL": f"{slack_url}/api/"},
            "learning": {
                "GOOGLE_API_ROOT": google,
                "RULES_FOLDER_ID": drive.FOLDER_ID,
                "SLACK_API_URL": f"{slack_url}/api/",
            },
        }
        for service in (*CONSUMERS, "learning"):
            settings = importlib.import_module(f"services.{service}.settings").settings
            settings.cache_clear()
            held.callback(settings.cache_clear)
            with house.of(service, **instead.get(service, {})):
                settings()
        emptied(*(lab.queue(service) for service in (*CONSUMERS, "learning")))
        handler("learning", "publish")({}, Context())
        yield office.state.slack


def handler(service: str, function: str = "inbox") -> Any:
    """A service's Lambda entry point."""
    return getattr(importlib.import_module(f"services.{service}.handler"), function)


def mail(sample: Sample, sender: str) -> bytes:
    """The sample as SES stores it, verdict headers included."""
    return (
        "X-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\n"
        f"Authentication-Results: amazonses.com; dmarc=pass header.from={sender.rpartition('@')[2]};\r\n"
        f"From: {sample.name} <{sender}>\r\nTo: support@shop.example\r\nSubject: {sample.subject}\r\n"
        f"Message-ID: <{uuid.uuid4()}@lab>\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{sample.text}\r\n"
    ).encode()


@pytest.mark.parametrize("sample", BY_MAIL, ids=lambda sample: sample.title)
def test_a_mail_in_the_bucket_becomes_a_hand_off(lab: Lab, workspace: Any, sample: Sample) -> None:
    bucket = lab.get("intake", "MailBucket")["Ref"]
    boto3.client("s3").put_object(Bucket=bucket, Key=f"inbound/{uuid.uuid4()}", Body=mail(sample, sample.email))
    for service in CONSUMERS:
        assert delivered(lab.queue(service), handler(service)) == [], service
    rows = _rows(lab, sample.email)
    assert [(row["move"], row["team"], row["destination"]["kind"]) for row in rows] == [
        (sample.expected.move, sample.expected.team, sample.expected.kind)
    ]
    if sample.expected.kind == "slack":
        posted = {ts for messages in workspace.messages.values() for ts in messages}
        assert rows[0]["destination"]["ref"] in posted


def test_the_same_mail_delivered_twice_is_one_ticket_handed_off_once(lab: Lab, workspace: Any) -> None:
    sample, bucket = BY_MAIL[0], lab.get("intake", "MailBucket")["Ref"]
    sender, shown = f"{uuid.uuid4().hex}@a.example", _messages(workspace)
    content = mail(sample, sender)
    for _ in range(2):
        boto3.client("s3").put_object(Bucket=bucket, Key=f"inbound/{uuid.uuid4()}", Body=content)
    assert delivered(lab.queue("intake"), handler("intake"), number=2) == []
    for service in CONSUMERS[1:]:
        assert delivered(lab.queue(service), handler(service)) == [], service
    first = _messages(workspace)
    assert first > shown
    for service in CONSUMERS[1:]:  # whatever the second delivery put on the bus changes nothing
        delivered(lab.queue(service), handler(service), number=0)
    assert len(_rows(lab, sender)) == 1
    assert _messages(workspace) == first


def _rows(lab: Lab, email: str) -> list[dict[str, Any]]:
    from services.dispatch.handler import wiring

    return wiring.hand_offs().of_customer(email)


def _messages(workspace: Any) -> int:
    return sum(map(len, workspace.messages.values()))
