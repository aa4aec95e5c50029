"""The command: ask, write, store, and say what is left to do. Safe to run again."""

from __future__ import annotations

import getpass
import sys
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from cli import stage_file
from cli.init import elsewhere, questions, secrets
from cli.stack import find_stack
from shared.errors import BadInput

Said = Annotated[str | None, typer.Option(show_default=False)]


def init(
    stage: Annotated[str, typer.Option(help="Name of the stage, such as prod.")] = "prod",
    region: Said = None,
    support_addresses: Annotated[str | None, typer.Option(help="Separated by commas; - for no mail lane.")] = None,
    mail_from: Said = None,
    team_domains: Annotated[str | None, typer.Option(help="Separated by commas.")] = None,
    rules_folder: Annotated[str | None, typer.Option(help="The Drive folder's address or id.")] = None,
    time_zone: Said = None,
    alarm_mail: Annotated[str | None, typer.Option(help="- for nobody.")] = None,
    managers_channel: Annotated[str | None, typer.Option(help="- for none.")] = None,
    secrets_file: Annotated[
        Path | None, typer.Option("--secrets", help="JSON file of secrets by name, instead of being asked.")
    ] = None,
    replace: Annotated[list[str] | None, typer.Option(help="Store this secret anew (repeatable).")] = None,
    dns: Annotated[bool, typer.Option("--dns", help="Print the DNS records and end.")] = False,
    slack_manifest: Annotated[bool, typer.Option("--slack-manifest", help="Print the Slack app and end.")] = False,
) -> None:
    """Set up a stage: its file, its secrets, and what to do in DNS, Slack and Google. Safe to run again.

    What a flag or the file that is there says is not asked for. Secrets are never shown, and never replaced unasked.
    """
    flags = {
        "region": region, "support_addresses": support_addresses, "mail_from": mail_from, "team_domains": team_domains,
        "rules_folder": rules_folder, "time_zone": time_zone, "alarm_mail": alarm_mail,
        "managers_channel": managers_channel,
    }  # fmt: skip
    path = stage_file.path_of(stage)
    if stage in ("local", "sample"):
        raise BadInput("--stage", f"{stage} is not yours to set up", "Name another, such as prod.")
    if slack_manifest or dns:
        _only(stage, dns=dns)
        return
    there = dict(yaml.safe_load(path.read_text()) or {}) if path.exists() else {}
    said = {**there, **{name: questions.value_of(name, value) for name, value in flags.items() if value is not None}}
    settings = questions.answered(said, _ask if sys.stdin.isatty() else None)
    _write(path, stage, settings, keep=path.exists() and said == there)
    stack = find_stack(stage)
    _say("Secrets")
    ask = _ask_secret if sys.stdin.isatty() else None
    given = secrets.from_file(secrets_file)
    for line in secrets.store(stack.client("ssm"), stage, given=given, replace=replace or (), ask=ask):
        print(f"  {line}")
    _elsewhere(stage, settings, stack)


def _only(stage: str, *, dns: bool) -> None:
    settings, stack = stage_file.load(stage), find_stack(stage)
    if dns:
        _print_dns(settings, stack)
    else:
        print(elsewhere.slack_manifest(_actions_url(stage, stack)), end="")


def _write(path: Path, stage: str, settings: stage_file.Stage, *, keep: bool) -> None:
    if keep:
        print(f"stages/{path.name} says all that is needed; it stays as it is.")
        return
    unfinished = path.with_suffix(".part")
    unfinished.write_text(questions.as_file(stage, settings), encoding="utf-8")
    stage_file.read(unfinished)  # what nobody owns is refused before it stands there
    unfinished.replace(path)
    print(f"Written: stages/{path.name}. Commit it.")


def _elsewhere(stage: str, settings: stage_file.Stage, stack: Any) -> None:
    _say("DNS")
    try:
        _print_dns(settings, stack)
    except (ClientError, BotoCoreError) as error:
        print(f"  SES could not be asked ({error}): ticket-router init --stage {stage} --dns prints them later")
    _say("Slack")
    actions = _actions_url(stage, stack)
    print(f"  ticket-router init --stage {stage} --slack-manifest > manifest.yml")
    print("  api.slack.com/apps → Create New App → From a manifest → paste it → Install to Workspace")
    print("  then /invite @Ticket Router in every channel of the Teams tab")
    if actions is None:
        print("  After the first deploy once more, with the address of its buttons: App Manifest → paste → Save")
    _say("Google")
    for number, step in enumerate(elsewhere.GOOGLE_STEPS, 1):
        print(f"  {number}. {step}")
    _say("Next")
    print(f"  npx serverless deploy --stage {stage}")
    if settings.mail_lane and not settings.receipt_rule_set:
        print(f"  aws ses set-active-receipt-rule-set --rule-set-name tickets-{stage} --region {settings.region}")
    print(f"  ticket-router doctor --stage {stage}")


def _print_dns(settings: stage_file.Stage, stack: Any) -> None:
    for name, kind, value in elsewhere.dns_records(settings, stack.client("sesv2")):
        print(f"  {name}\n      {kind:<6}{value}")
    if settings.mail_lane:
        print(textwrap.fill(elsewhere.MX_WARNING, 80, initial_indent="  ", subsequent_indent="  "))


def _actions_url(stage: str, stack: Any) -> str | None:
    """Where Slack's buttons lead; None before the first deploy."""
    try:
        (found,) = stack.client("cloudformation").describe_stacks(StackName=f"ticket-router-dispatch-{stage}")["Stacks"]
    except (ClientError, BotoCoreError):
        return None
    return next((one["OutputValue"] for one in found.get("Outputs", ()) if one["OutputKey"] == "SlackActionsUrl"), None)


def _ask(why: str, default: str) -> str:
    return str(typer.prompt(why, default=default or None))


def _ask_secret(what: str) -> str:
    return getpass.getpass(what)


def _say(heading: str) -> None:
    print(f"\n{heading}")
