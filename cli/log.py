"""``tickets``, ``trace`` and ``set-aside``: what came in, where it went, and why."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer
from boto3.dynamodb.conditions import Key

from cli.lines import write_line
from cli.stack import Stack, find_stack
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.row import ROW_FIELDS
from shared.errors import BadInput

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most this many, newest first.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line (also when the output is a pipe).")]
Stage = Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")]


def tickets(limit: Limit = 50, as_json: AsJson = False, stage: Stage = None) -> None:
    """List the tickets, newest first: what each was read as, where it landed, and how long it waited."""
    rows = HandOffLog(find_stack(stage).table("dispatch")).newest(limit=limit)
    if as_json or not sys.stdout.isatty():
        for row in rows:
            write_line(row)
    else:
        _print_table(rows)


def trace(
    ticket_id: Annotated[str, typer.Argument(help="The ticket, for example T-4F7K2M9QXA8B.")],
    as_json: AsJson = False,
    stage: Stage = None,
) -> None:
    """Follow one ticket: every event in order, with its id and its cause."""
    stack = find_stack(stage)
    row = HandOffLog(stack.table("dispatch")).row(ticket_id)
    events = [_with_times(event) for event in events_of(stack, ticket_id)]
    if row is None and not events:
        raise BadInput("TICKET_ID", f"no ticket {ticket_id!r} in stage {stack.stage}", "See ticket-router tickets")
    found = {**(row or _not_yet(ticket_id, events)), "events": events}
    if as_json or not sys.stdout.isatty():
        write_line(found)
    else:
        _print_trace(found)


def _not_yet(ticket_id: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """A row for a ticket that is not before any team yet: what it is, and null for all that is not decided."""
    ticket: dict[str, Any] = next((event["data"]["ticket"] for event in events if "ticket" in event["data"]), {})
    row: dict[str, Any] = dict.fromkeys(ROW_FIELDS)
    known = {name: ticket[name] for name in ROW_FIELDS if name in ticket}
    return {**row, "reasons": [], "corrections": [], **known, "ticket_id": ticket_id}


def set_aside(
    limit: Limit = 50,
    release: Annotated[str | None, typer.Option(help="The id of a mail in the list: it becomes a ticket.")] = None,
    as_json: AsJson = False,
    stage: Stage = None,
) -> None:
    """List mail that was not a ticket (bounces, out-of-office, our own), with the reason; release one of them."""
    stack = find_stack(stage)
    as_json = as_json or not sys.stdout.isatty()
    if release:
        row = release_mail(stack, release)
        if as_json:
            write_line(row)
        else:
            _console().print(f"{row['id']} is a ticket now: “{row['subject']}” from {row['from']}", markup=False)
        return
    rows = set_aside_mail(stack, limit=limit)
    if as_json:
        for row in rows:
            write_line(row)
    else:
        _print_set_aside(rows)


def release_mail(stack: Stack, number: str) -> dict[str, Any]:
    """Tell intake that a mail it set aside is a ticket; the row of that mail. Raises BadInput when there is none."""
    row = next((row for row in set_aside_mail(stack, limit=None) if row.get("id") == number.strip().upper()), None)
    if row is None:
        raise BadInput(
            "--release", f"no mail “{number}” has been set aside", "`ticket-router set-aside` lists the ids."
        )
    queue = stack.client("sqs")
    inbox = queue.get_queue_url(QueueName=f"tickets-{stack.stage}-intake")["QueueUrl"]
    message = {"lane": "released", "key": row["key"], "received_at": row["received_at"]}
    queue.send_message(QueueUrl=inbox, MessageBody=json.dumps(message))
    return row


def events_of(stack: Stack, ticket_id: str) -> list[dict[str, Any]]:
    """Every event of a ticket in order, from the tables of the services that keep what they emitted."""
    found: dict[str, dict[str, Any]] = {}
    for service in ("intake", "classifier", "dispatch"):
        wanted = Key("pk").eq(f"ticket#{ticket_id}") & Key("sk").begins_with("event#")
        for item in _query_all(stack.table(service), KeyConditionExpression=wanted):
            event = json.loads(item["event"])
            found[event["detail"]["metadata"]["event_id"]] = event
    return in_causal_order(list(found.values()))


def set_aside_mail(stack: Stack, *, limit: int | None) -> list[dict[str, Any]]:
    """Mail that intake set aside, newest first."""
    wanted = Key("pk").eq("set-aside")
    items = _query_all(stack.table("intake"), most=limit, KeyConditionExpression=wanted, ScanIndexForward=False)
    hidden = {"pk", "sk", "expires_at"}
    return [{name: value for name, value in item.items() if name not in hidden} for item in items]


def _query_all(table: Any, *, most: int | None = None, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        answer = table.query(**query, **({"Limit": most - len(items)} if most else {}))
        items += answer["Items"]
        if "LastEvaluatedKey" not in answer or len(items) == most:
            return items
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def in_causal_order(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By time, and a cause always before what it caused: two clocks may differ by milliseconds."""
    by_time = sorted(events, key=lambda event: event["detail"]["metadata"]["occurred_at"])
    ids = {event["detail"]["metadata"]["event_id"] for event in events}
    ordered: list[dict[str, Any]] = []
    while by_time:
        told = {event["detail"]["metadata"]["event_id"] for event in ordered}
        ready = [each for each in by_time if _cause(each) not in ids - told]
        following = ready[0] if ready else by_time[0]
        by_time.remove(following)
        ordered.append(following)
    return ordered


def _cause(event: dict[str, Any]) -> str | None:
    cause: str | None = event["detail"]["metadata"]["causation_id"]
    return cause


def _with_times(event: dict[str, Any]) -> dict[str, Any]:
    metadata = event["detail"]["metadata"]
    return {
        "event": event["detail-type"],
        "source": event["source"],
        "event_id": metadata["event_id"],
        "causation_id": metadata["causation_id"],
        "occurred_at": metadata["occurred_at"],
        "data": event["detail"]["data"],
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("received", "customer", "subject", "reading", "move", "landed in"):
        table.add_column(name, overflow="fold")
    for row in rows:
        reading = " ".join(filter(None, (row["topic"] or "unclear", row["urgency"], row["tone"])))
        move, place = row["move"], (row["destination"] or {}).get("address", "")
        if row["duplicate_of"]:
            reading, move, place = "", "copy", f"with {row['duplicate_of']}"
        table.add_row(_local(row["received_at"]), _plain(row["customer"]), _title(row), reading, move, place)
    _console().print(table if rows else "No ticket yet.", markup=False)


def _print_trace(found: dict[str, Any]) -> None:
    console = _console()
    console.print(f"{found['ticket_id']}  {_title(found)}", markup=False, style="bold")
    for reason in found.get("reasons", ()):
        console.print(f"  {reason}", markup=False)
    for event in found["events"]:
        cause = f"because of {event['causation_id']}" if event["causation_id"] else "the start"
        console.print(f"{_local(event['occurred_at'])}  {event['event']:<17} {event['event_id']}", markup=False)
        console.print(f"{'':<10}{cause}", markup=False, style="dim")


def _print_set_aside(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("id", no_wrap=True)
    for name in ("at", "from", "subject", "reason"):
        table.add_column(name, overflow="fold")
    for row in rows:
        reason = f"{row['reason']}; released" if row.get("released_at") else row["reason"]
        cells = (_local(row["received_at"]), _plain(row.get("from")), _plain(row.get("subject")), reason)
        table.add_row(row.get("id", ""), *cells)
    _console().print(table if rows else "No mail has been set aside.", markup=False)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().strftime("%d %b %H:%M")


def _title(row: dict[str, Any]) -> str:
    return str(row.get("subject") or row.get("opening") or "")


def _plain(customer: Any) -> str:
    if isinstance(customer, dict):
        return str(customer.get("name") or customer.get("email") or customer.get("handle") or "unknown")
    return str(customer or "unknown")
