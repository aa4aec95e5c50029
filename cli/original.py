"""``original``: the message as it came, its attachments listed or saved."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from cli.lines import write_line
from cli.stack import Stack, find_stack
from contracts.ticket import ObjectRef, Ticket
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain import sent
from services.dispatch.domain.words import seen
from shared.errors import BadInput

_NO_LIMIT = sys.maxsize


@dataclass(frozen=True)
class _Got:
    """A file and its content; None when it is not kept any more."""

    file: sent.Sent
    content: bytes | None


def original(
    ticket_id: Annotated[str, typer.Argument(help="The ticket, for example T-4F7K2M9QXA8B.")],
    save: Annotated[Path | None, typer.Option(help="Folder to save the message and every file in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Show a ticket exactly as it came in, and list its files; --save writes all of them, flagged ones too."""
    stack = find_stack(stage)
    ticket = _ticket(stack, ticket_id)
    got = [_Got(file, _read(stack, file)) for file in sent.everything(ticket, limit=_NO_LIMIT)]
    saved = _save(got, save, ticket) if save else []
    if as_json or not sys.stdout.isatty():
        write_line(_as_json(ticket, got, saved))
    else:
        _print(ticket, got, saved)


def _ticket(stack: Stack, ticket_id: str) -> Ticket:
    handoff = HandOffLog(stack.table("dispatch")).get(ticket_id)
    if handoff is None:
        raise BadInput("TICKET_ID", f"no ticket {ticket_id!r} in stage {stack.stage}", "See ticket-router tickets")
    return handoff.ticket


def _read(stack: Stack, file: sent.Sent) -> bytes | None:
    if file.text is not None:
        return file.text.encode()
    return _object(stack, file.ref) if file.ref else None


def _object(stack: Stack, ref: ObjectRef) -> bytes | None:
    try:
        return bytes(stack.client("s3").get_object(Bucket=ref.bucket, Key=ref.key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise


def _save(got: list[_Got], folder: Path, ticket: Ticket) -> list[str]:
    """Write what there is; names are safe, and a second file of one name gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    text = sent.whole_text(ticket)
    wanted = [_Got(text, (text.text or "").encode()), *got]
    written: list[str] = []
    for number, one in enumerate(wanted):
        if one.content is not None:
            name = one.file.name if one.file.name not in written else f"{number}-{one.file.name}"
            (folder / name).write_bytes(one.content)
            written.append(name)
    return written


def _as_json(ticket: Ticket, got: list[_Got], saved: list[str]) -> dict[str, Any]:
    files = [
        {
            "name": one.file.name,
            "content_type": one.file.content_type,
            "size": len(one.content) if one.content is not None else one.file.size,
            "kept": one.content is not None,
        }
        for one in got
    ]
    shown = {"ticket_id", "source", "customer", "subject", "text", "rest", "folded", "flags", "received_at"}
    return {**ticket.model_dump(mode="json", include=shown), "files": files, "saved": saved}


def _print(ticket: Ticket, got: list[_Got], saved: list[str]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"{ticket.ticket_id}  {ticket.subject}", markup=False, style="bold")
    if sent.VIRUS in ticket.flags:
        console.print("Flagged as a virus: open nothing of it on a machine that matters.", markup=False, style="red")
    raw = next((one for one in got if one.file.ref == ticket.raw and one.content is not None), None)
    message = raw.content.decode(errors="replace") if raw and raw.content else f"{ticket.text}\n\n{ticket.rest}".strip()
    console.print(seen(message), markup=False)
    console.print()
    for one in got:
        about = sent.size(len(one.content)) if one.content is not None else "not kept any more"
        console.print(f"  {one.file.name}  {one.file.content_type}  {about}", markup=False)
    console.print(f"Saved: {', '.join(saved)}" if saved else "Save them with --save DIR", markup=False, style="dim")
