"""A storm on the deployed system, and a deploy that breaks a service: everything before its team once, in the end.

On a stack of its own: workers are killed and a function is configured wrongly, which nobody else should have to bear.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.demo.send import Sender
from local.demo.watch import Watch, until
from local.stack.apart import Apart, running_apart
from local.stack.choices import ROOT

SEED = 13
STORM_TICKETS, POISONED_TICKETS = 40, 200
PROBLEMS = (
    "I was charged twice for my order, please refund one of the two payments.",
    "I cannot sign in any more, the reset link never reaches me.",
    "The app crashes as soon as I open the export page.",
    "Where do I change the language of the invoices?",
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(ROOT / "rules", rules)
    with running_apart(tmp_path_factory.mktemp("storm"), RULES_DIR=str(rules)) as stack:
        yield stack


def write(send: Sender, draw: random.Random, number: int) -> str:
    """One customer's mail about a problem of their own; answers the address."""
    email = f"c{number}@{draw.getrandbits(40):x}.example"
    send.mail(email=email, subject=f"Case {number}", text=f"{PROBLEMS[number % len(PROBLEMS)]} My number is {number}.")
    return email


def faults(stack: Apart, **which: Any) -> None:
    """Slack's bad day."""
    url = stack.endpoints.slack_api_url.removesuffix("api/") + "faults"
    httpx.post(url, json=which, trust_env=False).raise_for_status()


def kill_a_worker(stack: Apart, draw: random.Random) -> bool:
    """Kill one of the processes in which the stack's functions run, whatever it is doing."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for pid, parent in (map(int, line.split()) for line in listed.splitlines()):
        children.setdefault(parent, []).append(pid)
    emulators = children.get(stack.endpoints.pid, [])
    workers = [pid for emulator in emulators for pid in children.get(emulator, [])]
    if not workers:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(draw.choice(workers), signal.SIGKILL)
    return True


def posted(watch: Watch) -> Counter[str]:
    """How often each ticket was posted in Slack, at the top of a channel."""
    found: Counter[str] = Counter()
    for channel in watch.slack.conversations_list(limit=1000)["channels"]:
        cursor = ""
        while True:
            page = watch.slack.conversations_history(
                channel=channel["id"], include_all_metadata=True, limit=200, cursor=cursor
            )
            keys = [(one.get("metadata") or {}).get("event_payload", {}).get("key", "") for one in page["messages"]]
            found.update(ticket for ticket, _, rest in (key.partition(".") for key in keys) if rest.isdigit())
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
    return found


def mailed(watch: Watch) -> Counter[str]:
    """How often each ticket was sent to an inbox."""
    mails = httpx.get(watch.endpoints.outbox_url, trust_env=False).json()
    return Counter(str(name) for mail in mails if (name := _header(mail, "X-Ticket-Router")))


def _header(mail: dict[str, Any], name: str) -> str:
    headers = mail.get("headers") or {}
    return str(headers.get(name) or headers.get(name.lower()) or "")


def all_landed(watch: Watch, emails: list[str], *, seconds: float) -> list[str]:
    """The tickets of these customers, once each has one before a team."""
    left = set(emails)

    def there() -> bool:
        left.difference_update([email for email in left if watch.landed(email)])
        return not left

    until(there, seconds=seconds, what=f"the last of {len(emails)} tickets")
    rows = [watch.rows(email) for email in emails]
    assert all(len(one) == 1 for one in rows), "a customer has more than one ticket"
    return [one[0]["ticket_id"] for one in rows]


def everything_again(watch: Watch, tickets: list[str]) -> None:
    """Every event of these tickets a second time, last ones first, as a queue may deliver them."""
    bus = watch.client("events")
    events = [event for ticket in tickets for event in reversed(watch.events(ticket))]
    for event in events:
        bus.put_events(
            Entries=[
                {
                    "EventBusName": watch.endpoints.bus_name,
                    "Source": event["source"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                }
            ]
        )


def quiet(watch: Watch) -> bool:
    """Nothing waits in a queue or is being worked on."""
    sqs, names = watch.client("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for service in ("intake", "classifier", "router", "dispatch"):
        url = sqs.get_queue_url(QueueName=f"tickets-{watch.endpoints.stage}-{service}")["QueueUrl"]
        known = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if any(int(count) for count in known.values()):
            return False
    return True


def test_a_storm_ends_with_every_ticket_in_one_place(stack: Apart) -> None:
    draw, send, watch = random.Random(SEED), Sender(stack.endpoints), Watch(stack.endpoints)
    weather = [{"lose_posts": 4}, {"slow_s": 1.5}, {"down": True}, {}, {"lose_posts": 3, "slow_s": 0.5}]
    emails, killed = [], 0
    for number in range(STORM_TICKETS):
        if number % 8 == 0:
            faults(stack, **weather[number // 8])
        emails.append(write(send, draw, number))
        killed += number % 3 == 0 and kill_a_worker(stack, draw)
        time.sleep(draw.uniform(0, 0.6))
    faults(stack)
    began = time.monotonic()
    tickets = all_landed(watch, emails, seconds=240)
    print(f"\n{len(tickets)} tickets, {killed} workers killed, settled {time.monotonic() - began:.0f} s after calm")
    everything_again(watch, tickets)
    until(lambda: quiet(watch), seconds=120, what="the queues to be empty")
    in_slack, by_mail = posted(watch), mailed(watch)
    assert killed, "nobody died"
    assert {ticket: in_slack[ticket] for ticket in tickets if in_slack[ticket] + bool(by_mail[ticket]) != 1} == {}


def test_after_a_poisoned_deploy_what_was_given_up_is_read_and_handed_off_once(stack: Apart) -> None:
    draw, send, watch = random.Random(SEED + 1), Sender(stack.endpoints), Watch(stack.endpoints)
    sqs, lambdas = watch.client("sqs"), watch.client("lambda")
    stage = watch.endpoints.stage
    queue = sqs.get_queue_url(QueueName=f"tickets-{stage}-classifier")["QueueUrl"]
    known = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout", "RedrivePolicy"])[
        "Attributes"
    ]
    name = f"ticket-router-classifier-{stage}-inbox"
    good = lambdas.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    policy = json.loads(known["RedrivePolicy"])
    # Given up after two tries a second apart: twelve with a minute and a half between them would take the test's hour.
    sqs.set_queue_attributes(
        QueueUrl=queue,
        Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps({**policy, "maxReceiveCount": 2})},
    )
    lambdas.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**good, "MODEL_TIMEOUT_S": "soon"}}
    )
    emails = [write(send, draw, number) for number in range(POISONED_TICKETS)]
    until(lambda: len(dead_letters(stack)) == POISONED_TICKETS, seconds=240, what="dead letters")
    assert {letter["event"] for letter in dead_letters(stack)} == {"TicketReceived"}

    lambdas.update_function_configuration(FunctionName=name, Environment={"Variables": good})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=known)
    began = time.monotonic()
    (moved,) = command(stack, "redrive", "--service", "classifier", "--json")
    assert moved == {"service": "classifier", "dead_letters": POISONED_TICKETS, "moved": POISONED_TICKETS}
    tickets = all_landed(watch, emails, seconds=280)
    until(lambda: quiet(watch), seconds=120, what="the queues to be empty")
    print(f"\n{len(tickets)} tickets handed off {time.monotonic() - began:.0f} s after the redrive")
    in_slack, by_mail = posted(watch), mailed(watch)
    assert {ticket: in_slack[ticket] for ticket in tickets if in_slack[ticket] + by_mail[ticket] != 1} == {}
    assert dead_letters(stack) == []


def dead_letters(stack: Apart) -> list[dict[str, Any]]:
    return command(stack, "dead-letters", "--service", "classifier", "--json")


def command(stack: Apart, *words: str) -> list[dict[str, Any]]:
    """What ``ticket-router`` prints, a JSON object a line."""
    env = {**os.environ, "LOCAL_DIR": str(stack.folder)}
    said = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 0, said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]
