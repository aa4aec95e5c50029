"""The contact page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from services.intake.domain.form_files import FormFile
from shared.errors import BadInput

_PAGES = Path(__file__).parent.parent / "pages"


def contact_page(
    *,
    values: Mapping[str, Any],
    faults: Sequence[BadInput] = (),
    problem: str = "",
    ticket_id: str = "",
    files: Sequence[FormFile] = (),
) -> str:
    """The contact page: empty, with each error beside its field, or saying thank you. Works without script."""
    named = ", ".join(file.name for file in files)
    beside = {fault.field: fault for fault in faults}
    return str(
        _template().render(
            values=values, faults=beside, problem=problem, ticket_id=ticket_id, script=script(), files=named
        )
    )


@cache
def script() -> str:
    """What lays files into the bucket; all else works without it."""
    return (_PAGES / "contact.js").read_text()


@cache
def script_hash() -> str:
    """The script as a Content Security Policy names it: no other runs."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(script().encode()).digest()).decode() + "'"


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader  # 40 ms that the inbox need not spend

    return Environment(loader=FileSystemLoader(_PAGES), autoescape=True, trim_blocks=True).get_template("contact.html")
