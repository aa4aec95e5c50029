"""Five teams: one service is deployed, or is away, and the others go on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from local.demo.send import Sender
from local.demo.watch import Row, Watch, until
from local.stack.aws import LocalAws
from local.stack.choices import REGION, ROOT, STAGE
from local.stack.deploy import OSLS, deploy_environment
from local.stack.endpoints import Endpoints

ADDRESS = "How do I change my billing address?"


@pytest.fixture
def router(watch: Watch) -> Callable[[bool], None]:
    """Switch router's function off and on: switched off it is as if it were not deployed, but for its queue."""
    functions = watch.client("lambda")
    (source,) = functions.list_event_source_mappings(FunctionName=f"ticket-router-router-{STAGE}-inbox")[
        "EventSourceMappings"
    ]
    return lambda on: functions.update_event_source_mapping(UUID=source["UUID"], Enabled=on)


def test_one_service_is_deployed_alone_and_tickets_go_on(
    endpoints: Endpoints, send: Sender, landed: Callable[..., list[Row]], customer: Callable[..., str]
) -> None:
    stage_file = Path(os.environ["LOCAL_DIR"]) / "stage.yml"
    env = deploy_environment(LocalAws(endpoints.aws_endpoint_url), stage_file)
    deploy = [str(OSLS), "deploy", "--stage", STAGE, "--region", REGION]
    before = customer()
    send.form(email=before, message=ADDRESS).raise_for_status()
    subprocess.run(deploy, cwd=ROOT / "services" / "router", env=env, check=True, capture_output=True)
    after = customer()
    send.form(email=after, message=ADDRESS).raise_for_status()
    assert len(landed(before)) == len(landed(after)) == 1


def test_while_one_service_is_away_the_others_go_on_and_nothing_is_lost(
    watch: Watch,
    send: Sender,
    landed: Callable[..., list[Row]],
    customer: Callable[..., str],
    router: Callable[[bool], None],
) -> None:
    email = customer()
    router(False)
    try:
        number = send.form(email=email, message=ADDRESS).json()["ticket_id"]

        def read() -> bool:
            return any(event["detail-type"] == "TicketClassified" for event in watch.events(number))

        until(read, seconds=60, what="the reading of a ticket that router does not take")
        assert watch.landed(email) is None
    finally:
        router(True)
    assert len(landed(email)) == 1
