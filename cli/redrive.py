"""``ticket-router redrive``: dead letters go back to the inbox they came from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.lines import write_line
from cli.stack import find_stack
from shared.errors import BadInput

SERVICES = ("intake", "classifier", "router", "dispatch", "learning")


def redrive(
    service: Annotated[str | None, typer.Option(help="Only this service's dead letters.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them, move nothing.")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Move dead letters back to the inboxes they came from, once their cause is mended."""
    if service and service not in SERVICES:
        raise BadInput("--service", f"there is no service “{service}”", f"One of: {', '.join(SERVICES)}")
    sqs, stack_stage = (stack := find_stack(stage)).client("sqs"), stack.stage
    for name in [service] if service else SERVICES:
        waiting = _waiting(sqs, f"tickets-{stack_stage}-{name}-dead")
        if waiting["messages"] and not dry_run:
            sqs.start_message_move_task(SourceArn=waiting["arn"])
        moved = 0 if dry_run else waiting["messages"]
        if as_json:
            write_line({"service": name, "dead_letters": waiting["messages"], "moved": moved})
        else:
            print(f"{name:<12}{waiting['messages']:>6} dead letters" + (f", {moved} going back" if moved else ""))


def _waiting(sqs: Any, queue: str) -> dict[str, Any]:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "QueueArn"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return {"messages": int(found["ApproximateNumberOfMessages"]), "arn": found["QueueArn"]}
