"""The templates of AWS stages: CloudFormation would take them, they meet nobody else's, and differ from the local ones
only where it is written down."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.stack.choices import REGION
from local.stack.endpoints import Endpoints
from tests.e2e.stages import STACKS, Compile, Template, compiled

DIFFERENCES = Path(__file__).with_name("local_and_aws.yml")
IGNORED = "W"
"""cfn-lint's warnings: osls itself writes dependencies that a reference already implies."""
NAMES = {
    "BucketName", "RoleName", "TableName", "QueueName", "TopicName", "FunctionName", "LogGroupName", "BudgetName",
    "RuleSetName", "AlarmName", "Name", "ArchiveName",
}  # fmt: skip
"""Properties that give a resource a name of our own."""
ACCOUNT_WIDE = {"AWS::S3::Bucket", "AWS::IAM::Role", "AWS::Budgets::Budget"}
"""Kinds whose names all regions of an account (S3: everybody) share."""


@pytest.fixture(scope="module")
def stages(endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Compile:
    @cache
    def of(stage: str, region: str) -> dict[str, Template]:
        folder = tmp_path_factory.mktemp("templates") / stage
        return compiled(endpoints.aws_endpoint_url, folder, stage, region)

    return of


@pytest.mark.parametrize("stack", STACKS)
def test_cloudformation_would_take_it(stack: str, stages: Compile, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text(json.dumps(stages("prod", REGION)[stack]))
    lint = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", IGNORED, "--template", str(template)]
    linted = subprocess.run([*lint, "--regions", REGION], capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("stack", STACKS)
def test_every_name_says_its_stage_and_the_account_wide_ones_their_region(stack: str, stages: Compile) -> None:
    """So two stages, or one stage in two regions, live in one account."""
    for kind, name in _names(stages("prod", REGION)[stack]):
        assert re.search(r"\bprod\b", name), f"{kind} {name}"
        assert kind not in ACCOUNT_WIDE or REGION in name or '"AWS::Region"' in name, f"{kind} {name}"


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_of_one_region_is_left_in_another(stack: str, stages: Compile) -> None:
    said = json.dumps(stages("trial", "us-east-1")[stack])
    assert REGION not in said
    assert "example.com" not in said
    assert '"eu.' not in said


def test_the_model_is_called_through_the_profile_of_the_region(stages: Compile) -> None:
    for stage, region, profile in (("prod", REGION, "eu."), ("trial", "us-east-1", "us.")):
        functions = _of_type(stages(stage, region)["classifier"], "AWS::Lambda::Function")
        models = {one["Environment"]["Variables"]["MODEL_ID"] for one in functions.values()}
        assert models == {f"{profile}anthropic.claude-haiku-4-5-20251001-v1:0"}


def test_every_difference_from_the_local_templates_is_written_down_with_its_reason(stages: Compile) -> None:
    local, prod = stages("local", REGION), stages("prod", REGION)
    found = {f"{stack}/{name}" for stack in STACKS for name in _different(local[stack], prod[stack])}
    written = yaml.safe_load(DIFFERENCES.read_text())
    assert sorted(found - set(written)) == [], "differences nobody has written down"
    assert sorted(set(written) - found) == [], "written down, and no difference any more"
    assert all(len(reason) > 20 for reason in written.values())


def _different(local: Template, prod: Template) -> Iterator[str]:
    here, there = _comparable(local, "local"), _comparable(prod, "prod")
    for name in here.keys() | there.keys():
        if here.get(name) != there.get(name):
            yield name


def _comparable(template: Template, stage: str) -> dict[str, Any]:
    """Resources by logical id, with the stage's name and hashes of content out of the way."""
    text = json.dumps(template["Resources"], sort_keys=True)
    text = re.sub(rf"\b{stage}\b", "STAGE", text)
    text = re.sub(r"serverless/[^\"]+/\d+-[^\"/]+/", "serverless/…/", text)
    resources: dict[str, Any] = json.loads(text)
    # A version's logical id ends in a hash of the zip and the settings.
    versions = {name: "Version" for name in resources if re.search(r"LambdaVersion[A-Za-z0-9]+$", name)}
    return {
        re.sub(r"LambdaVersion[A-Za-z0-9]+$", "LambdaVersion", name): one
        for name, one in resources.items()
        if name not in versions
    }


def _names(template: Template) -> Iterator[tuple[str, str]]:
    """Kind and name of every resource whose name is ours to choose; a reference to another resource is no name."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key, value in {**properties, **properties.get("Budget", {})}.items():
            if key in NAMES and value and not (isinstance(value, dict) and {"Ref", "Fn::GetAtt"} & set(value)):
                yield resource["Type"], json.dumps(value)


def _of_type(template: Template, kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}
