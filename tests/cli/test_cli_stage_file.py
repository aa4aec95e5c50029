"""``stages/<stage>.yml``: what is refused before anything is deployed, and in which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import deployment, stage_file
from shared.errors import BadInput

ELSEWHERE = {"AWS_ENDPOINT_URL": "https://aws.invalid"}
HERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
SAID: dict[str, Any] = {
    "region": "eu-west-1",
    "support_addresses": ["help@shop.example", "hilfe@shop.example"],
    "mail_from": "router@shop.example",
    "team_domains": ["shop.example", "shop-support.example"],
    "rules_folder": "https://drive.google.com/drive/folders/1AbC?usp=sharing",
    "time_zone": "Europe/Berlin",
    "alarm_mail": None,
}


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stage_file, "STAGES", tmp_path)
    return tmp_path


def write(stages: Path, stage: str = "prod", **changes: Any) -> None:
    said = {name: value for name, value in (SAID | changes).items() if value != "left out"}
    (stages / f"{stage}.yml").write_text(yaml.safe_dump(said))


def test_what_the_templates_are_told(stages: Path) -> None:
    write(stages)
    told = deployment.told("prod", {})
    assert told["region"] == "eu-west-1"
    assert told["supportAddresses"] == ["help@shop.example", "hilfe@shop.example"]
    assert told["teamRecipients"] == ["*@shop.example", "*@shop-support.example"]
    assert told["rulesFolder"] == "1AbC"
    assert told["managersChannel"] == ""
    assert told["alarmMail"] == ""
    assert told["receiptRules"] == "own"
    assert told["receiptRuleSet"] == "tickets-prod"
    assert told["model"] == "eu.anthropic.claude-haiku-4-5-20251001-v1:0"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"region": "left out"}, ["stages/prod.yml", "region is missing"]),
        ({"region": "Frankfurt"}, ["region"]),
        ({"mail_from": "left out"}, ["mail_from is missing"]),
        ({"alarm_mail": "left out"}, ["alarm_mail is missing"]),
        ({"support_addresses": []}, ["support_addresses", "mail_lane: false"]),
        ({"support_addresses": "support"}, ["support_addresses", "'support' is no mail address"]),
        ({"support_addresses": "support@example.com"}, ["support@example.com belongs to nobody"]),
        ({"team_domains": ["example.org"]}, ["example.org belongs to nobody"]),
        ({"team_domains": []}, ["team_domains"]),
        ({"team_domains": "@shop.example"}, ["'@shop.example' is no domain"]),
        ({"time_zone": "Berlin"}, ["time_zone", "Europe/Berlin"]),
        ({"suport_addresses": "a@b.example"}, ["suport_addresses is no setting"]),
        ({"limits": {"monthly_usd": 0}}, ["limits.monthly_usd"]),
        ({"reminders": {"hold": [5]}}, ["reminders.hold"]),
        ({"receipt_rule_set": "two words"}, ["receipt_rule_set"]),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_the_cure(
    stages: Path, changes: dict[str, Any], words: list[str]
) -> None:
    write(stages, **changes)
    with pytest.raises(BadInput) as refused:
        deployment.told("prod", {})
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "region: [", "just words"])
def test_a_file_that_is_no_stage_file_is_said_to_be_none(stages: Path, content: str) -> None:
    (stages / "prod.yml").write_text(content)
    with pytest.raises(BadInput, match=r"stages/prod.yml.*sample"):
        deployment.told("prod", {})


@pytest.mark.parametrize("stage", ["Prod", "../prod", "prod_eu", "a-stage-with-too-long-a-name", ""])
def test_a_name_that_cannot_be_a_stage(stages: Path, stage: str) -> None:
    with pytest.raises(BadInput, match="cannot be a stage"):
        deployment.told(stage, {})


def test_a_missing_file_names_those_that_are_there(stages: Path) -> None:
    write(stages, "dev")
    write(stages, "sample")
    with pytest.raises(BadInput, match=r"there is no stages/prod.yml. There are: dev"):
        deployment.told("prod", {})


@pytest.mark.parametrize(
    ("environment", "region", "named"),
    [({}, "us-east-1", "--region"), ({"AWS_REGION": "us-east-1"}, None, "AWS_REGION")],
)
def test_another_region_than_the_files_is_refused(
    stages: Path, environment: dict[str, str], region: str | None, named: str
) -> None:
    write(stages)
    with pytest.raises(BadInput, match=rf"{named}: says us-east-1, and stages/prod.yml says eu-west-1"):
        deployment.told("prod", environment, region=region)
    assert deployment.told("prod", {"AWS_REGION": "eu-west-1"}, region="eu-west-1")


@pytest.mark.parametrize("environment", [{}, ELSEWHERE])
def test_the_local_stage_never_reaches_a_real_account(stages: Path, environment: dict[str, str]) -> None:
    write(stages, "local")
    with pytest.raises(BadInput, match="real account"):
        deployment.told("local", environment)


def test_the_local_stage_reads_the_file_its_runner_wrote(stages: Path, tmp_path: Path) -> None:
    written = tmp_path / "of-the-runner.yml"
    said = SAID | {"support_addresses": "support@example.com", "managers_channel": "bosses"}
    written.write_text(yaml.safe_dump(said))
    told = deployment.told("local", HERE | {"STAGE_FILE": str(written)})
    assert told["managersChannel"] == "bosses"


def test_an_active_rule_set_of_somebody_else_is_joined(stages: Path) -> None:
    write(stages, receipt_rule_set="company-mail")
    told = deployment.told("prod", {})
    assert (told["receiptRules"], told["receiptRuleSet"]) == ("join", "company-mail")


def test_the_sample_says_every_setting_and_only_settings() -> None:
    said = yaml.safe_load((stage_file.STAGES / "sample.yml").read_text())
    not_for_people = {"slack_api_url", "google_api_root", "api_url_template", "foundation_model"}
    assert set(said) == set(stage_file.Stage.model_fields) - not_for_people
    assert set(said["limits"]) == set(stage_file.Limits.model_fields)
    assert set(said["reminders"]) == set(stage_file.Reminders.model_fields)
    stage = stage_file.read(stage_file.STAGES / "sample.yml", local=True)
    defaults = stage_file.Stage.model_fields
    for name in ("reminders", "limits", "keep_days", "model", "managers_channel", "mail_lane", "reply_to_customer"):
        assert getattr(stage, name) == defaults[name].default, f"the sample's {name} is not the default"
    with pytest.raises(BadInput, match="belongs to nobody"):
        stage_file.read(stage_file.STAGES / "sample.yml")
