"""Few alarms, each heard by somebody, each with what to do about it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.architecture.templates import ROOT, SERVICES, Loader, resources

MOST = 10
"""What CloudWatch has free of charge, and about what people read."""
RUNBOOK = (ROOT / "docs" / "operate.md").read_text()


def alarms() -> dict[str, dict[str, Any]]:
    """Every alarm of every template, by stack and logical id."""
    kind = "AWS::CloudWatch::Alarm"
    found = {f"{one} {name}": alarm for one in SERVICES for name, alarm in resources(one, kind).items()}
    platform = yaml.load((ROOT / "platform" / "resources" / "aws-only.yml").read_text(), Loader)
    own = platform["aws"]["Resources"].items()
    return found | {f"platform {name}": item["Properties"] for name, item in own if item["Type"] == kind}


ALARMS = alarms()


def test_there_are_few_of_them() -> None:
    assert len(ALARMS) <= MOST


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_heard_and_what_to_do_is_written_down(name: str) -> None:
    assert ALARMS[name]["AlarmActions"]
    assert f"`{name}`" in RUNBOOK
    assert len(ALARMS[name]["AlarmDescription"]) > 40


def test_the_runbook_knows_no_alarm_that_is_gone() -> None:
    assert set(re.findall(r"`(\w+ \w+Alarm)`", RUNBOOK)) == set(ALARMS)


@pytest.mark.parametrize("name", [name for name, alarm in ALARMS.items() if "Metrics" in alarm])
def test_metric_math_uses_every_metric_it_asks_for_and_no_other(name: str) -> None:
    """What is missing from an expression never rings; CloudWatch takes at most ten metrics in one."""
    queries = ALARMS[name]["Metrics"]
    (expression,) = [query["Expression"] for query in queries if "Expression" in query]
    asked = [query["Id"] for query in queries if "MetricStat" in query]
    assert sorted(re.findall(r"FILL\((\w+), 0\)", expression)) == sorted(asked)
    assert len(set(asked)) == len(asked) <= 10
    assert [query["Id"] for query in queries if query.get("ReturnData", True)] == [queries[0]["Id"]]


def test_the_math_reaches_every_inbox_and_every_door() -> None:
    ages, doors = (str(ALARMS[f"platform {name}Alarm"]["Metrics"]) for name in ("OldestMessage", "Doors"))
    assert [one for one in SERVICES if f"tickets-${{sls:stage}}-{one}'" not in ages] == []
    for function in ("intake-${sls:stage}-form", "intake-${sls:stage}-chat"):
        assert doors.count(f"ticket-router-{function}'") == 2
    for function in ("dispatch-${sls:stage}-slackActions", "dispatch-${sls:stage}-mailActions"):
        assert doors.count(f"ticket-router-{function}'") == 2
