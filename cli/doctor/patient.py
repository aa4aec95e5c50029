"""The stage that is looked at, and what a look comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from cli.stack import Stack
from cli.stage_file import Stage
from contracts.rules import RULES_KEY, Rules

State = Literal["ok", "fail", "unknown"]
SIGNS: Mapping[State, str] = {"ok": "✓", "fail": "✗", "unknown": "?"}


@dataclass(frozen=True)
class Finding:
    """What one check found. ``fail`` makes the command end with 1; ``unknown`` could not be looked at from here."""

    check: str
    state: State
    says: str
    cure: str = ""

    def as_dict(self) -> dict[str, str]:
        """For ``--json``."""
        return {"check": self.check, "state": self.state, "says": self.says, "cure": self.cure}


@dataclass(frozen=True)
class Patient:
    """A deployed stage: its file, what its templates are told, and a way to its AWS."""

    stack: Stack
    settings: Stage
    told: Mapping[str, Any]
    _secrets: dict[str, str | None] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """Its name."""
        return self.stack.stage

    @property
    def deploy(self) -> str:
        """The command that brings what is deployed in line with the file."""
        return f"npx serverless deploy --stage {self.stage}"

    @property
    def init(self) -> str:
        """The command that stores what is missing."""
        return f"ticket-router init --stage {self.stage}"

    def secret(self, name: str) -> str | None:
        """The stored secret, None when there is none. Raises ClientError when it may not be read."""
        if name not in self._secrets:
            ssm = self.stack.client("ssm")
            try:
                found = ssm.get_parameter(Name=f"/ticket-router/{self.stage}/{name}", WithDecryption=True)
                self._secrets[name] = str(found["Parameter"]["Value"])
            except ssm.exceptions.ParameterNotFound:
                self._secrets[name] = None
        return self._secrets[name]

    @cached_property
    def rules(self) -> Rules | None:
        """The rules in force; None when none are published (or cannot be read: the check of the rules says why)."""
        try:
            answer = self.stack.client("s3").get_object(Bucket=self.stack.bucket("rules"), Key=RULES_KEY)
            return Rules.model_validate_json(answer["Body"].read())
        except (ClientError, BotoCoreError, ValueError):
            return None


Check = Callable[[Patient], Iterator[Finding]]


def asked(check: str, look: Check, patient: Patient) -> Iterator[Finding]:
    """What a check finds; one that AWS does not let look is said to be unknown, with the reason."""
    try:
        yield from look(patient)
    except ClientError as error:
        code, operation = error.response["Error"].get("Code", "error"), error.operation_name
        denied = "denied" in code.lower() or "unauthor" in code.lower()
        cure = "Use a profile that may ask." if denied else "Try again; if it stays, look there by hand."
        yield Finding(check, "unknown", f"AWS did not answer {operation}: {code}", cure)
    except BotoCoreError as error:
        yield Finding(check, "unknown", f"AWS cannot be reached: {error}", "Look at AWS_PROFILE and your network.")
