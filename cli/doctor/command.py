"""The command: every check in the order in which one depends on the other, and a line for each finding."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from cli import deployment
from cli.doctor import account, drive, mail, model, rules, slack
from cli.doctor.patient import SIGNS, Check, Finding, Patient, asked
from cli.lines import write_line
from cli.stack import find_stack
from cli.stage_file import load, read
from shared.errors import BadInput

CHECKS: tuple[tuple[str, Check], ...] = (
    ("stacks", account.deployed),
    ("stage file", account.as_the_file_says),
    ("secrets", account.secrets),
    ("Drive", drive.drive),
    ("rules", rules.rules),
    ("Slack", slack.slack),
    ("mail out", mail.mail_out),
    ("mail in", mail.mail_in),
    ("model", model.model),
    ("alarms", account.alarms),
    ("quota", account.quota),
    ("queues", account.queues),
)
_DEPLOYED_FIRST = {"stage file", "rules", "alarms", "queues", "model"}
"""Checks of what only a whole deployment has."""
_WIDTH = 80


def doctor(
    stage: Annotated[str | None, typer.Option(help="Stage to look at; the local one by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Look a stage over: a line a check, with the cure. It changes nothing, and asks the model one question.

    ✓ is well, ✗ is wrong (then the exit code is 1), ? could not be looked at from here.
    """
    failed = False
    for finding in looked_over(find_patient(stage)):
        failed |= finding.state == "fail"
        if as_json:
            write_line(finding.as_dict())
        else:
            print(shown(finding), flush=True)
    if not as_json:
        said = "Something is wrong: mend the first ✗ first, others may follow from it." if failed else "All is well."
        print(f"\n{said}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def find_patient(stage: str | None) -> Patient:
    """The stage, its file and a way to its AWS. Raises BadInput for a stage that has no usable file."""
    stack = find_stack(stage)
    if stack.stage == "local":
        written = Path(os.environ.get("LOCAL_DIR", ".local")) / "stage.yml"
        settings = read(written, local=True)
    else:
        settings = load(stack.stage)
    try:
        account_id = stack.account
    except Exception as error:
        raise BadInput("AWS_PROFILE", f"AWS does not know you ({error})", "Sign in, or name a profile.") from None
    assert account_id
    return Patient(stack, settings, deployment.values(stack.stage, settings))


def looked_over(patient: Patient) -> list[Finding]:
    """Every finding, in the order of the checks."""
    found: list[Finding] = []
    for name, check in CHECKS:
        if name in _DEPLOYED_FIRST and any(one.check == "stacks" and one.state == "fail" for one in found):
            found.append(Finding(name, "unknown", "not looked at: the stacks come first"))
        else:
            found += asked(name, check, patient)
    return found


def shown(finding: Finding) -> str:
    """A finding as a person reads it, in 80 columns; the cure below it."""
    first, rest = f"{SIGNS[finding.state]} {finding.check:<15}", " " * 17
    lines = textwrap.wrap(finding.says, _WIDTH, initial_indent=first, subsequent_indent=rest)
    if finding.cure:
        lines += textwrap.wrap(
            finding.cure, _WIDTH, initial_indent=f"{rest}→ ", subsequent_indent=f"{rest}  ", break_on_hyphens=False
        )
    return "\n".join(lines)
