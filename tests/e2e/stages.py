"""The compiled templates of a stage, as CloudFormation would get them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from local.stack.aws import LocalAws
from local.stack.choices import ROOT
from local.stack.deploy import OSLS, SERVICES, deploy_environment

Template = dict[str, Any]
Compile = Callable[[str, str], dict[str, Template]]

STACKS = {"platform": ROOT / "platform", **{name: ROOT / "services" / name for name in SERVICES}}
_FILE = "cloudformation-template-update-stack.json"


def stage_file(stage: str, region: str) -> dict[str, Any]:
    """What somebody would write in ``stages/<stage>.yml``; the same for ``local``, so that only templates differ."""
    return {
        "region": region,
        "support_addresses": f"support@{stage}.shop.example",
        "mail_from": "router@shop.example",
        "team_domains": "shop.example",
        "rules_folder": "1AbC",
        "time_zone": "Europe/Berlin",
        "alarm_mail": "oncall@shop.example",
    }


def compiled(aws_url: str, folder: Path, stage: str, region: str) -> dict[str, Template]:
    """Every stack's template, by its name. The account id is asked of the local AWS."""
    folder.mkdir(parents=True)
    written = folder / "stage.yml"
    written.write_text(yaml.safe_dump(stage_file(stage, region)))
    env = {**deploy_environment(LocalAws(aws_url), written), "AWS_REGION": region}

    def one(name: str) -> Template:
        package = [str(OSLS), "package", "--stage", stage, "--region", region, "--package", str(folder / name)]
        done = subprocess.run(package, cwd=STACKS[name], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        template: Template = json.loads((folder / name / _FILE).read_text())
        return template

    with ThreadPoolExecutor(2) as workers:
        return dict(zip(STACKS, workers.map(one, STACKS), strict=True))
