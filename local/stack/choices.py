"""What the person at the keyboard chose, by environment variable (the list is in ``SURFACES``)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The folder with the Makefile."""

STAGE = "local"
REGION = "eu-central-1"
ACCOUNT = "000000000000"
MAIL_BUCKET = f"tickets-mail-{STAGE}-{REGION}-{ACCOUNT}"
SUPPORT_ADDRESS = "support@example.com"
MAIL_FROM = "ticket-router@example.com"


@dataclass(frozen=True)
class Choices:
    """Where this stack lives and which outside parties it uses instead of the stand-ins."""

    folder: Path
    """``LOCAL_DIR``: everything this stack writes, and nothing of another stack's."""
    rules: Path | None = None
    """``RULES_DIR``; None when nobody chose."""
    model_url: str | None = None
    model_id: str | None = None
    """``MODEL_ID``: what the model at ``MODEL_URL`` is called; its price and calibration go by this name."""
    slack_api_url: str | None = None
    slack_bot_token: str | None = None
    slack_signing_secret: str | None = None
    samples: bool = True
    """False with ``DEMO=0``: start, send nothing."""

    @property
    def logs(self) -> Path:
        """Where each part writes what it has to say."""
        return self.folder / "logs"

    @property
    def endpoints(self) -> Path:
        """The file that says the system is ready, and how to reach it."""
        return self.folder / "endpoints.json"


def choices(environment: Mapping[str, str] | None = None) -> Choices:
    """Read the choices. Raises SystemExit naming the variable that cannot be."""
    env = os.environ if environment is None else environment
    rules = Path(env["RULES_DIR"]).resolve() if env.get("RULES_DIR") else None
    if rules and not (rules / "topics.csv").is_file():
        raise SystemExit(f"RULES_DIR: {rules} has no topics.csv. Point it to a folder with topics, teams and guide.")
    if env.get("SLACK_API_URL") and not env.get("SLACK_BOT_TOKEN"):
        raise SystemExit("SLACK_API_URL is set and SLACK_BOT_TOKEN is not: that Slack needs a bot token.")
    slack = env.get("SLACK_API_URL")
    return Choices(
        folder=Path(env.get("LOCAL_DIR") or ROOT / ".local").resolve(),
        rules=rules,
        model_url=(env.get("MODEL_URL") or "").rstrip("/") or None,
        model_id=env.get("MODEL_ID") or None,
        slack_api_url=slack.rstrip("/") + "/" if slack else None,
        slack_bot_token=env.get("SLACK_BOT_TOKEN") or None,
        slack_signing_secret=env.get("SLACK_SIGNING_SECRET") or None,
        samples=env.get("DEMO") != "0",
    )
