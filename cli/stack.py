"""Which stack the command speaks to: the one running here, or the one an AWS profile leads to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from cli.stage_file import load
from shared.errors import BadInput


@dataclass(frozen=True)
class Stack:
    """A deployed Ticket Router: its stage, and a boto3 session that may read it."""

    stage: str
    session: boto3.Session
    endpoint_url: str | None

    def client(self, service: str) -> Any:
        """A boto3 client of this stack."""
        return self.session.client(service, endpoint_url=self.endpoint_url)

    def table(self, service: str) -> Any:
        """The DynamoDB table of one service."""
        return self.session.resource("dynamodb", endpoint_url=self.endpoint_url).Table(
            f"tickets-{service}-{self.stage}"
        )

    def bucket(self, what: str) -> str:
        """The name of the ``mail`` or the ``rules`` bucket: unique in the world, so with region and account."""
        return f"tickets-{what}-{self.stage}-{self.session.region_name}-{self.account}"

    @cached_property
    def account(self) -> str:
        """The AWS account id."""
        return str(self.client("sts").get_caller_identity()["Account"])


def find_stack(stage: str | None = None) -> Stack:
    """The stack to speak to.

    ``$LOCAL_DIR/endpoints.json`` (default ``.local``) names the local one while it runs. With a ``stage`` (or
    ``TICKET_ROUTER_STAGE``) other than ``local``, ``stages/<stage>.yml`` says the region, and the AWS profile of the
    environment the account. Raises BadInput when nothing says which.
    """
    wanted = stage or os.environ.get("TICKET_ROUTER_STAGE")
    endpoints = Path(os.environ.get("LOCAL_DIR", ".local")) / "endpoints.json"
    here = _running(endpoints) if wanted in (None, "local") else None
    if here:
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=here["aws_region"])
        return Stack(here["stage"], session, here["aws_endpoint_url"])
    if not wanted or wanted == "local":
        raise BadInput(
            "stack",
            f"no system is running here ({endpoints})",
            "Start one with make up, or name --stage",
        )
    return Stack(wanted, boto3.Session(region_name=load(wanted).region), os.environ.get("AWS_ENDPOINT_URL"))


def _running(endpoints: Path) -> dict[str, Any] | None:
    """What ``make up`` wrote, if the process that wrote it still lives (killed, it could not take the file along)."""
    try:
        here: dict[str, Any] = json.loads(endpoints.read_text())
        os.kill(here["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return here
