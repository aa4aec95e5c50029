"""``ticket-router init``: what is asked, what is written, what is never overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import stage_file
from cli.doctor.slack import SCOPES
from cli.init import elsewhere, questions, secrets
from shared.errors import BadInput

SAID: dict[str, Any] = {
    "region": "eu-west-1",
    "support_addresses": ["help@shop.example"],
    "mail_from": "router@shop.example",
    "team_domains": ["shop.example"],
    "rules_folder": "1AbC",
    "time_zone": "Europe/Berlin",
    "alarm_mail": "oncall@shop.example",
    "managers_channel": None,
}
KEY = {"client_email": "a@b.example", "private_key": "k", "token_uri": "https://t.example"}


class Parameters:
    """SSM as far as it is used."""

    class exceptions:
        class ParameterNotFound(Exception):
            pass

    def __init__(self, **stored: str) -> None:
        self.stored, self.kinds = {name.replace("_", "-"): value for name, value in stored.items()}, set[str]()

    def get_parameter(self, *, Name: str) -> dict[str, Any]:
        if Name.rpartition("/")[2] not in self.stored:
            raise self.exceptions.ParameterNotFound
        return {"Parameter": {"Value": self.stored[Name.rpartition("/")[2]]}}

    def put_parameter(self, *, Name: str, Value: str, Type: str, Overwrite: bool) -> None:
        name = Name.rpartition("/")[2]
        assert Overwrite or name not in self.stored
        self.stored[name] = Value
        self.kinds.add(Type)


def typing(*answers: str) -> tuple[list[str], questions.Ask]:
    """Somebody who types these one after the other (empty: Enter), and what they were asked."""
    left, asked = list(answers), []

    def ask(why: str, default: str) -> str:
        asked.append(why)
        return left.pop(0) or default

    return asked, ask


def test_nothing_is_asked_that_is_said_already() -> None:
    asked, ask = typing()
    assert questions.answered(SAID, ask).region == "eu-west-1"
    assert asked == []


def test_every_question_is_asked_once_and_enter_takes_what_fits_the_answers_before() -> None:
    asked, ask = typing("", "help@tickets.shop.example, hilfe@tickets.shop.example", "", "", "1AbC", "", "-", "")
    stage = questions.answered({}, ask)
    assert len(asked) == len(questions.QUESTIONS)
    assert stage.support_addresses == ("help@tickets.shop.example", "hilfe@tickets.shop.example")
    assert stage.mail_from == "ticket-router@tickets.shop.example"
    assert stage.team_domains == ("tickets.shop.example",)
    assert (stage.alarm_mail, stage.managers_channel, stage.time_zone) == (None, None, "Europe/Berlin")


def test_a_wrong_answer_is_asked_again_with_what_is_wrong() -> None:
    said = {name: value for name, value in SAID.items() if name != "time_zone"}
    asked, ask = typing("Berlin", "Europe/Berlin")
    assert questions.answered(said, ask).time_zone == "Europe/Berlin"
    assert "'Berlin' is no time zone" in asked[1]


def test_no_mail_lane_is_an_answer() -> None:
    said = {name: value for name, value in SAID.items() if name != "support_addresses"}
    _, ask = typing("-")
    assert questions.answered(said, ask).mail_lane is False


def test_with_nobody_at_the_keyboard_all_that_is_missing_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        questions.answered({"region": "Frankfurt", "support_addresses": ["help@shop.example"]}, None)
    for word in ("--region", "--mail-from is not said", "--rules-folder is not said", "--alarm-mail is not said"):
        assert word in str(refused.value)


def test_the_file_that_is_written_is_read_again_as_the_same(tmp_path: Path) -> None:
    stage = questions.answered(SAID | {"limits": {"workers": 5}, "form_origins": ["https://shop.example"]}, None)
    path = tmp_path / "prod.yml"
    path.write_text(questions.as_file("prod", stage))
    assert stage_file.read(path) == stage
    assert "xoxb" not in path.read_text()


def test_secrets_are_stored_encrypted_and_drawn_where_nobody_has_to_think_one_up() -> None:
    ssm = Parameters()
    given = {
        "slack-bot-token": "xoxb-1x9",
        "slack-signing-secret": "q7Zsigning",
        "google-service-account": json.dumps(KEY),
    }
    told = list(secrets.store(ssm, "prod", given=given, replace=(), ask=None))
    assert set(ssm.stored) == set(secrets.SECRETS)
    assert ssm.kinds == {"SecureString"}
    assert len(ssm.stored["link-secret"]) == 64
    assert not any(value in line for line in told for value in ssm.stored.values())


def test_run_again_it_overwrites_nothing() -> None:
    ssm = Parameters(slack_bot_token="xoxb-old", link_secret="l" * 64)
    list(secrets.store(ssm, "prod", given={"slack-bot-token": "xoxb-new"}, replace=(), ask=lambda _: ""))
    assert ssm.stored["slack-bot-token"] == "xoxb-old"
    assert ssm.stored["link-secret"] == "l" * 64


def test_replace_replaces_the_named_one_and_never_the_link_secret() -> None:
    ssm = Parameters(slack_bot_token="xoxb-old", link_secret="l" * 64)
    list(
        secrets.store(ssm, "prod", given={"slack-bot-token": "xoxb-new"}, replace=["slack-bot-token"], ask=lambda _: "")
    )
    assert ssm.stored["slack-bot-token"] == "xoxb-new"
    with pytest.raises(BadInput, match=r"docs/rotate.md"):
        list(secrets.store(ssm, "prod", given={}, replace=["link-secret"], ask=None))
    assert ssm.stored["link-secret"] == "l" * 64


@pytest.mark.parametrize(
    ("name", "value"),
    [("slack-bot-token", "xoxp-1"), ("google-service-account", "{}"), ("chat-secret", "short"), ("slak-token", "x")],
)
def test_a_secret_that_cannot_be_right_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadInput):
        list(secrets.store(Parameters(), "prod", given={name: value}, replace=(), ask=None))


class Identities:
    """SES that knows one domain."""

    def get_email_identity(self, *, EmailIdentity: str) -> dict[str, Any]:
        return {"DkimAttributes": {"Tokens": ["one", "two", "three"]}}


def test_the_dns_records() -> None:
    stage = questions.answered(SAID | {"support_addresses": ["a@tickets.shop.example", "b@tickets.shop.example"]}, None)
    records = elsewhere.dns_records(stage, Identities())
    assert ("one._domainkey.shop.example", "CNAME", "one.dkim.amazonses.com") in records
    assert [value for _, kind, value in records if kind == "MX"] == ["10 inbound-smtp.eu-west-1.amazonaws.com"]
    assert [name for name, kind, _ in records if kind == "TXT"] == ["shop.example", "_dmarc.shop.example"]


@pytest.mark.parametrize("url", [None, "https://x.example/slack/actions"])
def test_the_slack_app_has_every_scope_and_the_address_once_it_is_known(url: str | None) -> None:
    manifest = yaml.safe_load(elsewhere.slack_manifest(url))
    assert manifest["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert manifest["settings"]["interactivity"].get("request_url") == url
    assert manifest["settings"]["interactivity"]["is_enabled"] is bool(url)
