"""``dead-letters``: what was given up, why in words, and after how many tries."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.lines import write_line
from cli.redrive import SERVICES
from cli.stack import Stack, find_stack
from shared.errors import BadInput

LOOKED_AT = 1000
"""Dead letters of one service that are listed; redrive moves all."""
_HELD_S = 60
"""Longer than listing takes; they are let go at its end."""
_BATCH = 10
"""SQS: at most ten messages a call."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that its service gave up."""

    service: str
    message_id: str
    ticket_id: str | None
    event: str
    sent_at: datetime
    tries: int
    """Tries that the service's log knows of; 0: it is not in there any more (logs are kept for 30 days)."""
    why: str


def dead_letters(
    service: Annotated[str | None, typer.Option(help="Only this service's.")] = None,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what was given up: which ticket, after how many tries, and why. Moves nothing.

    The reason is what the function said the last time, found in its log by the message's id. Mend it, then redrive.
    """
    if service and service not in SERVICES:
        raise BadInput("--service", f"there is no service “{service}”", f"One of: {', '.join(SERVICES)}")
    stack = find_stack(stage)
    found = [one for name in ([service] if service else SERVICES) for one in dead_letters_of(stack, name)]
    if as_json or not sys.stdout.isatty():
        for one in found:
            write_line(asdict(one))
        return
    _show(found)


def dead_letters_of(stack: Stack, service: str) -> list[DeadLetter]:
    """The service's dead letters, oldest first."""
    messages = list(_peek(stack, service))
    if not messages:
        return []
    said = _said(stack, service, since=min(_sent(message) for message in messages))
    return sorted((_read(service, message, said) for message in messages), key=lambda one: one.sent_at)


def _peek(stack: Stack, service: str) -> Iterator[dict[str, Any]]:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"tickets-{stack.stage}-{service}-dead")["QueueUrl"]
    seen: dict[str, dict[str, Any]] = {}
    while len(seen) < LOOKED_AT:
        messages = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=_HELD_S,
            MessageAttributeNames=["All"],
            AttributeNames=["SentTimestamp"],
        ).get("Messages", [])
        if not messages:
            break
        seen.update({message["MessageId"]: message for message in messages})
    for message in seen.values():
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        yield message


def _said(stack: Stack, service: str, *, since: datetime) -> dict[str, list[str]]:
    """What the function said about each message, by its id; under "" what it said when it failed as a whole."""
    logs, found = stack.client("logs"), dict[str, list[str]]()
    group = f"/aws/lambda/ticket-router-{service}-{stack.stage}-inbox"
    start = int(since.timestamp() * 1000)
    with suppress(logs.exceptions.ResourceNotFoundException):
        for pattern in ('"message_id"', '"[ERROR]"'):
            pages = logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=start, filterPattern=pattern
            )
            for event in (event for page in pages for event in page["events"]):
                message_id, why = _why(event["message"])
                found.setdefault(message_id, []).append(why)
    return found


def _why(line: str) -> tuple[str, str]:
    try:
        told = json.loads(line)
    except ValueError:
        return "", line.partition("[ERROR]")[2].strip().partition("\n")[0]
    last = str(told.get("exception") or "").strip().rpartition("\n")[2].strip()
    return str(told.get("message_id", "")), str(told.get("why") or last or told.get("message"))


def _read(service: str, message: dict[str, Any], said: dict[str, list[str]]) -> DeadLetter:
    ticket_id, event = _about(message["Body"])
    undelivered = message.get("MessageAttributes", {}).get("ERROR_MESSAGE", {}).get("StringValue")
    own = said.get(message["MessageId"], [])
    whole = said.get("", [])
    why = undelivered or (own[-1] if own else f"the function itself failed: {whole[-1]}" if whole else "")
    return DeadLetter(
        service,
        message["MessageId"],
        ticket_id,
        event,
        _sent(message),
        len(own),
        why or "the log does not say",
    )


def _about(body: str) -> tuple[str | None, str]:
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        told = json.loads(body)
        if "detail" in told:
            return told["detail"]["metadata"]["correlation_id"], told["detail-type"]
        return told.get("ticket_id"), str(told.get("lane") or next(iter(told)))
    return None, "not a message of ours"


def _sent(message: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)


def _show(found: Iterable[DeadLetter]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("service", "ticket", "what", "since", "tries", "why"):
        table.add_column(name, overflow="fold")
    rows = list(found)
    for one in rows:
        when = f"{one.sent_at.astimezone():%m-%d %H:%M}"
        table.add_row(one.service, one.ticket_id or "–", one.event, when, str(one.tries or "–"), one.why)
    Console().print(table if rows else "No dead letters.")
