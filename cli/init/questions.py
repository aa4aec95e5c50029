"""The stage file by asking: what neither a flag nor the file that is there says is asked for, with a line of why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from cli.stage_file import Stage
from shared.errors import BadInput

Ask = Callable[[str, str], str]
"""Asks for one thing: its explanation and what Enter alone means. Answers the words typed."""


@dataclass(frozen=True)
class Question:
    """A setting that has no answer that would be right for everybody."""

    setting: str
    why: str
    default: Callable[[Mapping[str, Any]], str] = lambda _: ""


def _domain(said: Mapping[str, Any]) -> str:
    """The domain of the first support address, which most teams write from as well."""
    addresses = said.get("support_addresses") or [""]
    first = addresses if isinstance(addresses, str) else addresses[0]
    return str(first).rpartition("@")[2]


QUESTIONS = (
    Question("region", "AWS region it runs in; SES must receive mail there", lambda _: "eu-central-1"),
    Question("support_addresses", "Address(es) customers write to, separated by commas; - for no mail lane"),
    Question(
        "mail_from", "Address that hand-offs to shared inboxes come from",
        lambda said: f"ticket-router@{_domain(said)}" if _domain(said) else "",
    ),
    Question("team_domains", "Domain(s) of your team's inboxes: mail goes nowhere else", _domain),
    Question("rules_folder", "Address of the Drive folder with the Sheet and the Doc (docs/connect-google.md)"),
    Question("time_zone", "The team's time zone", lambda _: "Europe/Berlin"),
    Question("alarm_mail", "Who hears of alarms; - for nobody"),
    Question("managers_channel", "Slack channel that sees every escalated ticket; - for none", lambda _: "-"),
)  # fmt: skip
"""In the order in which they are asked; everything else has a default that harms nobody."""


def answered(said: Mapping[str, Any], ask: Ask | None) -> Stage:
    """The stage that flags, file and answers come to; a wrong answer is asked for again.

    ``ask`` is None where nobody sits at the keyboard: then BadInput names every setting that is missing.
    """
    known = dict(said)
    if "support_addresses" in known and not known["support_addresses"]:
        known["mail_lane"] = False
    for question in QUESTIONS:
        if question.setting not in known and ask:
            _ask_until_right(question, known, ask)
    known.setdefault("managers_channel", None)
    try:
        return Stage.model_validate(known)
    except ValidationError as error:
        raise BadInput("init", "; ".join(_told(fault) for fault in error.errors()), "Say it by a flag.") from None


def _ask_until_right(question: Question, known: dict[str, Any], ask: Ask) -> None:
    complaint = ""
    while True:
        given = ask(f"{complaint}{question.why}", question.default(known)).strip()
        known[question.setting] = value_of(question.setting, given)
        if question.setting == "support_addresses":
            known["mail_lane"] = bool(known["support_addresses"])
        if not (complaint := _complaint(question.setting, known)):
            return


def value_of(setting: str, given: str) -> Any:
    """What was typed, as the file says it: ``-`` is none, commas part lists."""
    if setting in ("support_addresses", "team_domains"):
        return [] if given == "-" else [part.strip() for part in given.split(",") if part.strip()]
    return None if given in ("-", "") else given


def _complaint(setting: str, known: Mapping[str, Any]) -> str:
    """What is wrong with one answer, whatever is still missing; empty when it is right."""
    try:
        Stage.model_validate(known)
    except ValidationError as error:
        for fault in error.errors():
            if fault["loc"] and fault["loc"][0] == setting and fault["type"] != "missing":
                return f"{str(fault['msg']).removeprefix('Value error, ')}. "
    return ""


def _told(fault: Any) -> str:
    flag = f"--{str(fault['loc'][0]).replace('_', '-')}" if fault["loc"] else ""
    if fault["type"] == "missing":
        return f"{flag} is not said"
    return f"{flag} {str(fault['msg']).removeprefix('Value error, ')}".strip()


def as_file(name: str, stage: Stage) -> str:
    """The file, each setting under the line that explains it."""
    lines = [
        f"# Stage {name} of Ticket Router: all that a deployment needs. Commit it; no secret belongs here.",
        "# stages/sample.yml explains every setting. Written by ticket-router init, and yours to edit.",
    ]
    values = stage.model_dump(mode="json", exclude={"slack_api_url", "google_api_root", "api_url_template"})
    for setting, value in values.items():
        if setting == "foundation_model" and value is None:
            continue
        description = Stage.model_fields[setting].description
        lines += ["", *([f"# {description}"] if description else [])]
        lines.append(yaml.safe_dump({setting: value}, sort_keys=False, allow_unicode=True).rstrip())
    return "\n".join(lines) + "\n"
