"""``reread``: tickets that no model could read are read again now, and not when the sweep comes to them."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from boto3.dynamodb.conditions import Key

from cli.lines import write_line
from cli.log import query_all
from cli.stack import Stack, find_stack
from shared.errors import BadInput

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")]


def reread(
    ticket_ids: Annotated[list[str] | None, typer.Argument(metavar="[TICKET_ID]…", help="These; else all.")] = None,
    unread: Annotated[bool, typer.Option("--unread", help="All that are unread: the same as naming none.")] = False,
    as_json: AsJson = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Read again what no model could read.

    The router does so by itself when the model is back; only what was left for another reason (an answer that could not
    be used, the day's calls used up) waits for this command. A ticket that somebody has taken or moved stays as it is.
    """
    stack = find_stack(stage)
    known = {item["ticket_id"]: item for item in unread_of(stack)}
    wanted = [] if unread or not ticket_ids else ticket_ids
    if strangers := [name for name in wanted if name not in known]:
        raise BadInput("TICKET_ID", f"{', '.join(strangers)}: not unread", "See ticket-router reread --help")
    done = _ask(stack, wanted) if known else {"read": [], "unread": [], "stopped": None}
    if as_json or not sys.stdout.isatty():
        write_line({**done, "left": len(known) - len(done["read"])})
    else:
        _say(done, known)
    if done["stopped"]:
        raise typer.Exit(1)


def unread_of(stack: Stack) -> list[dict[str, Any]]:
    """The tickets that lie before people unread, as the classifier keeps them: longest due first."""
    return query_all(stack.table("classifier"), KeyConditionExpression=Key("pk").eq("unread"))


def _ask(stack: Stack, ticket_ids: list[str]) -> dict[str, Any]:
    name = f"ticket-router-classifier-{stack.stage}-reread"
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"ticket_ids": ticket_ids}))
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise RuntimeError(f"{name}: {said.get('errorMessage', said)}")
    return said


def _say(done: dict[str, Any], known: dict[str, dict[str, Any]]) -> None:
    if not known:
        print("Nothing is unread.")
        return
    for ticket_id in done["read"]:
        print(f"{ticket_id}  read")
    for ticket_id in done["unread"]:
        print(f"{ticket_id}  still unread: {known[ticket_id]['why']}")
    if done["stopped"]:
        print(f"Stopped: {done['stopped']}", file=sys.stderr)
    print(f"{len(done['read'])} of {len(known)} read.")
