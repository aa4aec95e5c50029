"""The contact page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from shared.errors import BadInput


def contact_page(
    *, values: Mapping[str, Any], faults: Sequence[BadInput] = (), problem: str = "", ticket_id: str = ""
) -> str:
    """The contact page: empty, with each error beside its field, or saying thank you. Works without script."""
    beside = {fault.field: fault for fault in faults}
    return str(_template().render(values=values, faults=beside, problem=problem, ticket_id=ticket_id))


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader  # 40 ms that the inbox need not spend

    pages = Path(__file__).parent.parent / "pages"
    return Environment(loader=FileSystemLoader(pages), autoescape=True, trim_blocks=True).get_template("contact.html")
