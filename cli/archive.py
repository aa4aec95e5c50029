"""``ticket-router replay``: archived events go over the bus again, for instance after a bug was mended.

Events keep their ids, and every effect is keyed by one: what happened already does not happen a second time.
"""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from cli.lines import write_line
from cli.redrive import SERVICES
from cli.stack import Stack, find_stack
from shared.errors import BadInput

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LOOK_S = 1.0
_ENDED = ("COMPLETED", "CANCELLED", "FAILED")


def replay(
    since: Annotated[
        str, typer.Option(help="From when: 2026-11-23T08:00+01:00, or 90m, 6h, 2d ago. UTC if it names no zone.")
    ],
    service: Annotated[str | None, typer.Option(help="Only to this service's inbox, not to all that listen.")] = None,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")] = False,
) -> None:
    """Replay archived events: what was not done is done, what was done is not done again."""
    now = datetime.now(UTC)
    start = moment(since, now=now)
    if service and service not in SERVICES:
        raise BadInput("--service", f"there is no service “{service}”", f"One of: {', '.join(SERVICES)}")
    stack = find_stack(stage)
    name = f"tickets-{stack.stage}-{now:%Y%m%dT%H%M%S}"
    state = _run(stack.client("events"), stack, name=name, start=start, end=now, service=service)
    if as_json or not sys.stdout.isatty():
        write_line({"replay": name, "since": start, "until": now, "service": service, "state": state})
    else:
        print(f"{name}: events from {start:%d %b %H:%M} to {now:%d %b %H:%M} UTC, {state.lower()}")
    if state != "COMPLETED":
        raise RuntimeError(f"the replay {name} ended as {state}: EventBridge → Replays says why")


def moment(said: str, *, now: datetime) -> datetime:
    """The moment that ``said`` means. Raises BadInput for one that cannot be read or is still to come."""
    if ago := re.fullmatch(r"(\d+)\s*([mhd])", said.strip()):
        try:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        except OverflowError as error:
            raise BadInput("--since", f"“{said}” is before all time", "The archive keeps 90 days") from error
    try:
        named = datetime.fromisoformat(said.strip())
    except ValueError as error:
        raise BadInput("--since", f"“{said}” is no time", "Say 2026-11-23T08:00+01:00, or 90m, 6h, 2d") from error
    named = named if named.tzinfo else named.replace(tzinfo=UTC)
    if named >= now:
        raise BadInput("--since", f"“{said}” is still to come", "Name a time that has passed")
    return named


def _run(events: Any, stack: Stack, *, name: str, start: datetime, end: datetime, service: str | None) -> str:
    """Start the replay and wait for its end; the state it ended in. Interrupted, it goes on without us."""
    region = stack.session.region_name
    bus = f"arn:aws:events:{region}:{stack.account}:event-bus/tickets-{stack.stage}"
    only = {"FilterArns": _rules_of(events, stack, service)} if service else {}
    events.start_replay(
        ReplayName=name,
        EventSourceArn=f"arn:aws:events:{region}:{stack.account}:archive/tickets-{stack.stage}",
        EventStartTime=start,
        EventEndTime=end,
        Destination={"Arn": bus, **only},
    )
    while (state := str(events.describe_replay(ReplayName=name)["State"])) not in _ENDED:
        time.sleep(_LOOK_S)
    return state


def _rules_of(events: Any, stack: Stack, service: str) -> list[str]:
    """The bus rules that fill a service's inbox."""
    inbox = f"arn:aws:sqs:{stack.session.region_name}:{stack.account}:tickets-{stack.stage}-{service}"
    bus = f"tickets-{stack.stage}"
    names = events.list_rule_names_by_target(TargetArn=inbox, EventBusName=bus)["RuleNames"]
    return [events.describe_rule(Name=name, EventBusName=bus)["Arn"] for name in names]
