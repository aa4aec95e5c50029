"""What intake makes of mail, and whether two tickets are one problem: offline, with the deployed code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.lines import read_lines, write_line
from services.intake.adapters.sense import sense
from services.intake.domain.linking import Folding
from services.intake.domain.mail import read_mail
from services.intake.domain.same_problem import same_problem as score_of
from shared.errors import BadInput


def parse_mail(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Raw mails (.eml), one JSON line each.")],
    staff: Annotated[
        list[str] | None, typer.Option(help="An address or a domain of our own people, whose forwards are trusted.")
    ] = None,
    _: Annotated[bool, typer.Option("--json", help="JSON lines, as always.")] = False,
) -> None:
    """Print what intake reads in raw mail: who the customer is, what is new, whether a machine sent it."""
    missing: list[str] = []
    for file in files:
        try:
            raw = file.read_bytes()
        except OSError as error:
            missing.append(f"{file} ({error.strerror})")
            continue
        print(json.dumps(_parsed(file, raw, tuple(staff or ())), ensure_ascii=False))
    if missing:
        raise BadInput("FILE", f"cannot read {', '.join(missing)}", "Name files with one raw mail each.")


def _parsed(file: Path, raw: bytes, staff: tuple[str, ...]) -> dict[str, Any]:
    mail = read_mail(raw, staff=staff)
    customer = mail.customer.model_dump(include={"email", "name", "verified", "found_by"})
    return {
        "file": str(file),
        "ticket": {"customer": customer, "subject": mail.subject, "text": mail.text},
        # A machine's, as far as we can tell; only what has no "maybe_automatic" is set aside.
        "automatic": (mail.automatic or mail.maybe_automatic) is not None,
        "automatic_reason": mail.automatic or mail.maybe_automatic,
        "maybe_automatic": mail.maybe_automatic,
        "message_id": mail.message_id,
        "references": list(mail.references),
        "forwarded": mail.forwarded,
        "folded": {"lines": mail.folded.lines, "why": list(mail.folded.why)} if mail.folded else None,
        "rest": mail.rest,
        "attachments": [
            {"name": one.name, "content_type": one.content_type, "size": len(one.content)} for one in mail.files
        ],
    }


def same_problem(_: Annotated[bool, typer.Option("--json", help="JSON lines, as always.")] = False) -> None:
    """Read pairs of tickets from stdin, one JSON object a line; print whether each pair is one problem."""
    threshold = Folding().threshold
    for number, pair in read_lines():
        score = score_of(_side(pair, "a", number), _side(pair, "b", number), sense())
        write_line({"same": score >= threshold, "score": score})


def _side(pair: dict[str, Any], side: str, number: int) -> tuple[str, str]:
    ticket = pair.get(side)
    if not isinstance(ticket, dict):
        missing = "is missing" if side not in pair else "is not an object"
        raise BadInput(f"line {number}, {side}", missing, f'Write "{side}": {{"subject": "…", "text": "…"}}.')
    return _said(ticket, side, "subject", number), _said(ticket, side, "text", number)


def _said(ticket: dict[str, Any], side: str, name: str, number: int) -> str:
    said = ticket.get(name)
    if not isinstance(said, str | None):
        raise BadInput(f"line {number}, {side}.{name}", "is not text", "Send it as a string, or leave it out.")
    return said or ""
