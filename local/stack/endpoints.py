"""``$LOCAL_DIR/endpoints.json``: says that the system is ready and how to reach it. Gone when the system is."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Endpoints(BaseModel):
    """Where everything is. The fields are a stable surface: add, never change."""

    model_config = ConfigDict(frozen=True)

    ready: bool = True
    pid: int
    desk_url: str
    contact_url: str
    form_url: str
    chat_url: str
    chat_secret: str
    smtp: str
    """``host:port`` of the mail listener."""
    support_address: str
    slack_api_url: str
    slack_bot_token: str
    slack_actions_url: str
    slack_signing_secret: str
    drive_url: str
    rules_dir: str
    model_url: str
    outbox_url: str
    """A JSON list of the mails sent to inboxes."""
    aws_endpoint_url: str
    aws_region: str
    bus_name: str
    stage: str

    def write(self, path: Path) -> None:
        """Write the file whole or not at all, for this user's eyes (it names secrets)."""
        unfinished = path.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(self.model_dump(), indent=2) + "\n")
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> Endpoints:
        """The endpoints of a running stack. Raises FileNotFoundError when none is ready there."""
        return cls.model_validate_json(path.read_bytes())
