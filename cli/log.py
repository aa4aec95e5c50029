"""``tickets``, ``trace`` and ``set-aside``: what came in, where it went, and why."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Annotated, Any

import typer
from boto3.dynamodb.conditions import Key

from cli.lines import write_line
from cli.stack import Stack, find_stack
from cli.wanted import WAITING, Wanted
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.row import ROW_FIELDS
from services.dispatch.domain.words import wait
from shared.errors import BadInput

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most this many, newest first.")]
_ALL = 100_000
NARROW = 100
"""Columns of a screen on which the list leaves the topic out."""
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line (also when the output is a pipe).")]
Stage = Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")]


def tickets(
    limit: Limit = 50,
    customer: Annotated[str | None, typer.Option(help="Only those of this address.")] = None,
    team: Annotated[str | None, typer.Option(help="Only those of this team.")] = None,
    state: Annotated[
        str | None, typer.Option(help="waiting, taken, done, 'no ticket' or 'waiting for the model'.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Received since: 2026-11-23, 3d, 12h, 30m.")] = None,
    query: Annotated[str | None, typer.Option(help="Words in the number, subject, customer or first words.")] = None,
    as_json: AsJson = False,
    stage: Stage = None,
) -> None:
    """List the tickets, newest first: what each was read as, where it landed, and how long it waited."""
    wanted = Wanted.of(team=team, state=state, since=since, query=query, now=datetime.now(UTC))
    stack = find_stack(stage)
    log = HandOffLog(stack.table("dispatch"))
    found = log.of_customer(customer, limit=_ALL) if customer else log.each()
    unread = [row for row in waiting_rows(stack) if customer in (None, (row["customer"] or {}).get("email"))]
    # Each by itself: they stand first, whatever is newer.
    rows = list(islice(chain(*(wanted.among([row]) for row in unread), wanted.among(found)), limit))
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


def waiting_rows(stack: Stack) -> list[dict[str, Any]]:
    """The tickets that wait for the model and are before no team yet, newest first."""
    items = query_all(stack.table("classifier"), KeyConditionExpression=Key("pk").eq("waiting"))
    newest = sorted(items, key=lambda item: str(item["since"]), reverse=True)
    return [_waiting(stack, each) for each in newest]


def _waiting(stack: Stack, item: dict[str, Any]) -> dict[str, Any]:
    row = _not_yet(item["ticket_id"], [_with_times(event) for event in events_of(stack, item["ticket_id"])])
    return {**row, "received_at": row["received_at"] or item["since"], "state": WAITING, "reasons": [item["why"]]}


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
        for item in query_all(stack.table(service), KeyConditionExpression=wanted):
            event = json.loads(item["event"])
            found[event["detail"]["metadata"]["event_id"]] = event
    return in_causal_order(list(found.values()))


def set_aside_mail(stack: Stack, *, limit: int | None) -> list[dict[str, Any]]:
    """Mail that intake set aside, newest first."""
    wanted = Key("pk").eq("set-aside")
    items = query_all(stack.table("intake"), most=limit, KeyConditionExpression=wanted, ScanIndexForward=False)
    hidden = {"pk", "sk", "expires_at"}
    return [{name: value for name, value in item.items() if name not in hidden} for item in items]


def query_all(table: Any, *, most: int | None = None, **query: Any) -> list[dict[str, Any]]:
    """The items of a query, over as many pages as it has; at most ``most`` of them."""
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
    from rich.markup import escape
    from rich.table import Table

    table, console = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=True), _console()
    columns = ["ticket", "customer", "subject", "topic", "move", "landed in", "state"]
    if console.width < NARROW:  # where it landed says what it is about
        columns.remove("topic")
    for name in columns:
        # A ticket is one line: customer and subject get the room that is left, and are cut. The number never is.
        room = {"customer": 2, "subject": 5}.get(name)
        most = 14 if name in ("topic", "landed in") else None
        table.add_column(name, overflow="ellipsis", no_wrap=True, ratio=room, max_width=most)
    for row in rows:
        topic, move, place = row["topic"] or "unclear", row["move"], (row["destination"] or {}).get("address", "")
        if row.get("state") == WAITING:
            topic, move, place = "", "", ""
        elif row["duplicate_of"]:
            topic, move, place = "", "copy", row["duplicate_of"]
        cells = {
            "ticket": row["ticket_id"],
            "customer": _plain(row["customer"]),
            "subject": _title(row),
            "topic": topic,
            "move": move,
            "landed in": place,
            "state": _state(row),
        }
        table.add_row(*(escape(cells[name]) for name in columns))
    console.print(table if rows else "No such ticket.", markup=False)


def _print_trace(found: dict[str, Any]) -> None:
    console = _console()
    console.print(f"{found['ticket_id']}  {_title(found)}", markup=False, style="bold")
    for reason in found.get("reasons", ()):
        console.print(f"  {reason}", markup=False)
    for step in found.get("steps") or ():
        to = f" to {_who(step['to'])}" if step.get("to") else ""
        undid = f" ({step['undid']})" if step.get("undid") else ""
        console.print(f"{_local(step['at'])}  {step['did']}{to}{undid} by {_who(step['by'])}", markup=False)
    for event in found["events"]:
        cause = f"because of {event['causation_id']}" if event["causation_id"] else "the start"
        console.print(f"{_local(event['occurred_at'])}  {event['event']:<17} {event['event_id']}", markup=False)
        console.print(f"{'':<10}{cause}", markup=False, style="dim")


def _print_set_aside(rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    for name in ("id", "at", "from", "subject", "reason"):
        room = {"from": 2, "subject": 2, "reason": 3}.get(name)
        table.add_column(
            name, overflow="fold" if name == "reason" else "ellipsis", no_wrap=name != "reason", ratio=room
        )
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


def _state(row: dict[str, Any]) -> str:
    """Where it is in its life, and how long it waited until then, or waits."""
    began, ended = datetime.fromisoformat(row["received_at"]), row.get("done_at") or row["taken_at"]
    waited = wait((datetime.fromisoformat(ended) if ended else datetime.now(UTC)) - began)
    return f"{row.get('state') or ('taken' if row['taken_at'] else 'waiting')}, {waited}"


def _who(person: dict[str, Any]) -> str:
    return str(person.get("name") or person["id"])


def _plain(customer: Any) -> str:
    if isinstance(customer, dict):
        return str(customer.get("name") or customer.get("email") or customer.get("handle") or "unknown")
    return str(customer or "unknown")
