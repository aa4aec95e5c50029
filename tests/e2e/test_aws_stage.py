"""The templates of an AWS stage: what the local AWS lacks is in them, and CloudFormation would take them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from local.stack.aws import LocalAws
from local.stack.choices import REGION, ROOT
from local.stack.deploy import OSLS, SERVICES, deploy_environment
from local.stack.endpoints import Endpoints

STACKS = {"platform": ROOT / "platform", **{name: ROOT / "services" / name for name in SERVICES}}
ON_AWS_ONLY = {
    "platform": {"AWS::Events::Archive", "AWS::Budgets::Budget"},
    "intake": {"AWS::SES::ReceiptRule", "AWS::SES::ReceiptRuleSet"},
}
IGNORED = "W"
"""cfn-lint's warnings: osls itself writes dependencies that a reference already implies."""


@pytest.mark.parametrize("stack", STACKS)
def test_the_template_of_an_aws_stage_is_one_that_cloudformation_takes(
    stack: str, endpoints: Endpoints, tmp_path: Path
) -> None:
    stage = {
        "region": REGION,
        "support_addresses": "support@shop.example",
        "mail_from": "router@shop.example",
        "team_domains": "shop.example",
        "rules_folder": "1AbC",
        "time_zone": "Europe/Berlin",
        "alarm_mail": "oncall@shop.example",
    }
    stage_file = tmp_path / "stage.yml"
    stage_file.write_text(yaml.safe_dump(stage))
    env = deploy_environment(LocalAws(endpoints.aws_endpoint_url), stage_file)
    package = [str(OSLS), "package", "--stage", "prod", "--region", REGION, "--package", str(tmp_path)]
    subprocess.run(package, cwd=STACKS[stack], env=env, check=True, capture_output=True)
    template = tmp_path / "cloudformation-template-update-stack.json"
    lint = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", IGNORED, "--template", str(template)]
    linted = subprocess.run(lint, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout
    kinds = {resource["Type"] for resource in json.loads(template.read_text())["Resources"].values()}
    assert kinds >= ON_AWS_ONLY.get(stack, set())
