"""Counts what one ticket makes the system call, with AWS's own instruments, and writes ``cli/calls.json``.

``python -m benchmarks.calls``: starts a stack, lets CloudTrail record every call of a service's role while tickets
travel one by one, reads CloudWatch for the functions' runs, and does the same for the functions a schedule starts.
``ticket-router cost`` turns the counts into a bill.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import track

from local.demo.send import Sender
from local.demo.watch import Watch, until
from local.stack.apart import running_apart
from services.classifier.domain.models import DEFAULT, facts

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "cli" / "calls.json"
TICKETS = ROOT / "evaluation" / "shop" / "tuned.jsonl"
WARM_UP, COUNTED = 6, 30
MINUTES_A_MONTH = 365.25 * 24 * 60 / 12
IDLE_POLLS_A_MINUTE = 15
"""AWS Lambda developer guide: a queue without messages is asked by five long polls of 20 seconds each."""
_SETTLED_S = 2.0
"""What a hand-off leaves behind (queue lists, notes) is done by then."""
_LOOK_S = 0.02
_OWNER = "test"
"""The local account's root, who is us and no service."""

_BILLED = re.compile(r"^REPORT .*Billed Duration: (\d+) ms")

Units = Counter[str]


class Recorder:
    """Every call that services made, seen through CloudTrail's LookupEvents.

    It answers the newest 50 and no more, so it is asked often; RuntimeError when more came between two looks.
    """

    def __init__(self, watch: Watch) -> None:
        self._trail, self._seen, self._stop = watch.client("cloudtrail"), dict[str, Any](), threading.Event()
        self._lost = False
        switch = {"cloudtrail._recording_enabled": "true"}
        httpx.post(f"{watch.endpoints.aws_endpoint_url}/_ministack/config", json=switch).raise_for_status()
        self._look()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def since(self, mark: int) -> list[dict[str, Any]]:
        """The services' calls after the first ``mark`` that were seen. Raises RuntimeError when some were missed."""
        if self._lost:
            raise RuntimeError("More than 50 calls between two looks: the count would be too low. Run it again.")
        events = list(self._seen.values())[mark:]
        return [event for event in events if event["Username"] != _OWNER]

    @property
    def mark(self) -> int:
        """How many calls have been seen, ours included."""
        return len(self._seen)

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            known = len(self._seen)
            new = self._look()
            self._lost |= new == 50 and known > 0

    def _look(self) -> int:
        found = self._trail.lookup_events(MaxResults=50)["Events"]
        new = [event for event in reversed(found) if event["EventId"] not in self._seen]
        self._seen.update({event["EventId"]: event for event in new})
        return len(new)


class Meter:
    """What was used between two moments."""

    def __init__(self, watch: Watch, recorder: Recorder) -> None:
        self._watch, self._recorder = watch, recorder
        self._memory = {
            each["FunctionName"]: each["MemorySize"] / 1024
            for each in watch.client("lambda").list_functions()["Functions"]
        }
        indexes = {}
        for name in ("intake", "classifier", "dispatch"):
            table = watch.client("dynamodb").describe_table(TableName=f"tickets-{name}-{watch.endpoints.stage}")[
                "Table"
            ]
            keys = [index["KeySchema"] for index in table.get("GlobalSecondaryIndexes", [])]
            indexes[table["TableName"]] = [{key["AttributeName"] for key in schema} for schema in keys]
        self._indexes = indexes

    def used(self, work: Callable[[], None]) -> Units:
        """The units that ``work`` used."""
        runs, logged, mark = self._functions(), self._logged(), self._recorder.mark
        work()
        time.sleep(_SETTLED_S)
        units = Units()
        for event in self._recorder.since(mark):
            units.update(self._units(event["EventName"], json.loads(event["CloudTrailEvent"])["requestParameters"]))
        for name, (times, seconds) in self._functions().items():
            times, seconds = times - runs[name][0], seconds - runs[name][1]
            units["lambda.requests"] += times
            units["lambda.gb_seconds"] += seconds * self._memory[name]
            if name.endswith("-inbox"):
                units["sqs.requests"] += 3 * times  # put in, taken out, deleted
            elif name.endswith(("-form", "-chat", "Actions")):
                units["api.requests"] += times
        units["logs.gb"] += (self._logged() - logged) / 1e9
        return units

    def _units(self, call: str, said: dict[str, Any]) -> Units:
        if call == "PutEvents":
            sizes = [len(entry["Detail"].encode()) for entry in said["Entries"]]
            return Units({"events.custom": sum(math.ceil(size / 65_536) for size in sizes)})
        if call == "PutItem":
            return Units({"dynamodb.write_units": self._written(said)})
        if call == "TransactWriteItems":
            # A write in a transaction is billed twice; what the indexes write after it is not.
            puts = [put for each in said["TransactItems"] for put in each.values()]
            return Units({"dynamodb.write_units": sum(self._written(put, times=2) for put in puts)})
        simple = {
            "UpdateItem": "dynamodb.write_units",
            "GetItem": "dynamodb.read_units",
            "Query": "dynamodb.read_units",
            "PutObject": "s3.puts",
            "ListObjects": "s3.puts",
            "GetObject": "s3.gets",
            "HeadObject": "s3.gets",
            "GetQueueUrl": "sqs.requests",
            "ChangeMessageVisibility": "sqs.requests",
            "GetParameter": "kms.requests",
            "POST.ses": "ses.sent",
            "POST.bedrock-runtime": "bedrock.calls",
        }
        if call == "BatchGetItem":
            return Units({"dynamodb.read_units": sum(len(keys["Keys"]) for keys in said["RequestItems"].values())})
        if call == "SendMessage":  # counted with the function that takes it
            return Units()
        if call not in simple:
            raise RuntimeError(f"Nobody has said what {call} costs: add it here")
        return Units({simple[call]: 1})

    def _written(self, put: dict[str, Any], *, times: int = 1) -> int:
        item = put.get("Item", {})
        units = math.ceil(len(json.dumps(item, ensure_ascii=False).encode()) / 1024) or 1
        return units * times + sum(units for keys in self._indexes[put["TableName"]] if keys <= set(item))

    def _functions(self) -> dict[str, tuple[int, float]]:
        """Runs of each function and the seconds they were billed, by the REPORT lines of its log."""
        pages = self._watch.client("logs").get_paginator("filter_log_events")
        found = {}
        for name in self._memory:
            lines = pages.paginate(logGroupName=f"/aws/lambda/{name}", filterPattern="REPORT")
            billed = [
                int(took[1]) for page in lines for event in page["events"] if (took := _BILLED.search(event["message"]))
            ]
            found[name] = len(billed), sum(billed) / 1000
        return found

    def _logged(self) -> int:
        groups = self._watch.client("logs").describe_log_groups()["logGroups"]
        return sum(group.get("storedBytes", 0) for group in groups)


def send(sender: Sender, watch: Watch, number: int, text: str) -> str:
    """Send a ticket by the way in whose turn it is and wait until it has landed; which way that was."""
    lane, email = ("mail", "form", "chat")[number % 3], f"customer{number}@shop{number}.example"
    if lane == "mail":
        sender.mail(email=email, subject=text[:40], text=text)
    elif lane == "form":
        sender.form(email=email, message=text).raise_for_status()
    else:
        sender.chat(conversation=f"counted-{number}", customer={"email": email}, texts=[text]).raise_for_status()
    until(lambda: watch.landed(email), seconds=60, what="the ticket")
    return lane


def per_ticket(meter: Meter, sender: Sender, watch: Watch) -> dict[str, float]:
    """The units of one ticket, on average over the three ways in."""
    texts = [json.loads(line)["text"] for line in TICKETS.read_text().splitlines()][: WARM_UP + COUNTED]
    for number, text in enumerate(texts[:WARM_UP]):
        send(sender, watch, number, text)
    total, lanes = Units(), Counter[str]()
    for number, text in enumerate(track(texts[WARM_UP:], "tickets", transient=True), start=WARM_UP):
        total.update(meter.used(lambda number=number, text=text: lanes.update([send(sender, watch, number, text)])))
    total["ses.received"] = lanes["mail"]
    rows = watch.log.newest(limit=COUNTED)
    total["bedrock.tokens_in"] = sum(row["tokens_in"] for row in rows)
    total["bedrock.tokens_in"] += facts(DEFAULT).billed_preamble * total.pop("bedrock.calls", 0)
    total["bedrock.tokens_out"] = sum(row["tokens_out"] for row in rows)
    return {unit: round(amount / COUNTED, 9) for unit, amount in sorted(total.items())}


def per_month(meter: Meter, watch: Watch) -> dict[str, float]:
    """The units of a month without a ticket: functions a schedule starts, idle polling, alarms."""
    functions, total = watch.client("lambda"), Units()
    schedules = watch.client("scheduler")
    for listed in schedules.list_schedules()["Schedules"]:
        schedule = schedules.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])
        rate = re.fullmatch(r"rate\((\d+) minutes?\)", schedule["ScheduleExpression"])
        if rate is None:  # the digest and the summary: five runs a month
            continue
        runs = MINUTES_A_MONTH / int(rate[1])
        name = schedule["Target"]["Arn"]
        functions.invoke(FunctionName=name, Payload=b"{}")
        once = meter.used(lambda name=name: functions.invoke(FunctionName=name, Payload=b"{}"))
        total.update({unit: amount * runs for unit, amount in once.items()})
        total["scheduler.invocations"] += runs
    queues = len(functions.list_event_source_mappings()["EventSourceMappings"])
    total["sqs.requests"] += queues * IDLE_POLLS_A_MINUTE * MINUTES_A_MONTH
    total["cloudwatch.alarms"] = len(watch.client("cloudwatch").describe_alarms()["MetricAlarms"])
    return {unit: round(amount, 6) for unit, amount in sorted(total.items())}


def main() -> None:
    """Count, and write it down."""
    console = Console()
    console.print("Starting a stack to count in")
    with tempfile.TemporaryDirectory() as folder, running_apart(Path(folder)) as stack:
        watch, sender = Watch(stack.endpoints), Sender(stack.endpoints)
        with Recorder(watch) as recorder:
            meter = Meter(watch, recorder)
            counted = {
                "counted_on": datetime.now(UTC).date().isoformat(),
                "tickets": COUNTED,
                "per_ticket": per_ticket(meter, sender, watch),
                "per_month": per_month(meter, watch),
            }
    WRITTEN.write_text(json.dumps(counted, indent=2) + "\n")
    console.print_json(data=counted)


if __name__ == "__main__":
    main()
