"""What intake makes of mail: offline, with the deployed code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.intake.domain.mail import read_mail
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
