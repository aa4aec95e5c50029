"""What every service's template must hold: the catalog's rules, a dead-letter queue, roles kept small."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from contracts.catalog import CATALOG, EVENTS
from services.dispatch.domain.attempt import LEASE, LONG_LEASE
from tests.architecture.templates import ROOT, SERVICES, listed, resources, statements, template, whole_resources

EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)


def _subscriptions(service: str) -> dict[tuple[str, int], dict[str, Any]]:
    """The bus rules of a service by the event and the version they take."""
    found = {}
    for rule in resources(service, "AWS::Events::Rule").values():
        pattern = rule.get("EventPattern")
        if pattern:
            (version,) = pattern["detail"]["metadata"]["version"]
            for kind in pattern["detail-type"]:
                found[kind, version] = rule
    return found


@EVERY_SERVICE
def test_a_service_subscribes_to_what_the_catalog_says_and_to_nothing_else(service: str) -> None:
    promised = {(entry.event.detail_type(), entry.event.version) for entry in CATALOG if service in entry.consumers}
    assert set(_subscriptions(service)) == promised


@EVERY_SERVICE
def test_a_rule_pins_producer_and_version_and_ends_in_the_services_own_queue(service: str) -> None:
    for kind_and_version, rule in _subscriptions(service).items():
        pattern = rule["EventPattern"]
        assert pattern["source"] == [EVENTS[kind_and_version].source]
        assert rule["EventBusName"] == "${self:custom.bus}"
        assert [target["Arn"] for target in rule["Targets"]] == [{"GetAtt": "Inbox.Arn"}]


@EVERY_SERVICE
def test_a_role_may_put_events_only_as_its_own_service(service: str) -> None:
    may_put = [each for _, each in statements(service) if "events:PutEvents" in listed(each["Action"])]
    produces = any(entry.producer == service for entry in CATALOG)
    assert bool(may_put) == produces
    for each in may_put:
        assert each["Condition"]["StringEqualsIfExists"]["events:source"] == f"tickets.{service}"
        assert "${self:custom.bus}" in json.dumps(each["Resource"])


@EVERY_SERVICE
def test_no_role_reaches_another_services_table_queue_or_bucket(service: str) -> None:
    others = "|".join(set(SERVICES) - {service})
    foreign = re.compile(rf"tickets-({others})-|tickets-\$\{{sls:stage\}}-({others})\b")
    for name, each in statements(service):
        assert not foreign.search(json.dumps(each["Resource"])), f"{service}/{name}"


@EVERY_SERVICE
def test_no_role_may_everything(service: str) -> None:
    for name, each in statements(service):
        for action in listed(each["Action"]):
            assert "*" not in action, f"{service}/{name}: {action}"


@EVERY_SERVICE
def test_only_learning_writes_the_rules_bucket(service: str) -> None:
    for name, each in statements(service):
        if service != "learning" and "rulesBucket" in json.dumps(each["Resource"]):
            assert set(listed(each["Action"])) <= {"s3:GetObject", "s3:ListBucket"}, f"{service}/{name}"


@EVERY_SERVICE
def test_the_inbox_gives_up_into_the_dead_letter_queue_and_somebody_hears_of_it(service: str) -> None:
    queues = resources(service, "AWS::SQS::Queue")
    redrive = queues["Inbox"]["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"GetAtt": "DeadLetters.Arn"}
    assert redrive["maxReceiveCount"] >= 3
    assert queues["DeadLetters"]["MessageRetentionPeriod"] == 1_209_600, "the longest SQS allows: 14 days"
    alarms = resources(service, "AWS::CloudWatch::Alarm").values()
    assert any("DeadLetters" in json.dumps(alarm["Dimensions"]) and alarm["AlarmActions"] for alarm in alarms)


@EVERY_SERVICE
def test_the_inbox_function_reports_single_failures_and_a_dead_worker_keeps_nothing_long(service: str) -> None:
    function = template(service)["functions"]["inbox"]
    (source,) = [event["sqs"] for event in function["events"] if "sqs" in event]
    timeout = function.get("timeout", template(service)["provider"]["timeout"])
    assert source["functionResponseType"] == "ReportBatchItemFailures"
    kept = resources(service, "AWS::SQS::Queue")["Inbox"]["VisibilityTimeout"]
    assert kept >= timeout, "Lambda refuses the source otherwise"
    # Six times the timeout (AWS's advice against throttled pollers) would keep a dead worker's tickets for minutes.
    # Only a lesson, which nobody waits for, may lie that long.
    assert kept <= timeout + 30 or service == "learning"


def test_a_claim_outlives_every_worker_that_may_hold_it() -> None:
    timeouts = {name: item.get("timeout", 30) for name, item in template("dispatch")["functions"].items()}
    slack = timedelta(seconds=30)  # for clocks
    assert all(timedelta(seconds=timeouts[name]) + slack <= LEASE for name in ("inbox", "remind"))
    assert timedelta(seconds=timeouts["lookBack"]) + slack <= LONG_LEASE
    visibility = resources("dispatch", "AWS::SQS::Queue")["Inbox"]["VisibilityTimeout"]
    assert timedelta(seconds=visibility) <= LEASE + slack


@EVERY_SERVICE
def test_what_people_wrote_outlives_its_stack(service: str) -> None:
    """But not a stack that failed to come into being: its leftovers would be in the way of the next try."""
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket"):
        for name, kept in whole_resources(service, kind).items():
            assert (kept["DeletionPolicy"], kept["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain"), name


@EVERY_SERVICE
def test_what_a_rule_cannot_deliver_is_kept(service: str) -> None:
    dead = {"GetAtt": "DeadLetters.Arn"}
    for kind, rule in _subscriptions(service).items():
        assert [target["DeadLetterConfig"] for target in rule["Targets"]] == [{"Arn": dead}], kind
    (policy,) = resources(service, "AWS::SQS::QueuePolicy").values()
    may = [each for each in policy["PolicyDocument"]["Statement"] if "events" in each["Principal"]["Service"]]
    assert any(dead in listed(each["Resource"]) for each in may)
    assert {"Ref": "DeadLetters"} in policy["Queues"]


@EVERY_SERVICE
def test_a_queue_never_calls_more_copies_than_the_stage_allows(service: str) -> None:
    (source,) = [event["sqs"] for event in template(service)["functions"]["inbox"]["events"] if "sqs" in event]
    assert source["maximumConcurrency"] == "${self:custom.settings.workers}"


@EVERY_SERVICE
def test_a_public_address_has_a_limit(service: str) -> None:
    public = any("httpApi" in event for item in template(service)["functions"].values() for event in item["events"])
    assert public == ("ThrottlingRateLimit" in (ROOT / "services" / service / "serverless.yml").read_text())


@EVERY_SERVICE
def test_who_reads_the_rules_is_told_when_there_are_none(service: str) -> None:
    """S3 says 403 instead of 404 for a missing key to whoever may not list the bucket."""
    for name in template(service)["functions"]:
        may = [each for role, each in statements(service) if role == name]
        reads = any(
            "s3:GetObject" in listed(each["Action"]) and "rulesBucket" in json.dumps(each["Resource"]) for each in may
        )
        lists = any("s3:ListBucket" in listed(each["Action"]) for each in may)
        assert reads == lists, f"{service}/{name}"


@EVERY_SERVICE
def test_every_function_has_a_role_of_its_own(service: str) -> None:
    functions = template(service)["functions"]
    names = [function["iamRoleStatementsName"] for function in functions.values()]
    assert len(set(names)) == len(functions)


@EVERY_SERVICE
def test_a_schedule_may_call_its_function(service: str) -> None:
    """EventBridge Scheduler assumes the function's own role here; the local AWS calls without asking."""
    for name, function in template(service)["functions"].items():
        if any("schedule" in event for event in function["events"]):
            may = [each for role, each in statements(service) if role == name]
            calls = [each["Resource"]["Sub"] for each in may if "lambda:InvokeFunction" in listed(each["Action"])]
            assert [arn.rpartition("-")[2] for arn in calls] == [name], f"{service}/{name}"


@EVERY_SERVICE
def test_the_runtime_is_the_one_that_the_zip_is_built_for(service: str) -> None:
    built_for = re.search(r'^RUNTIME = "(.+)"$', (ROOT / "packaging" / "build.py").read_text(), re.MULTILINE)
    assert built_for is not None
    provider = template(service)["provider"]
    assert provider["runtime"] == f"python{built_for[1]}"
    assert provider["architecture"] == "arm64"


@EVERY_SERVICE
def test_every_service_has_the_same_rooms(service: str) -> None:
    house = ROOT / "services" / service
    rooms = {path.stem for path in house.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"templates"} == {"__init__", "handler", "app", "domain", "adapters", "settings"}
    readme = (house / "README.md").read_text().lower()
    for word in ("consumes", "emits", "settings", "owner", "runbook"):
        assert word in readme, f"services/{service}/README.md does not say: {word}"


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    tracked = [
        path for top in ("contracts", "shared", "services", "local", "cli") for path in (ROOT / top).rglob("*.py")
    ]
    assert [path for path in tracked if path.stem in empty] == []
