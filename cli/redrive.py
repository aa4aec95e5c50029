"""``ticket-router redrive``: dead letters go back to the inbox they came from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.lines import write_line
from cli.stack import find_stack
from shared.errors import BadInput

SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
_BATCH = 10
"""SQS: at most ten messages a call."""


def redrive(
    service: Annotated[str | None, typer.Option(help="Only this service's dead letters.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them, move nothing.")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Move dead letters back to the inboxes they came from, once their cause is mended."""
    if service and service not in SERVICES:
        raise BadInput("--service", f"there is no service “{service}”", f"One of: {', '.join(SERVICES)}")
    stack = find_stack(stage)
    sqs = stack.client("sqs")
    for name in [service] if service else SERVICES:
        inbox = sqs.get_queue_url(QueueName=f"tickets-{stack.stage}-{name}")["QueueUrl"]
        dead = sqs.get_queue_url(QueueName=f"tickets-{stack.stage}-{name}-dead")["QueueUrl"]
        waiting = _count(sqs, dead)
        moved = 0 if dry_run else move_back(sqs, dead=dead, inbox=inbox, most=waiting)
        if as_json:
            write_line({"service": name, "dead_letters": waiting, "moved": moved})
        else:
            print(f"{name:<12}{waiting:>6} dead letters" + ("" if dry_run else f", {moved} sent back"))


def move_back(sqs: Any, *, dead: str, inbox: str, most: int) -> int:
    """Move up to ``most`` messages from one queue to the other; the number moved.

    Sent first, deleted after: a crash in between delivers a message twice, which every consumer bears, and loses none.
    ``most`` ends it even when what goes back dies again at once. Done by hand because ``StartMessageMoveTask`` moves
    everything or nothing and tells nobody how many.
    """
    moved = 0
    while moved < most:
        wanted = min(_BATCH, most - moved)
        messages = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=wanted, WaitTimeSeconds=1).get("Messages", [])
        if not messages:
            break
        for message in messages:
            sqs.send_message(QueueUrl=inbox, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        moved += len(messages)
    return moved


def _count(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
