"""``stages/<stage>.yml``: all that a deployment needs, checked. Every template and command reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from shared.errors import BadInput

STAGES = Path(__file__).resolve().parent.parent / "stages"
"""The folder of the stage files."""

_STAGE = re.compile(r"[a-z][a-z0-9-]{0,14}")
"""A stage's name is part of bucket names (63 characters, with region and account id) and of role names (64)."""
_NOBODYS = re.compile(r"(^|[@.])example\.(com|org|net)$", re.IGNORECASE)
"""RFC 2606 §3: these belong to nobody. Only the local stage may use them."""


def _address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+", value):
        raise ValueError(f"{value!r} is no mail address; write one like support@your-domain.com")
    return value.lower()


def _domain(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"/]+\.[^@\s<>,;\"/.]+", value):
        raise ValueError(f"{value!r} is no domain; write one like your-domain.com")
    return value.lower()


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is no time zone of the IANA database; write one like Europe/Berlin")
    return value


def _folder_id(value: str) -> str:
    """The id, also from the folder's address in the browser."""
    return value.rstrip("/").rpartition("/")[2].partition("?")[0]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 30)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Part):
    """What is held back, so that neither a flood nor a mistake costs much."""

    forms_per_address: int = Field(default=30, ge=0, description="Forms of one address in ten minutes; 0: any number.")
    forms_per_ip: int = Field(default=600, ge=0, description="Forms of one IP in ten minutes; 0: any number.")
    requests_per_second: int = Field(default=20, ge=1, le=10_000, description="What the public API takes, steadily.")
    requests_at_once: int = Field(default=40, ge=1, le=5_000, description="What it takes in a burst.")
    workers: int = Field(
        default=2, ge=2, le=100, description="Copies of a function that a queue may call at once. Five queues of 2 fit "
        "a new account, which may have 10 concurrent Lambdas in all; 2 is also the least that SQS takes.",
    )  # fmt: skip
    model_calls_per_day: int = Field(
        default=2_000, ge=0, description="Beyond it tickets go unread to triage until midnight UTC; 0: any number."
    )
    monthly_usd: int = Field(default=10, ge=1, description="A month that costs more is told to alarm_mail.")


class Reminders(_Part):
    """Minutes after which the lead, then the manager, is told that nobody took a ticket; 0 and 0: never."""

    escalate: tuple[Minutes, Minutes] = (10, 30)
    priority: tuple[Minutes, Minutes] = (30, 120)
    hold: tuple[Minutes, Minutes] = (240, 1440)


class Stage(_Part):
    """One deployment. What has no default must be said: nothing here belongs to somebody else by accident."""

    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="AWS region, such as eu-central-1.")
    mail_lane: bool = Field(default=True, description="Whether mail comes in through SES.")
    support_addresses: Annotated[tuple[Address, ...], BeforeValidator(_one_or_many)] = Field(
        default=(), description="The addresses customers write to."
    )
    receipt_rule_set: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="An SES receipt rule set that is active already, to join; null: one of our own is made.",
    )
    mail_from: Address = Field(description="The address hand-offs to shared inboxes come from.")
    team_domains: Annotated[tuple[Domain, ...], BeforeValidator(_one_or_many)] = Field(
        min_length=1, description="The only domains mail may go to; the role is held to them as well."
    )
    rules_folder: Annotated[str, AfterValidator(_folder_id)] = Field(
        min_length=1, description="The Drive folder with the Sheet and the Doc: its id, or its address in the browser."
    )
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(description="The team's, such as Europe/Berlin.")
    alarm_mail: Address | None = Field(description="Who hears of alarms; null: nobody, and you mean it.")
    managers_channel: str | None = Field(
        default=None, description="A Slack channel that sees every escalated ticket and the reports; null: none."
    )
    model: str = Field(default="claude-haiku-4-5", min_length=1, description="A name or a Bedrock id.")
    foundation_model: str | None = Field(
        default=None, description="What an inference profile hands on to; null: looked up."
    )
    model_timeout_s: float = Field(
        default=10, ge=1, le=400, description="Seconds a model call may take; over 30, the function needs more than 70."
    )
    reply_to_customer: bool = Field(
        default=False, description="Whether Reply on a hand-off mail goes to the customer, from the team's own program."
    )
    form_origins: Annotated[tuple[str, ...], BeforeValidator(_one_or_many)] = Field(
        default=(), description="Sites that may post the form by script or embed the page: https://…"
    )
    reminders: Reminders = Reminders()
    limits: Limits = Limits()
    keep_days: int = Field(default=400, ge=30, le=3650, description="Days that tickets are kept.")
    slack_api_url: str = Field(default="https://slack.com/api/", pattern=r"^https?://.+/$")
    google_api_root: str = Field(default="", description="In place of Google's three APIs; empty: Google's own.")
    api_url_template: str | None = Field(
        default=None, description="Where the HTTP APIs are reached, with {api_id} in it; null: as AWS names them."
    )

    @model_validator(mode="after")
    def _mail_needs_an_address(self) -> Stage:
        if self.mail_lane and not self.support_addresses:
            raise ValueError("support_addresses: name at least one address, or say mail_lane: false")
        return self


def names() -> list[str]:
    """The stages that have a file, without the sample and the local one."""
    return sorted(path.stem for path in STAGES.glob("*.yml") if path.stem not in ("sample", "local"))


def path_of(stage: str) -> Path:
    """Where the stage's file lies. Raises BadInput for a name that cannot be one."""
    if not _STAGE.fullmatch(stage):
        raise BadInput("--stage", f"{stage!r} cannot be a stage", "Use up to 15 of a-z, 0-9 and -, a letter first.")
    return STAGES / f"{stage}.yml"


def load(stage: str) -> Stage:
    """The stage's file, checked. Raises BadInput naming the file, the setting and the cure."""
    path = path_of(stage)
    if not path.exists():
        known = ", ".join(names())
        cure = f"There are: {known}." if known else "Run ticket-router init, or copy stages/sample.yml there."
        raise BadInput("--stage", f"there is no stages/{stage}.yml", cure)
    return read(path, local=stage == "local")


def read(path: Path, *, local: bool = False) -> Stage:
    """A stage file, checked. Raises BadInput; off ``local`` also for an address that belongs to nobody."""
    where = f"stages/{path.name}"
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(where, f"cannot be read ({error})", "It must be a text file in UTF-8.") from None
    except yaml.YAMLError as error:
        raise BadInput(where, f"is no YAML: {_first_line(error)}", "Compare it with stages/sample.yml.") from None
    if not isinstance(said, Mapping):
        raise BadInput(where, "has no settings", "Compare it with stages/sample.yml.")
    try:
        stage = Stage.model_validate(dict(said))
    except ValidationError as error:
        raise BadInput(where, "; ".join(_fault(fault) for fault in error.errors()), _CURE) from None
    if not local and (nobodys := _of_nobody(stage)):
        raise BadInput(where, f"{nobodys} belongs to nobody", "Write your own; customers' mail depends on it.")
    return stage


_CURE = "stages/sample.yml says what each setting is."


def _of_nobody(stage: Stage) -> str | None:
    said = (*stage.support_addresses, stage.mail_from, *stage.team_domains, stage.alarm_mail or "")
    return next((value for value in said if _NOBODYS.search(value)), None)


def _fault(fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{name} is missing"
    if fault["type"] == "extra_forbidden":
        return f"{name} is no setting"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
