"""What intake makes of mail, and whether two tickets are one problem: offline, with the deployed code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

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
        "automatic": mail.automatic is not None,
        "automatic_reason": mail.automatic,
        "message_id": mail.message_id,
        "references": list(mail.references),
        "forwarded": mail.forwarded,
        "attachments": [
            {"name": one.name, "content_type": one.content_type, "size": len(one.content)} for one in mail.files
        ],
    }


def same_problem(_: Annotated[bool, typer.Option("--json", help="JSON lines, as always.")] = False) -> None:
    """Read pairs of tickets from stdin, one JSON object a line; print whether each pair is one problem."""
    threshold = Folding().threshold
    for number, line in enumerate(sys.stdin, start=1):
        if line.strip():
            score = score_of(*_pair(number, line))
            print(json.dumps({"same": score >= threshold, "score": round(score, 4)}))


def _pair(number: int, line: str) -> tuple[tuple[str, str], tuple[str, str]]:
    try:
        pair = json.loads(line)
        a, b = ((str(pair[side].get("subject") or ""), str(pair[side].get("text") or "")) for side in ("a", "b"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        cure = 'Write {"a": {"subject", "text"}, "b": {"subject", "text"}} on one line.'
        raise BadInput(f"line {number}", "is not a pair of tickets", cure) from error
    return a, b
