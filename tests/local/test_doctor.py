"""Ways to get a set-up wrong, each produced on the local AWS and the stand-ins, and what ``doctor`` says of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from dns.resolver import NXDOMAIN

from cli import deployment
from cli.doctor import account, command, drive, mail, model, rules, slack
from cli.doctor.patient import Check, Finding, Patient, asked
from cli.stack import Stack
from cli.stage_file import Stage
from contracts.rules import RULES_KEY
from local import drive as drives
from local import slack as slacks
from local.stack.aws import ROOT_KEYS, LocalAws, local_aws
from local.stack.choices import Choices
from services.learning.domain import Pages, lines_of, read_folder
from tests.local.conftest import serving

REGION = "eu-central-1"
SAID: dict[str, Any] = {
    "region": REGION,
    "support_addresses": ["help@tickets.shop.example"],
    "mail_from": "router@shop.example",
    "team_domains": ["example.com"],
    "rules_folder": drives.FOLDER_ID,
    "time_zone": "UTC",
    "alarm_mail": "oncall@shop.example",
}
TOKEN = "xoxb-of-the-test"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS with nothing deployed."""
    choices = Choices(folder=tmp_path_factory.mktemp("doctor"))
    started, stop, held = threading.Event(), threading.Event(), {}

    async def run() -> None:
        async with local_aws(choices, smtp="127.0.0.1:9", model_url="http://127.0.0.1:9", model_timeout_s=5) as found:
            held["aws"] = found
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(60)
    yield held["aws"]
    stop.set()
    thread.join(15)


@dataclass
class Setup:
    """A stage of its own for each test, as ``init`` and a deployment leave it where the checks look."""

    patient: Patient
    slack: Any
    rules_dir: Path
    client: Callable[[str], Any]

    def anew(self, **changes: Any) -> Setup:
        """The same stage under a changed file, with nothing remembered."""
        settings = Stage.model_validate(self.patient.settings.model_dump() | changes)
        self.patient = Patient(self.patient.stack, settings, deployment.values(self.patient.stage, settings))
        return self

    def put_secret(self, name: str, value: str, kind: str = "SecureString") -> None:
        self.client("ssm").put_parameter(Name=self.path(name), Value=value, Type=kind, Overwrite=True)
        self.anew()

    def path(self, name: str) -> str:
        return f"/ticket-router/{self.patient.stage}/{name}"

    def findings(self, check: Check) -> list[Finding]:
        return list(asked("check", check, self.patient))


_stages = iter(range(1_000))


@pytest.fixture
def setup(aws: LocalAws, rules_dir: Path) -> Iterator[Setup]:
    session = boto3.Session(**ROOT_KEYS, region_name=REGION)
    stage = f"t{next(_stages)}"
    stack = Stack(stage, session, aws.url)
    slack_app = slacks.create_app(
        rules_dir=rules_dir, bot_token=TOKEN, signing_secret="s" * 32, extra_channels=(),
        limits=slacks.RateLimits(reads=False),
    )  # fmt: skip
    with serving(slack_app) as slack_url, serving(drives.create_app(rules_dir)) as drive_url:
        said = SAID | {"slack_api_url": f"{slack_url}/api/", "google_api_root": drive_url}
        settings = Stage.model_validate(said)
        patient = Patient(stack, settings, deployment.values(stage, settings))
        made = Setup(patient, slack_app.state, rules_dir, stack.client)
        for name, value in {
            "slack-bot-token": TOKEN, "slack-signing-secret": "s" * 32, "chat-secret": "c" * 64,
            "link-secret": "l" * 64,
            "google-service-account": json.dumps(drives.service_account_key(drive_url)),
        }.items():  # fmt: skip
            made.put_secret(name, value)
        _publish(made)
        for service in account.SERVICES:
            for kind in ("", "-dead"):
                made.client("sqs").create_queue(QueueName=f"tickets-{stage}-{service}{kind}")
        yield made


def _publish(made: Setup, **reading: Any) -> None:
    folder = read_folder(
        Pages(
            topics=[line.split(",") for line in (made.rules_dir / "topics.csv").read_text().splitlines()],
            teams=[line.split(",") for line in (made.rules_dir / "teams.csv").read_text().splitlines()],
            guide=lines_of((made.rules_dir / "guide.md").read_text()),
        )
    )
    assert folder.draft
    in_force = folder.draft.as_rules(revision=3, published_at=datetime(2026, 3, 2, tzinfo=UTC), instead_of=None)
    bucket, s3 = made.patient.stack.bucket("rules"), made.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key=RULES_KEY, Body=in_force.model_dump_json().encode())
    s3.put_object(Bucket=bucket, Key="problems.json", Body=json.dumps({"problems": [], **reading}).encode())


def _verify(made: Setup, *names: str) -> None:
    for name in names:
        ses = made.client("sesv2")
        with contextlib.suppress(ses.exceptions.AlreadyExistsException):
            ses.create_email_identity(EmailIdentity=name)


def _topic(made: Setup) -> str:
    arn: str = made.client("sns").create_topic(Name=f"tickets-alarms-{made.patient.stage}")["TopicArn"]
    return arn


def _sends(made: Setup, queue: str) -> None:
    url = made.client("sqs").get_queue_url(QueueName=f"tickets-{made.patient.stage}-{queue}")["QueueUrl"]
    made.client("sqs").send_message(QueueUrl=url, MessageBody="{}")


def _unreachable_channel(made: Setup, **changes: Any) -> None:
    channel = next(one for one in made.slack.slack.directory.channels.values() if one.name == "finance")
    for name, value in changes.items():
        setattr(channel, name, value)


WRONG: tuple[tuple[str, Check, Callable[[Setup], object], str, str], ...] = (
    # what is wrong, the check, how it is made wrong, what is said, the cure
    ("a secret is missing", account.secrets,
     lambda made: made.client("ssm").delete_parameter(Name=made.path("link-secret")) and made.anew(),
     "link-secret is not stored", "ticket-router init"),
    ("a secret ends in a line end", account.secrets,
     lambda made: made.put_secret("slack-signing-secret", "s" * 32 + "\n"), "blanks or a line end", "--replace"),
    ("a user token instead of the bot's", account.secrets,
     lambda made: made.put_secret("slack-bot-token", "xoxp-123"), "is no bot token", "--replace slack-bot-token"),
    ("a chat secret that can be guessed", account.secrets,
     lambda made: made.put_secret("chat-secret", "hunter2"), "has 7 characters", "--replace chat-secret"),
    ("half of the key file", account.secrets,
     lambda made: made.put_secret("google-service-account", '{"client_email": "a@b"}'), "lacks client_email",
     "--replace google-service-account"),
    ("a path instead of the key file", account.secrets,
     lambda made: made.put_secret("google-service-account", "key.json"), "is no JSON", "--replace"),
    ("a secret stored unencrypted", account.secrets,
     lambda made: made.client("ssm").delete_parameter(Name=made.path("chat-secret"))
     and made.put_secret("chat-secret", "c" * 64, "String"), "stored unencrypted", "SecureString"),
    ("nothing deployed", account.deployed, lambda made: None, "not deployed: platform", "npx serverless deploy"),
    ("the token of another workspace", slack.slack,
     lambda made: made.put_secret("slack-bot-token", "xoxb-other"), "refuses the bot token (invalid_auth)",
     "--replace slack-bot-token"),
    ("a scope is missing", slack.slack,
     lambda made: setattr(made.slack.api, "scopes", tuple(s for s in slack.SCOPES if s != "files:write")),
     "the app lacks files:write", "Reinstall"),
    ("a channel is misspelt", slack.slack,
     lambda made: made.anew(managers_channel="#mangers"), "there is no #mangers (managers_channel in the stage file)",
     "correct the name"),
    ("the bot was not invited", slack.slack,
     lambda made: _unreachable_channel(made, members=set()), "the bot is not in #finance (team finance)", "/invite"),
    ("a lead has left", slack.slack,
     lambda made: made.slack.slack.directory.users.pop("U0ENGLEAD"), "nobody is U0ENGLEAD (lead of engineering)",
     "member id"),
    ("Slack is not reached", slack.slack,
     lambda made: made.anew(slack_api_url="http://127.0.0.1:9/api/"), "does not answer", "network"),
    ("the folder is not shared, or another", drive.drive,
     lambda made: made.anew(rules_folder="1SomethingElse"), "", "hare"),
    ("a key of no account", drive.drive,
     lambda made: made.put_secret("google-service-account", json.dumps(
         {**json.loads(made.patient.secret("google-service-account") or ""), "private_key": "x"})),
     "cannot be used", "--replace google-service-account"),
    ("no rules are published", rules.rules,
     lambda made: made.client("s3").delete_object(Bucket=made.patient.stack.bucket("rules"), Key=RULES_KEY)
     and made.anew(), "none are published", "learning"),
    ("a line that nobody understands", rules.rules,
     lambda made: _publish(made, problems=[{"document": "Doc", "place": "Priority rules, line 3",
                                            "wrong": "I know no mood.", "cure": "Say tone."}]),
     "Doc, Priority rules, line 3: I know no mood.", "Say tone."),
    ("the sender's domain is unknown to SES", mail.mail_out,
     lambda made: made.anew(mail_from="router@nowhere.example"), "nowhere.example is not known to SES", "--dns"),
    ("no receipt rule set is active", mail.mail_in,
     lambda made: None, "no receipt rule set is active", "set-active-receipt-rule-set"),
    ("another receipt rule set is active", mail.mail_in,
     lambda made: _activate(made, "company"), "the active one is company", "receipt_rule_set in the stage file"),
    ("the rule is not in the joined set", mail.mail_in,
     lambda made: _activate(made, "company") or made.anew(receipt_rule_set="company"),
     "company has no enabled rule", "npx serverless deploy"),
    ("the MX leads elsewhere", mail.mail_in,
     lambda made: None, "mail for tickets.shop.example goes to nowhere",
     "MX 10 inbound-smtp.eu-central-1.amazonaws.com"),
    ("the alarm mail is not subscribed", account.alarms,
     lambda made: _topic(made), "oncall@shop.example is not subscribed", "npx serverless deploy"),
    ("dead letters", account.queues,
     lambda made: _sends(made, "router-dead"), "1 dead letters of router", "redrive --service router --dry-run"),
    ("the model is not to be had", model.model, lambda made: made.anew(), "did not answer", ""),
)  # fmt: skip


def _activate(made: Setup, name: str) -> None:
    ses = made.client("ses")
    with contextlib.suppress(Exception):
        ses.create_receipt_rule_set(RuleSetName=name)
    ses.set_active_receipt_rule_set(RuleSetName=name)


@pytest.fixture(autouse=True)
def _no_dns(monkeypatch: pytest.MonkeyPatch, aws: LocalAws) -> Iterator[None]:
    def nothing(*_: object) -> object:
        raise NXDOMAIN

    monkeypatch.setattr("dns.resolver.resolve", nothing)
    yield
    aws.client("ses").set_active_receipt_rule_set()


@pytest.mark.parametrize(
    ("check", "break_it", "says", "cure"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_is_wrong_is_said_with_the_cure(
    setup: Setup, check: Check, break_it: Callable[[Setup], object], says: str, cure: str
) -> None:
    break_it(setup)
    wrong = [one for one in setup.findings(check) if one.state != "ok"]
    assert any(says in one.says and cure in one.cure for one in wrong), wrong
    assert all(one.says and len(max(command.shown(one).splitlines(), key=len)) <= 80 for one in wrong)


RIGHT = (
    account.secrets,
    slack.slack,
    drive.drive,
    rules.rules,
    mail.mail_out,
    account.alarms,
    account.quota,
    account.queues,
)


@pytest.mark.parametrize("check", RIGHT, ids=lambda check: check.__name__)
def test_a_whole_set_up_is_found_well(setup: Setup, check: Check) -> None:
    _verify(setup, "router@shop.example")
    subscribed = setup.client("sqs").get_queue_url(QueueName=f"tickets-{setup.patient.stage}-router")["QueueUrl"]
    arn = setup.client("sqs").get_queue_attributes(QueueUrl=subscribed, AttributeNames=["QueueArn"])
    setup.client("sns").subscribe(TopicArn=_topic(setup), Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
    found = setup.findings(check)
    assert found
    assert [one for one in found if one.state != "ok"] == []


def test_mail_in_is_well_when_the_rule_is_active_and_the_mx_leads_to_ses(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    _activate(setup, f"tickets-{setup.patient.stage}")
    rule = {"Name": f"tickets-{setup.patient.stage}", "Enabled": True, "Recipients": ["help@tickets.shop.example"],
            "Actions": []}  # fmt: skip
    active = {"Metadata": {"Name": f"tickets-{setup.patient.stage}"}, "Rules": [rule]}
    found = setup.client("ses").describe_active_receipt_rule_set()
    assert found["Metadata"]["Name"] == active["Metadata"]["Name"]  # type: ignore[index]

    class Exchanger:
        exchange = "inbound-smtp.eu-central-1.amazonaws.com."

    monkeypatch.setattr("dns.resolver.resolve", lambda *_: [Exchanger()])
    setup.client("ses").create_receipt_rule(RuleSetName=f"tickets-{setup.patient.stage}", Rule=rule)
    assert [one.state for one in setup.findings(mail.mail_in)] == ["ok", "ok"]


def test_an_alarm_mail_that_was_not_confirmed(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """The local AWS confirms by itself; SNS says so until somebody presses the link (API reference, Subscription)."""

    class Topic:
        def list_subscriptions_by_topic(self, **_: str) -> dict[str, Any]:
            return {"Subscriptions": [{"Endpoint": "oncall@shop.example", "SubscriptionArn": "PendingConfirmation"}]}

    real = setup.client
    monkeypatch.setattr(Stack, "client", lambda _, name: Topic() if name == "sns" else real(name))
    (found,) = setup.findings(account.alarms)
    assert "oncall@shop.example has not confirmed" in found.says
    assert "press its link" in found.cure


@pytest.mark.parametrize(
    ("may_run", "state", "says"), [(9, "fail", "call up to 10"), (10, "ok", "Enough"), (500, "ok", "")]
)
def test_the_quota_of_a_new_account(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, may_run: int, state: str, says: str
) -> None:
    """A new account may have 10 (Lambda developer guide, "Lambda quotas"); the local AWS has hundreds."""

    class Functions:
        def get_account_settings(self) -> dict[str, Any]:
            return {"AccountLimit": {"ConcurrentExecutions": may_run, "UnreservedConcurrentExecutions": may_run}}

    monkeypatch.setattr(Stack, "client", lambda _, name: Functions())
    (found,) = setup.findings(account.quota)
    assert (found.state, says in found.says) == (state, True)
