"""What the person at the keyboard chose, by environment variable (the list is in ``SURFACES``)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The folder with the Makefile."""

STAGE = "local"
REGION = "eu-central-1"
ACCOUNT = "000000000000"
MAIL_BUCKET = f"tickets-mail-{STAGE}-{REGION}-{ACCOUNT}"
MODEL_TIMEOUTS_S = (1, 400)
"""What a call may be given: two of them must fit into a Lambda's 900 s."""
OWN_MODEL_TIMEOUT_S = 30.0
"""For a model of one's own unless it is said: it may run on this machine's processor."""
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
    model_timeout_s: float = 10.0
    """``MODEL_TIMEOUT_S``: seconds one call of the model may take."""
    model_key: str | None = field(default=None, repr=False)
    """``MODEL_API_KEY``: a bearer token for the model at ``MODEL_URL``. Written nowhere."""
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
    slack, model = env.get("SLACK_API_URL"), (env.get("MODEL_URL") or "").rstrip("/") or None
    return Choices(
        folder=Path(env.get("LOCAL_DIR") or ROOT / ".local").resolve(),
        rules=rules,
        model_url=model,
        model_id=env.get("MODEL_ID") or None,
        model_timeout_s=_timeout_s(env.get("MODEL_TIMEOUT_S"), OWN_MODEL_TIMEOUT_S if model else 10.0),
        model_key=env.get("MODEL_API_KEY") or None,
        slack_api_url=slack.rstrip("/") + "/" if slack else None,
        slack_bot_token=env.get("SLACK_BOT_TOKEN") or None,
        slack_signing_secret=env.get("SLACK_SIGNING_SECRET") or None,
        samples=env.get("DEMO") != "0",
    )


def _timeout_s(said: str | None, unless_said: float) -> float:
    least, most = MODEL_TIMEOUTS_S
    try:
        seconds = float(said) if said else unless_said
    except ValueError:
        seconds = 0.0
    if not least <= seconds <= most:
        raise SystemExit(f"MODEL_TIMEOUT_S: {said!r} is not a number of seconds from {least} to {most}.")
    return seconds
